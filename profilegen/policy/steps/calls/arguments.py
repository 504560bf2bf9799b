"""Step: recorded arguments become conditions, and those of Docker's default are kept.

Where conditions are exact, a call is allowed with what it was recorded with and with what timing decides,
and nothing else. Else a call that Docker's default allows under conditions keeps them, and what was seen
beyond is added; the guard then names it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from profilegen.conditions import Operator, in_words
from profilegen.policy.filter_size import few_enough
from profilegen.policy.model import UNSEEN, Reason, Severity, SyscallRule, Why
from profilegen.policy.options import Args
from profilegen.policy.recorded_arguments import Known, known
from profilegen.policy.timing_arguments import by_timing, left_out
from profilegen.seccomp.matching import admits, exactly
from profilegen.seccomp.reference import DOCKER, Reference
from profilegen.tables.always_arguments import always
from profilegen.tables.arguments import MAX_COMBINATIONS, in_memory
from profilegen.tables.multiplexed import multiplexed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from profilegen.conditions import Alternatives, Conjunction
    from profilegen.policy.draft import Draft, Reasons
    from profilegen.tables.always_arguments import Combination

_SOCKETS = ("socket", "socketpair")
_MEASURED = {"crun", "runc"}
"""Runtimes whose own arguments are known (tables/always_arguments.py)."""


class Exact(NamedTuple):
    """A call is allowed with these arguments, and with no others."""

    combinations: frozenset[Combination]
    timing: tuple[str, ...]
    """Why some of them are allowed that were not recorded."""


def conditioned(draft: Draft) -> Draft:
    """Make a rule of every allowed name."""
    seen = {name: known(draft.recording, name) for name in sorted(draft.allowed)}
    bases = {name: _measure(draft, name).conditions(name, draft.arch) for name in seen}
    wanted = [name for name in seen if _is_wanted(draft.options.args, name, bases[name])]
    draft = _noted(draft, frozenset(wanted), seen, bases)
    timing = {
        name: by_timing(draft, name, seen[name].combinations)
        for name in wanted
        if seen[name].complete and not _is_open(draft, name)
    }
    exact, limit = few_enough(
        {
            name: seen[name].combinations | added.combinations | _unseen(draft, name)
            for name, added in timing.items()
        },
        len(draft.abis),
    )
    for name in timing:
        if name not in exact:
            draft = draft.note(Severity.NOTE, _allowed_how(draft, name, limit, bases[name]))
    exactly_so = {
        name: Exact(combinations, timing[name].reasons)
        for name, combinations in exact.items()
        if combinations
    }
    rules = [_rule(draft, name, bases[name], seen[name], exactly_so.get(name)) for name in sorted(seen)]
    draft = left_out(draft, {name: timing[name] for name in exact})
    return _unheld(replace(draft, rules=tuple(rules)))


def _measure(draft: Draft, name: str) -> Reference:
    """The profile whose conditions stay: Docker's default where the user's reference has none."""
    return draft.measure if draft.measure.conditions(name, draft.arch) else DOCKER


def _is_wanted(args: Args, name: str, base: Alternatives) -> bool:
    """Whether the call shall be allowed with nothing but what it was recorded with.

    Never where another call than a socket's has a mask (clone): the flags besides are of no interest.
    """
    if args is Args.NONE:
        return False
    if name in _SOCKETS:
        return True
    if any(one.operator is Operator.MASKED_EQUAL for some in base for one in some):
        return False
    return args is Args.STRICT or bool(base)


def _unseen(draft: Draft, name: str) -> frozenset[Combination]:
    """What it is allowed with beside what was recorded."""
    why = {reason.why for reason in draft.allowed[name]}
    return always(
        draft.arch,
        name,
        portable=draft.options.portable,
        runtime=Why.RUNTIME in why,
        init=Why.INIT in why,
    )


def _is_open(draft: Draft, name: str) -> bool:
    """Whether it is called, unseen, with arguments that nobody has measured."""
    why = {reason.why for reason in draft.allowed[name]} & UNSEEN
    if why and not always(draft.arch, name, init=Why.INIT in why):
        return True
    ran = draft.options.runtimes or {one.runtime for one in draft.recording.containers}
    return Why.RUNTIME in why and not set(ran) <= _MEASURED


def _rule(draft: Draft, name: str, base: Alternatives, seen: Known, exact: Exact | None) -> SyscallRule:
    reasons: Reasons = draft.allowed[name]
    if base:
        measure = _measure(draft, name)
        reasons = (*reasons, _reason(f"{measure.title} allows it under conditions only"))
    if exact:
        text = "allowed with the arguments that it was recorded with"
        if exact.timing:
            text += f", and those that timing decides: {'; '.join(exact.timing)}"
        reasons = (*reasons, _reason(text, Why.ARGUMENTS))
        conditions = _sorted(exactly(draft.arch, name, dict(one)) for one in exact.combinations)
    else:
        conditions = base if seen.anything else (*base, *_beyond(draft, name, base, seen.combinations))
    return SyscallRule(name=name, conditions=conditions, reasons=reasons)


def _reason(text: str, why: Why = Why.DEFAULT_CONDITION) -> Reason:
    return Reason(why=why, text=text)


def _beyond(draft: Draft, name: str, base: Alternatives, seen: Iterable[Combination]) -> Alternatives:
    """What was seen and the base refuses, as far as it looks at arguments."""
    judged = {condition.index for conditions in base for condition in conditions}
    values = [
        {index: value for index, value in combination if index in judged}
        for combination in seen
        if judged <= dict(combination).keys()
    ]
    more = (exactly(draft.arch, name, one) for one in values if base and not admits(base, one))
    return _sorted(more)


def _sorted(alternatives: Iterable[Conjunction]) -> Alternatives:
    return tuple(sorted(set(alternatives), key=lambda one: [(c.index, c.value_two) for c in one]))


def _noted(
    draft: Draft, wanted: AbstractSet[str], seen: Mapping[str, Known], bases: Mapping[str, Alternatives]
) -> Draft:
    """What has no exact conditions, although they were asked for, and what is refused though it was seen."""
    refused: list[str] = []
    for name, base in bases.items():
        if seen[name].anything and (base or name in wanted):
            draft = draft.note(Severity.NOTE, _flooded(draft, name, base))
            beyond = _beyond(draft, name, base, seen[name].combinations)
            refused += [f"{name} with {in_words(conditions)}" for conditions in beyond]
    draft = draft.note_list(Severity.NOTE, "seen, and refused by this profile: {}", refused)
    hidden = in_memory(draft.arch) & draft.allowed.keys()
    if draft.options.args is Args.STRICT and hidden:
        text = "keep arguments in memory, where no filter looks"
        draft = draft.note(Severity.NOTE, f"{' '.join(sorted(hidden))} {text}")
    return draft


def _allowed_how(draft: Draft, name: str, limit: int, base: Alternatives) -> str:
    text = f"{name} was called with more than {limit} combinations of arguments: "
    how = f"it keeps the conditions of {_measure(draft, name).title}" if base else "it is allowed with any"
    return text + how


def _flooded(draft: Draft, name: str, base: Alternatives) -> str:
    """A recording does not have all of them, so that what the base refuses may be among those it lacks."""
    text = _allowed_how(draft, name, MAX_COMBINATIONS, base)
    return f"{text}, and what these refuse is refused by this profile, seen or not" if base else text


def _unheld(draft: Draft) -> Draft:
    """Conditions that a 32-bit program gets around by a call that stands for many."""
    conditional = {rule.name for rule in draft.rules if rule.conditions}
    for abi in draft.abis:
        around: dict[str, list[str]] = {}
        for name in sorted(conditional & multiplexed(abi).keys()):
            around.setdefault(multiplexed(abi)[name].call, []).append(name)
        for call, names in around.items():
            draft = draft.note(
                Severity.NOTE,
                f"the conditions of {' '.join(names)} do not hold for {abi} calls: {call} keeps its "
                "arguments in memory, where no filter looks (Docker's default has the same gap)",
            )
    return draft
