"""Step: what the filter refused while recording keeps its errno, where the reference refuses it as well.

What only the profile that the container ran under refused (:mod:`profilegen.policy.steps.calls.foreign`) is
reported, and gets the default answer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.conditions import in_words
from profilegen.policy.model import Reason, Severity, SyscallRule, Why
from profilegen.policy.refusals import Judge
from profilegen.seccomp.matching import admits, exactly
from profilegen.tables.arguments import MAX_COMBINATIONS
from profilegen.tables.errnos import errno_name
from profilegen.tables.multiplexed import multiplexed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from profilegen.abi import Abi
    from profilegen.conditions import Conjunction
    from profilegen.policy.draft import Draft, Reasons
    from profilegen.recording import RefusedSyscall

_MOST = 16
"""Combinations of arguments of one call that get rules of their own: a filter is bounded (budget.py)."""


def refused_calls(draft: Draft) -> Draft:
    """Add the rules that answer an errno: for whole names, and for arguments of allowed names."""
    draft = _whole_names(draft)
    rules = [
        SyscallRule(name=name, errno=number, reasons=reasons)
        for name, (number, reasons) in draft.answered.items()
    ]
    for rule in draft.rules:
        if rule.conditions:
            draft, answers = _arguments(draft, rule)
            rules.extend(answers)
    rules.extend(draft.rules)
    rules.sort(key=lambda rule: rule.place)
    return replace(draft, rules=tuple(rules))


def _whole_names(draft: Draft) -> Draft:
    """A refused name that nothing allows: the recorded errno instead of the fallback's ENOSYS.

    clone3 stays out: EPERM would keep glibc from falling back to clone.
    """
    judge = Judge.of(draft)
    answered: dict[str, tuple[int, Reasons]] = dict(draft.answered)
    for name, items in _by_name(draft.recording.refused).items():
        if name in draft.allowed or name == "clone3":
            continue
        kept = [item for item in items if judge.repeats(item)]
        numbers = _numbers(kept)
        if numbers:
            answered[name] = (numbers[0], (_reason(draft.arch, kept, numbers[0]),))
        draft = _noted(draft, name, numbers, kept)
    return replace(draft, answered=answered)


def _arguments(draft: Draft, rule: SyscallRule) -> tuple[Draft, tuple[SyscallRule, ...]]:
    """Refused arguments of a name that is allowed under conditions."""
    items = [item for item in draft.recording.refused if item.name == rule.name]
    if items and any(rule.name in multiplexed(abi) for abi in draft.abis):
        text = f"{rule.name} was refused for some arguments: the profile cannot repeat it, because it "
        return draft.note(
            Severity.NOTE, text + "also covers 32-bit calls, whose arguments no filter sees"
        ), ()
    judge = Judge.of(draft)
    groups: dict[Conjunction, list[RefusedSyscall]] = defaultdict(list)
    if any(item.anything for item in items):
        text = f"{rule.name} was refused for more than {MAX_COMBINATIONS} combinations of arguments"
        draft = draft.note(Severity.NOTE, f"{text}: the default answers them")
    for item in items:
        values = dict(item.values)
        if item.anything:
            continue
        if not values or len(values) != len(item.values) or admits(rule.conditions, values):
            draft = draft.note(
                Severity.NOTE,
                f"{rule.name} was refused while recording for arguments that the profile allows",
            )
        elif judge.repeats(item):
            groups[exactly(draft.arch, rule.name, values)].append(item)
    if len(groups) > _MOST:
        text = (
            f"{rule.name} was refused for {len(groups)} combinations of arguments: the default answers them"
        )
        return draft.note(Severity.NOTE, text), ()
    rules = []
    for conditions, group in groups.items():
        numbers = _numbers(group)
        draft = _noted(draft, f"{rule.name} with {in_words(conditions)}", numbers, group)
        if numbers:
            reasons = (_reason(draft.arch, group, numbers[0]),)
            rules.append(
                SyscallRule(name=rule.name, errno=numbers[0], conditions=(conditions,), reasons=reasons)
            )
    return draft, tuple(rules)


def _by_name(refused: Iterable[RefusedSyscall]) -> Mapping[str, list[RefusedSyscall]]:
    names: dict[str, list[RefusedSyscall]] = defaultdict(list)
    for item in refused:
        names[item.name].append(item)
    return names


def _numbers(items: Iterable[RefusedSyscall]) -> list[int]:
    return sorted({item.errno for item in items if item.errno is not None})


def _noted(draft: Draft, what: str, numbers: list[int], items: Iterable[RefusedSyscall]) -> Draft:
    if len(numbers) > 1:
        answers = ", ".join(errno_name(draft.arch, number) for number in numbers)
        draft = draft.note(Severity.NOTE, f"{what} was refused with {answers}: the profile answers the first")
    if any(item.errno is None for item in items):
        draft = draft.note(Severity.NOTE, f"{what} was refused with SIGSYS: the profile has no signal for it")
    return draft


def _reason(arch: Abi, items: list[RefusedSyscall], number: int) -> Reason:
    programs = sorted({program for item in items if item.errno == number for program in item.programs})
    to_whom = f" to {programs[0]}" if programs else ""
    return Reason(why=Why.REFUSED, text=f"refused{to_whom} with {errno_name(arch, number)} while recording")
