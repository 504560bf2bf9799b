"""Step: paths and address families for AppArmor that the project file allows or denies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.decisions import changes_nothing
from profilegen.policy.model import FileRule, NetworkRule, Reason, Severity, Why
from profilegen.tables.sockets import family_condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.policy.decisions import Decision
    from profilegen.policy.draft import Draft
    from profilegen.recording import Access

_ANY_TYPE = 0


def files_by_hand(draft: Draft) -> Draft:
    """Add the paths and families that are allowed by hand; take away and refuse those that are denied."""
    decisions = draft.options.decisions
    seen = {rule.path: rule.access for rule in draft.files}
    unused = (
        changes_nothing(one)
        for one in decisions
        if one.allow and one.path and set(one.access) <= set(seen.get(one.path, ()))
    )
    draft = draft.note(Severity.NOTE, *unused)
    return replace(
        draft,
        files=_files(draft, [one for one in decisions if one.path and one.allow], _denied_access(decisions)),
        denied_files=tuple(_rule(one) for one in decisions if one.path and not one.allow),
        networks=_networks(draft, [one for one in decisions if one.socket]),
    )


def _rule(decision: Decision) -> FileRule:
    reason = Reason(why=Why.BY_HAND, text=decision.said)
    return FileRule(path=decision.path, access=decision.access, reasons=(reason,))


def _denied_access(decisions: Iterable[Decision]) -> dict[str, set[Access]]:
    denied: dict[str, set[Access]] = {}
    for one in decisions:
        if one.path and not one.allow:
            denied.setdefault(one.path, set()).update(one.access)
    return denied


def _files(draft: Draft, allowed: Iterable[Decision], denied: dict[str, set[Access]]) -> tuple[FileRule, ...]:
    rules = {rule.path: rule for rule in draft.files}
    for one in allowed:
        rule = rules.get(one.path)
        new = _rule(one)
        if rule is not None:
            access = tuple(sorted({*rule.access, *new.access}))
            new = rule.model_copy(update={"access": access, "reasons": (*rule.reasons, *new.reasons)})
        rules[one.path] = new
    left = (
        rule.model_copy(
            update={"access": tuple(one for one in rule.access if one not in denied.get(path, ()))}
        )
        for path, rule in sorted(rules.items())
    )
    return tuple(rule for rule in left if rule.access)


def _networks(draft: Draft, decisions: Iterable[Decision]) -> tuple[NetworkRule, ...]:
    rules = {(rule.family, rule.type): rule for rule in draft.networks}
    for one in decisions:
        family = family_condition(one.socket).value_two
        reason = Reason(why=Why.BY_HAND, text=one.said)
        if one.allow:
            new = NetworkRule(family=family, type=_ANY_TYPE, reasons=(reason,))
            rules.setdefault((family, _ANY_TYPE), new)
        else:
            rules = {key: rule for key, rule in rules.items() if key[0] != family}
    return tuple(rule for _, rule in sorted(rules.items()))
