"""What the profiles of one subject have in common on all architectures: all but the system calls."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from profilegen.policy.model import CapabilityRule, FileRule, NetworkRule

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from typing import TypeVar

    from profilegen.policy.model import Policy, Reason

    T = TypeVar("T")


def shared(policies: Sequence[Policy]) -> Policy:
    """The first policy with the capabilities, files and networks that one of them at least needs."""
    first, *others = policies
    if not others:
        return first
    capabilities = tuple(
        CapabilityRule(
            capability=rules[0].capability,
            reasons=_reasons(rule.reasons for rule in rules),
            instead=tuple(sorted(set(rules[0].instead).intersection(*(rule.instead for rule in rules)))),
        )
        for rules in _grouped(policies, lambda one: one.capabilities, lambda rule: rule.capability)
    )
    files = tuple(
        FileRule(
            path=rules[0].path,
            access=tuple(sorted({access for rule in rules for access in rule.access})),
            execute=any(rule.execute for rule in rules),
            reasons=_reasons(rule.reasons for rule in rules),
        )
        for rules in _grouped(policies, lambda one: one.files, lambda rule: rule.path)
    )
    networks = tuple(
        NetworkRule(
            family=rules[0].family, type=rules[0].type, reasons=_reasons(rule.reasons for rule in rules)
        )
        for rules in _grouped(policies, lambda one: one.networks, lambda rule: (rule.family, rule.type))
    )
    kept = {rule.capability for rule in capabilities}
    users = {one.user for one in policies}
    return first.model_copy(
        update={
            "capabilities": capabilities,
            "files": files,
            "networks": networks,
            "no_new_privileges": all(one.no_new_privileges for one in policies),
            "dropped": tuple(sorted({one for policy in policies for one in policy.dropped} - kept)),
            "user": users.pop() if len(users) == 1 else "",
        }
    )


def _grouped(
    policies: Iterable[Policy], rules: Callable[[Policy], Iterable[T]], key: Callable[[T], Hashable]
) -> list[list[T]]:
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for policy in policies:
        for rule in rules(policy):
            groups[key(rule)].append(rule)
    return [groups[one] for one in sorted(groups)]  # type: ignore[type-var]  # all of one kind


def _reasons(groups: Iterable[tuple[Reason, ...]]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for group in groups for reason in group))
