"""Steps: nothing unseen is wider than Docker's default, and what was seen to be is named.

The measure is the default for the capabilities that are kept. Names and conditions of a profile apply to
every listed ABI alike, so one comparison holds for all; an ABI that only we list is wider by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.comparison import in_words
from profilegen.policy.compare import allows
from profilegen.policy.model import UNSEEN, Reason, Severity, What, Why, Wider
from profilegen.policy.runtime import starts_with
from profilegen.recording import SeccompMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.policy.default import Alternatives
    from profilegen.policy.draft import Draft
    from profilegen.policy.model import Condition, SyscallRule


def unseen_within_default(draft: Draft) -> Draft:
    """Leave out what was only added, if Docker's default refuses it and the container starts without."""
    needed = starts_with(draft)
    gone = {
        name: reasons
        for name, reasons in draft.allowed.items()
        if {reason.why for reason in reasons} <= UNSEEN
        and name not in needed
        and draft.measure.opened(name, draft.arch, draft.kept) is None
    }
    left = {name: reasons for name, reasons in draft.allowed.items() if name not in gone}
    texts = (
        f"{name} is left out although {reasons[0].text}: {draft.measure.title} refuses it"
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
            text = f"{abi} programs can make calls because one did, {draft.measure.title} kills them"
            seen = Reason(why=Why.OBSERVED, text=f"calls of {abi} were seen")
            yield Wider(what=What.ABI, name=abi.value, reasons=(seen,), text=text)


def _calls(draft: Draft, rule: SyscallRule) -> Iterator[Wider]:
    title, because = draft.measure.title, _because(rule.reasons)
    base = draft.measure.opened(rule.name, draft.arch, draft.kept)
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
            text=f"{called} is allowed because {because}, {title} refuses it{_without(needs)}",
        )


def _needs(
    draft: Draft, name: str, base: Alternatives | None, conditions: tuple[Condition, ...]
) -> tuple[Capability, ...]:
    """The capabilities one of which would make the measure, which has the base, allow these arguments."""
    opened, kept = draft.measure.opened, draft.kept
    with_more = ((one, opened(name, draft.arch, kept | {one})) for one in sorted(Capability))
    return tuple(one for one, more in with_more if more != base and allows(more, conditions))


def _without(needs: Iterable[Capability]) -> str:
    names = " or ".join(needs)
    return f" without {names}" if names else ""


def _because(reasons: tuple[Reason, ...]) -> str:
    """In words why it is there: because it was seen, if it was."""
    if all(reason.why in UNSEEN for reason in reasons if reason.why is not Why.DEFAULT_CONDITION):
        return reasons[0].text
    return "it was seen"
