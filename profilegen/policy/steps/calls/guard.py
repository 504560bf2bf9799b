"""Steps: nothing unseen is wider than the measure, and what was seen to be is named.

The measure is Docker's default, or a chosen profile, for the capabilities that are kept. Names and
conditions of a profile apply to every listed ABI alike, so one comparison holds for all; an ABI that only we
list is wider by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.conditions import Condition, Operator, in_words
from profilegen.policy.model import UNSEEN, Reason, Severity, What, Why, Wider
from profilegen.policy.runtime_needs import starts_with
from profilegen.recording import SeccompMode
from profilegen.seccomp.matching import allows
from profilegen.seccomp.subset import TooManyStepsError, counterexample
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profilegen.conditions import Alternatives, Conjunction
    from profilegen.policy.draft import Draft
    from profilegen.policy.model import SyscallRule


def unseen_within_default(draft: Draft) -> Draft:
    """Leave out what was only added, if Docker's default refuses it and the container starts without."""
    needed = starts_with(draft)
    gone = {
        name: reasons
        for name, reasons in draft.allowed.items()
        if {reason.why for reason in reasons} <= UNSEEN
        and name not in needed
        and draft.measure.allows_for(name, draft.arch, draft.kept) is None
    }
    left = {name: reasons for name, reasons in draft.allowed.items() if name not in gone}
    texts = (
        f"{name} ({_added(reasons[0])}) is left out: {draft.measure.title} refuses it"
        for name, reasons in sorted(gone.items())
    )
    return replace(draft, allowed=left).note(Severity.NOTE, *texts)


def wider_than_default(draft: Draft) -> Draft:
    """Name every ABI, call and condition that Docker's default would refuse."""
    unfiltered = any(one.seccomp is SeccompMode.UNCONFINED for one in draft.recording.containers)
    found = [
        *_abis(draft),
        *(one for rule in draft.rules if rule.errno is None for one in _calls(draft, rule)),
    ]
    return draft.widen(one.model_copy(update={"unfiltered": unfiltered}) for one in found)


def _abis(draft: Draft) -> Iterator[Wider]:
    for abi in draft.abis:
        if not draft.measure.lists(abi, draft.arch):
            text = f"{abi} programs, because one was seen; {draft.measure.title} kills them"
            seen = Reason(why=Why.OBSERVED, text=f"calls of {abi} were seen")
            yield Wider(what=What.ABI, name=abi.value, reasons=(seen,), text=text)


def _calls(draft: Draft, rule: SyscallRule) -> Iterator[Wider]:
    base = draft.measure.allows_for(rule.name, draft.arch, draft.kept)
    for conditions in rule.conditions or ((),):
        if allows(base, conditions):
            continue
        needs = _needs(draft, rule.name, base, conditions)
        arguments = in_words(conditions) or ("" if base is None else "any arguments")
        called = f"{rule.name} with {arguments}" if arguments else rule.name
        yield Wider(
            what=What.CALL if base is None and not conditions else What.ARGUMENTS,
            name=rule.name,
            conditions=conditions,
            reasons=rule.reasons,
            needs=needs,
            text=f"{called}{_because(draft, rule.reasons, conditions)}; {draft.measure.title} refuses it"
            f"{_example(base, conditions)}{_without(needs)}",
        )


def _needs(
    draft: Draft, name: str, base: Alternatives | None, conditions: Conjunction
) -> tuple[Capability, ...]:
    """The capabilities one of which would make the measure, which has the base, allow these arguments."""
    allows_for, kept = draft.measure.allows_for, draft.kept
    with_more = ((one, allows_for(name, draft.arch, kept | {one})) for one in sorted(Capability))
    return tuple(one for one, more in with_more if more != base and allows(more, conditions))


def _without(needs: Iterable[Capability]) -> str:
    names = " or ".join(needs)
    return f" without {names}" if names else ""


def _because(draft: Draft, reasons: tuple[Reason, ...], conditions: Conjunction) -> str:
    """The reason in words; the program is known for the call, not for its arguments."""
    seen = next((one for one in reasons if one.why not in {*UNSEEN, Why.DEFAULT_CONDITION}), None)
    if seen is None:
        return f": {reasons[0].text}"
    decisions = (one for one in draft.options.decisions if one.allow and one.conditions == conditions)
    decided = next((one for one in decisions if conditions), None)
    if decided is not None:
        return f", {printable(decided.said, 200)}"
    if seen.why is Why.BY_HAND:
        return f", {printable(seen.text, 200)}"
    return ", seen while recording" if conditions else f", {seen.text}"


def _example(base: Alternatives | None, conditions: Sequence[Condition]) -> str:
    """Arguments that the conditions allow and the measure does not, where it refuses only some of them."""
    if not base:
        return ""
    try:
        found = counterexample(conditions, base) or {}
    except TooManyStepsError:
        return ""
    told = {condition.index for condition in conditions}
    values = (
        Condition(index, Operator.EQUAL, value) for index, value in sorted(found.items()) if index not in told
    )
    words = in_words(values)
    return f" with {words}" if words else ""


def _added(reason: Reason) -> str:
    """A short reason for an unseen call, without the evidence that follows the colon."""
    short = reason.text.partition(": ")[0]
    return short.replace("beside", "another libc's", 1) if reason.why is Why.SIBLING else short
