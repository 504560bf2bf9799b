"""What a seccomp profile decides: the filter that an engine makes of it for one architecture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from profilegen.conditions import WHOLE_INT, Operator
from profilegen.seccomp.difference import less

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives, Conjunction


class Action(StrEnum):
    """What happens to a call, as in the OCI runtime specification."""

    ALLOW = "SCMP_ACT_ALLOW"
    LOG = "SCMP_ACT_LOG"
    ERRNO = "SCMP_ACT_ERRNO"
    TRACE = "SCMP_ACT_TRACE"
    TRAP = "SCMP_ACT_TRAP"
    NOTIFY = "SCMP_ACT_NOTIFY"
    KILL = "SCMP_ACT_KILL"
    KILL_THREAD = "SCMP_ACT_KILL_THREAD"
    KILL_PROCESS = "SCMP_ACT_KILL_PROCESS"


class Answer(NamedTuple):
    """An action; the number is ERRNO's errno and TRACE's message, else 0."""

    action: Action
    number: int = 0

    @property
    def lets_through(self) -> bool:
        """Whether the call is made, whoever watches. What a tracer or a supervisor says nobody knows."""
        return self.action in (Action.ALLOW, Action.LOG)


class FilterRule(NamedTuple):
    """The answer to one call for some arguments: each index at most once, sorted."""

    name: str
    answer: Answer
    conditions: Conjunction = ()


@dataclass(frozen=True)
class Filter:
    """The rules hold for every ABI alike; calls of an ABI that is not listed are killed (libseccomp).

    Attributes:
        abis: the native one first.
        default: the answer to what no rule is for.
        rules: in the order in which they are given to libseccomp.
    """

    abis: tuple[Abi, ...]
    default: Answer
    rules: tuple[FilterRule, ...]

    def answers(self, name: str) -> tuple[FilterRule, ...]:
        """The rules for a name that have an effect; none: the default has.

        A rule that says what the default says is left out by every runtime. One without conditions makes
        those with conditions ineffective, and the first of several wins (libseccomp 2.5).
        """
        found = self._by_name.get(name, ())
        always = next((rule for rule in found if not rule.conditions), None)
        return found if always is None else (always,)

    def allowed_for(self, name: str) -> Alternatives | None:
        """For which arguments a call is let through.

        Returns:
            None if it is for none, nothing in the tuple if it is for all, else the alternatives, in which
            an argument may be compared more than once. In doubt less: which of two rules wins for arguments
            that both hold for depends on libseccomp's tree, and a limit beyond 32 bits is another one on a
            32-bit ABI.
        """
        found = self.answers(name)
        opening = [rule.conditions for rule in found if rule.answer.lets_through]
        closing = [rule.conditions for rule in found if not rule.answer.lets_through]
        if self.default.lets_through:
            opening = [()]
        if any(map(_beyond_an_int, closing)):
            return None
        clear = less((one for one in opening if not _beyond_an_int(one)), closing)
        if () in clear:
            return ()
        return tuple(one for one in clear if not _beyond_an_int(one)) or None

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[FilterRule, ...]]:
        different = (rule for rule in self.rules if rule.answer != self.default)
        ordered = sorted(different, key=lambda rule: rule.name)  # stable: those of a name keep their order
        return {name: tuple(group) for name, group in groupby(ordered, key=lambda rule: rule.name)}


def _beyond_an_int(conditions: Conjunction) -> bool:
    return any(
        (check.value_two if check.operator is Operator.MASKED_EQUAL else check.value) > WHOLE_INT
        for check in conditions
    )
