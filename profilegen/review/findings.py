"""One finding of ``check`` or ``diff``: what, where, how grave, and the line that settles it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives


class Rule(StrEnum):
    """Kinds of findings, by the fixed ids that every report shows (SARIF's ``ruleId``)."""

    NO_PROFILE = "no-profile"
    """A subject was recorded that has no profiles."""
    NEW_CALL = "new-call"
    """A call was seen that the profile refuses."""
    NEW_ARGUMENTS = "new-arguments"
    """A call was seen with arguments that the profile refuses."""
    NEW_ABI = "new-abi"
    """Calls of an ABI were seen that the profile does not list."""
    NEW_CAPABILITY = "new-capability"
    """A capability is needed that the flags do not add."""
    NEW_PATH = "new-path"
    """A file was used as the AppArmor profile does not allow."""
    OTHER_ERRNO = "other-errno"
    """A call was refused with one errno while recording, and the profile answers another."""
    DENIED = "denied"
    """A call, capability or path was seen that the project file denies."""
    EXPIRED = "expired"
    """A decision by hand is past its last day."""
    UNUSED_ENTRY = "unused-entry"
    """A decision by hand changes nothing."""
    NO_LONGER_SEEN = "no-longer-seen"
    """The profile allows what no recording has, for no other reason that is known."""
    WIDER = "wider"
    """The newer profile allows what the older one refuses."""
    NARROWER = "narrower"
    """The newer profile refuses what the older one allows."""
    CHANGED = "changed"
    """Neither wider nor narrower: another errno, another action."""


class Level(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    """Ends with exit code 6."""
    WARNING = "warning"
    NOTE = "note"


class Subject(StrEnum):
    """What kind of thing a finding is about."""

    SYSCALL = "syscall"
    CAPABILITY = "capability"
    PATH = "path"
    ENTRY = "entry"
    """An entry of the project file."""
    PROFILE = "profile"
    """The profile as a whole: its default answer, its ABIs."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands.

    Attributes:
        file: path relative to the current folder, with ``/``; absolute if it lies outside of it.
        line: from 1; of a line that is missing the one before which it would stand.
    """

    file: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to decide about.

    Texts are raw: a program's path is the container's choice, and each report escapes it in its own way.

    Attributes:
        rule: what kind of finding it is.
        level: how grave it is.
        container: the subject's name; empty: unknown.
        about: what kind of thing ``name`` is.
        name: the call (``openat``), capability (``CAP_CHOWN``), path, or key of an entry.
        text: one sentence without a full stop, complete by itself.
        arch: native architecture of the profile; None: all alike.
        conditions: the arguments in question; nothing: whatever they are.
        programs: those that did it, the first known, sorted.
        tests: those under way, as :class:`profilegen.recording.tested.Tested` names them; nothing: not known.
        asked_by: functions of the kernel that asked for a capability, the innermost first.
        opens: what it opens to whoever gets hold of the program; empty: nothing known.
        source: where ``opens`` comes from.
        wider: Docker's default (or what was chosen in its place) refuses it too.
        fix: the one line that allows it, as it would be written; empty: there is none.
        place: where it stands or would stand.
        runs: run ids that saw it, the smallest few.
    """

    rule: Rule
    level: Level
    container: str
    about: Subject
    name: str
    text: str
    arch: Abi | None = None
    conditions: Alternatives = ()
    programs: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    opens: str = ""
    source: str = ""
    wider: bool = False
    fix: str = ""
    place: Place | None = None
    runs: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The sentence with the subject before it."""
        return f"{self.container}: {self.text}" if self.container else self.text

    @property
    def key(self) -> str:
        """Names the finding for good, whatever its sentence: for fingerprints and for sorting."""
        conditions = " or ".join(" and ".join(map(str, both)) for both in self.conditions)
        arch = self.arch.docker if self.arch else ""
        parts = (self.container, self.rule, self.about, self.name, arch, conditions)
        return "\0".join(parts)


@dataclass(frozen=True, slots=True)
class Report:
    """What ``check`` or ``diff`` found.

    Attributes:
        command: ``check`` or ``diff``.
        findings: sorted by container, gravest first, then by key.
        compared: what was looked at, a phrase each: ``web: 3 recordings, amd64``.
    """

    command: str
    findings: tuple[Finding, ...]
    compared: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something in it ends with exit code 6."""
        return any(finding.level is Level.ERROR for finding in self.findings)

    def count(self, *rules: Rule) -> int:
        """How many findings are of one of these kinds."""
        return sum(finding.rule in rules for finding in self.findings)

    @property
    def plan(self) -> str:
        """One line without what is 0: ``3 to allow, 1 wider than Docker's default, 7 no longer seen``."""
        new = (
            Rule.NO_PROFILE,
            Rule.NEW_CALL,
            Rule.NEW_ARGUMENTS,
            Rule.NEW_ABI,
            Rule.NEW_CAPABILITY,
            Rule.NEW_PATH,
        )
        wider = sum(finding.wider for finding in self.findings)
        parts = (
            (self.count(*new), "to allow"),
            (wider, "wider than Docker's default"),
            (self.count(Rule.DENIED), "denied by hand"),
            (self.count(Rule.EXPIRED), "expired"),
            (self.count(Rule.OTHER_ERRNO), "with another errno"),
            (self.count(Rule.NO_LONGER_SEEN), "no longer seen"),
            (self.count(Rule.UNUSED_ENTRY), "without effect"),
            (self.count(Rule.WIDER), "wider"),
            (self.count(Rule.NARROWER), "narrower"),
            (self.count(Rule.CHANGED), "changed"),
        )
        return ", ".join(f"{number} {words}" for number, words in parts if number) or "nothing"


_GRAVITY = {level: place for place, level in enumerate(Level)}


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings of a report, sorted, each once."""
    return tuple(sorted(set(findings), key=lambda one: (one.container, _GRAVITY[one.level], one.key)))
