"""What a recording shows a program to need on one architecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.policy.derive import derive
from profilegen.policy.model import Policy, Why
from profilegen.policy.options import Args, DeriveOptions, LowPorts
from profilegen.policy.recorded_arguments import known
from profilegen.policy.translation import seen_on
from profilegen.recording import Phase, tested
from profilegen.seccomp.matching import exactly
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives, Conjunction
    from profilegen.recording import Recording

_SEEN = frozenset({Why.OBSERVED, Why.TRANSLATED})


@dataclass(frozen=True)
class CallNeed:
    """A call that the program makes.

    Attributes:
        name: of the call.
        abis: that it was made by.
        alternatives: the arguments, each conjunction for one combination; nothing: whatever they are.
        programs: those that made it, as far as they are kept.
        runs: the smallest run ids that saw it.
    """

    name: str
    abis: tuple[Abi, ...]
    alternatives: Alternatives
    programs: tuple[str, ...]
    runs: tuple[str, ...]


@dataclass(frozen=True)
class Needs:
    """Everything that one recording needs on one architecture.

    Attributes:
        recording: as it was made there, or would have been.
        policy: what ``emit --exact --args none`` would decide: with the calls of the runtime, without those
            that other libcs make.
        arch: the architecture.
    """

    recording: Recording
    policy: Policy
    arch: Abi

    def calls(self) -> Iterator[CallNeed]:
        """The calls of the programs; those of the runtime before its execve are no concern of theirs.

        clone3 is missing where the policy has clone in its place.
        """
        rules = {rule.name: rule for rule in self.policy.syscalls if rule.errno is None}
        seen = [
            call
            for call in self.recording.syscalls
            if Phase.APP in call.phases and _exists(call.abi, call.name)
        ]
        by_name: dict[str, list[int]] = {}
        for place, call in enumerate(seen):
            name = call.name if call.name != "clone3" or call.name in rules else "clone"
            by_name.setdefault(name, []).append(place)
        for name, places in sorted(by_name.items()):
            rule = rules.get(name)
            if rule is None or not any(reason.why in _SEEN for reason in rule.reasons):
                continue
            calls = [seen[place] for place in places]
            yield CallNeed(
                name,
                tuple(sorted({call.abi for call in calls})),
                self._arguments(name, rule.conditions),
                tuple(sorted({program for call in calls for program in call.programs})),
                tuple(sorted({run for call in calls for run in call.runs})),
            )

    def tests(self, name: str, missing: Alternatives = ()) -> tuple[str, ...]:
        """Tests that ran while a call was made, as :class:`profilegen.recording.tested.Tested` names them.

        Args:
            name: of the call; tests of one that it stands for elsewhere are not found.
            missing: only with these arguments, where it is known which test used them.
        """
        attribution = self.recording.attribution
        with_them = {
            test
            for one in attribution.calls
            if missing and one.name == name and one.values and self._exactly(name, one.values) in missing
            for test in tested.of_arguments(attribution, one.name, one.values).names
        }
        return tuple(sorted(with_them)) or tested.of_call(attribution, name, ()).names

    def _exactly(self, name: str, values: Iterable[tuple[int, int]]) -> Conjunction:
        return exactly(self.arch, name, dict(values))

    def _arguments(self, name: str, conditions: Alternatives) -> Alternatives:
        """Each recorded combination where all are known; else what the policy has."""
        found = known(self.recording, name)
        if not conditions or not found.complete or not found.combinations or found.anything:
            return conditions
        return tuple(self._exactly(name, values) for values in sorted(found.combinations))


def _exists(abi: Abi, name: str) -> bool:
    return table(abi).number(name) is not None


def needs_of(recording: Recording, arch: Abi, *, paths: bool, options: DeriveOptions) -> Needs:
    """What a merged recording needs on a native architecture.

    Args:
        recording: in canonical form.
        arch: recorded there or not.
        paths: lost paths are a gap, because there is an AppArmor profile.
        options: what is accepted of the gaps.

    Raises:
        IncompleteRecordingError: something is missing that the options do not accept.
    """
    chosen = DeriveOptions(
        arch=arch,
        allow_incomplete=options.allow_incomplete,
        allow_unknown=options.allow_unknown,
        portable=False,
        need_paths=paths,
        args=Args.NONE,
        low_ports=LowPorts.NO,
        measure=options.measure,
    )
    return Needs(seen_on(recording, arch), derive(recording, chosen), arch)
