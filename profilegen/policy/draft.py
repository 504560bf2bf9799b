"""What the steps of the derivation hand on to one another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from profilegen.policy.model import Note, Reason, Severity, Why
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from profilegen.abi import Abi
    from profilegen.capabilities import Capability
    from profilegen.policy.model import CapabilityRule, FileRule, NetworkRule, RiskNote, SyscallRule, Wider
    from profilegen.policy.options import DeriveOptions
    from profilegen.policy.translation import Translation
    from profilegen.recording import Recording
    from profilegen.seccomp.reference import Reference


Reasons = tuple[Reason, ...]


@dataclass(frozen=True)
class Draft:
    """A policy in the making; every step returns a larger one.

    Attributes:
        recording: all that was seen, merged, only items of ``arch`` and its compat ABIs; if it was not
            recorded there, what would have been seen there.
        seen: the same as it was recorded.
        options: what the user chose.
        arch: the native ABI.
        abis: ``arch`` first, then the compat ABIs that were seen.
        allowed: names of calls that the profile lets through, with all reasons.
        answered: names that get an errno, as long as ``allowed`` does not have them.
        rules: the finished rules.
        capabilities: what the container keeps.
        files: what AppArmor allows.
        denied_files: what AppArmor refuses, whatever ``files`` has.
        networks: address families and types for AppArmor.
        notes: what the user should read.
        user: whom the containers ran as, empty if one ran as root.
        low_ports: ports below 1024 that were bound without the capability that they need elsewhere.
        translation: where ``recording`` comes from, if not from ``arch``.
        wider: what Docker's default would refuse.
        risks: what the rules leave open.
    """

    recording: Recording
    seen: Recording
    options: DeriveOptions
    arch: Abi
    abis: tuple[Abi, ...]
    allowed: Mapping[str, Reasons] = field(default_factory=dict)
    answered: Mapping[str, tuple[int, Reasons]] = field(default_factory=dict)
    rules: tuple[SyscallRule, ...] = ()
    capabilities: tuple[CapabilityRule, ...] = ()
    files: tuple[FileRule, ...] = ()
    denied_files: tuple[FileRule, ...] = ()
    networks: tuple[NetworkRule, ...] = ()
    notes: tuple[Note, ...] = ()
    user: str = ""
    low_ports: tuple[int, ...] = ()
    translation: Translation | None = None
    wider: tuple[Wider, ...] = ()
    risks: tuple[RiskNote, ...] = ()

    @property
    def measure(self) -> Reference:
        """What the profile shall not be wider than."""
        return self.options.measure

    @property
    def kept(self) -> frozenset[Capability]:
        """What ``--cap-add`` gives."""
        return frozenset(rule.capability for rule in self.capabilities)

    @property
    def names(self) -> frozenset[str]:
        """Every name that one of the listed ABIs has."""
        return _names(self.abis)

    def allow(self, why: Why, names: Iterable[tuple[str, str]]) -> Draft:
        """Let calls through: pairs of a name and the reason in words. A reason counts once."""
        allowed = dict(self.allowed)
        for name, text in names:
            reason = Reason(why=why, text=text)
            if reason not in allowed.get(name, ()):
                allowed[name] = (*allowed.get(name, ()), reason)
        return replace(self, allowed=allowed)

    def note(self, severity: Severity, *texts: str) -> Draft:
        """Tell the user something, each text once."""
        return self._with_notes(Note(severity=severity, text=text) for text in texts)

    def note_list(self, severity: Severity, text: str, items: Sequence[str]) -> Draft:
        """Tell the user the same of several things; ``{}`` in the text is their list. Of none nothing."""
        if not items:
            return self
        whole = text.replace("{}", ", ".join(items))
        return self._with_notes([Note(severity=severity, text=whole, items=tuple(items))])

    def _with_notes(self, new: Iterable[Note]) -> Draft:
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *new))))

    def widen(self, found: Iterable[Wider]) -> Draft:
        """Name what is wider than Docker's default."""
        new = tuple(found)
        texts = (one.text for one in new)
        return replace(self, wider=(*self.wider, *new)).note(Severity.WIDER, *texts)


@cache
def _names(abis: tuple[Abi, ...]) -> frozenset[str]:
    return frozenset().union(*(table(abi).names for abi in abis))
