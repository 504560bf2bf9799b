"""Steps: calls that the project file allows or denies.

What is allowed by hand is allowed whatever was recorded; what is denied is refused whatever was recorded,
added or allowed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.abi import Abi
from profilegen.conditions import in_words
from profilegen.errors import UsageError
from profilegen.policy.decisions import changes_nothing
from profilegen.policy.model import Reason, Severity, SyscallRule, Why
from profilegen.policy.without_arguments import CannotExcludeError, without
from profilegen.seccomp.matching import allows
from profilegen.tables.equivalents import equivalents
from profilegen.tables.errnos import errno_of, errno_on
from profilegen.tables.multiplexed import multiplexed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.conditions import Conjunction
    from profilegen.policy.decisions import Decision
    from profilegen.policy.draft import Draft

_OF_SOCKETS = ("socket", "socketpair")


def allowed_by_hand(draft: Draft) -> Draft:
    """Allow each call that the project file allows, and ``socket`` for an address family."""
    return draft.allow(
        Why.BY_HAND,
        ((name, one.said) for one in draft.options.decisions if one.allow for name in _names(draft, one)),
    )


def arguments_by_hand(draft: Draft) -> Draft:
    """Make the conditions of a call wide enough for what the project file allows.

    A call that is allowed for that reason alone is allowed with exactly those arguments.
    """
    before = {rule.name: rule for rule in draft.rules if rule.errno is None}
    wanted: dict[str, list[Conjunction]] = {}
    for one in draft.options.decisions:
        names = _names(draft, one) if one.allow else ()
        for name in names:
            wanted.setdefault(name, []).append(one.conditions)
        if names and all(_is_allowed(before.get(name), one.conditions) for name in names):
            draft = draft.note(Severity.NOTE, changes_nothing(one))
    rules = tuple(_widened(rule, wanted.get(rule.name)) for rule in draft.rules)
    return replace(draft, rules=rules)


def denied_by_hand(draft: Draft) -> Draft:
    """Take away each call, or those arguments of it, that the project file denies.

    Raises:
        UsageError: a seccomp profile cannot refuse these arguments and keep the others.
    """
    for one in draft.options.decisions:
        if not one.allow:
            for name in _denied_names(draft, one):
                draft = _without(draft, name, one)
    return draft


def _names(draft: Draft, decision: Decision) -> tuple[str, ...]:
    """The calls that stand for it on the policy's architecture."""
    if decision.socket:
        return ("socket",)
    if not decision.syscall:
        return ()
    if decision.syscall in draft.names:
        return (decision.syscall,)
    there = equivalents(decision.syscall, Abi.X86_64, draft.arch)
    return tuple(name for name in there if name in draft.names)


def _denied_names(draft: Draft, decision: Decision) -> tuple[str, ...]:
    """The calls that it takes away: never what another architecture has in its place, which others need."""
    names = _OF_SOCKETS if decision.socket else (decision.syscall,)
    return tuple(name for name in names if name in draft.names)


def _is_alone(rule: SyscallRule) -> bool:
    """Whether nothing but the project file is the reason for a rule."""
    return {reason.why for reason in rule.reasons} <= {Why.BY_HAND, Why.DEFAULT_CONDITION, Why.ARGUMENTS}


def _is_allowed(rule: SyscallRule | None, conditions: Conjunction) -> bool:
    """Whether a rule allows these arguments, whatever the project file says."""
    return rule is not None and not _is_alone(rule) and allows(rule.conditions, conditions)


def _widened(rule: SyscallRule, wanted: list[Conjunction] | None) -> SyscallRule:
    if wanted is None or rule.errno is not None:
        return rule
    alone = _is_alone(rule)
    if () in wanted or not (alone or rule.conditions):
        conditions: tuple[Conjunction, ...] = ()
    else:
        conditions = tuple(dict.fromkeys((*(() if alone else rule.conditions), *wanted)))
    by_hand = tuple(reason for reason in rule.reasons if reason.why is Why.BY_HAND)
    return rule.model_copy(update={"conditions": conditions, "reasons": by_hand if alone else rule.reasons})


def _without(draft: Draft, name: str, decision: Decision) -> Draft:
    reason = Reason(why=Why.BY_HAND, text=decision.said)
    denied = decision.conditions
    left = tuple(one for rule in draft.rules for one in _left(rule, name, denied))
    answered = _answer(draft, decision)
    if answered is not None:
        conditions = (denied,) if denied else ()
        left += (SyscallRule(name=name, errno=answered, conditions=conditions, reasons=(reason,)),)
    draft = _said(draft, name, decision)
    return replace(draft, rules=tuple(sorted(left, key=lambda rule: rule.place)))


def _left(rule: SyscallRule, name: str, denied: Conjunction) -> Iterator[SyscallRule]:
    """What is left of a rule."""
    if rule.name != name:
        yield rule
    elif denied:
        if rule.errno is not None:
            if rule.conditions != (denied,):
                yield rule
            return
        try:
            conditions = without(rule.name, rule.conditions, denied)
        except CannotExcludeError as error:
            raise UsageError(
                f"no seccomp profile can refuse {name} with {in_words(denied)} and keep what else it is "
                f"allowed with: {error}",
                f"deny {name} without arguments, or emit --args strict, which allows recorded arguments only",
            ) from error
        if conditions:
            yield rule.model_copy(update={"conditions": conditions})


def _answer(draft: Draft, decision: Decision) -> int | None:
    """The errno of a rule of its own; None: the profile's default answers."""
    number = errno_of(decision.errno)
    return None if number in (None, draft.options.default_errno) else errno_on(draft.arch, number)


def _said(draft: Draft, name: str, decision: Decision) -> Draft:
    """What the user should know about a denial."""
    needed = [reason for rule in draft.rules if rule.name == name for reason in rule.reasons]
    if any(reason.why is Why.RUNTIME for reason in needed) and not decision.conditions:
        text = f"{name} is denied by hand, and the container runtime calls it: no container may start"
        draft = draft.note(Severity.NOTE, text)
    for abi in draft.abis:
        if name in multiplexed(abi):
            around = multiplexed(abi)[name].call
            text = f"{name} is denied by hand, and {abi} programs get around it by {around}: deny that too"
            draft = draft.note(Severity.NOTE, text)
    return draft
