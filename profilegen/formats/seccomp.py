"""``seccomp.json``: plain OCI, so that every engine and runtime reads the same out of it.

No ``archMap``, ``includes``, ``excludes``, ``name``, ``flags`` or ``comment``: containerd ignores them,
some runtimes refuse them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from profilegen.conditions import Operator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.conditions import Condition
    from profilegen.policy.model import Policy, SyscallRule

FILE = "seccomp.json"
_ALLOW = "SCMP_ACT_ALLOW"
_ERRNO = "SCMP_ACT_ERRNO"


def render(policy: Policy) -> str:
    """The profile as JSON: same policy, same bytes."""
    profile = {
        "defaultAction": _ERRNO,
        "defaultErrnoRet": policy.default_errno,
        "architectures": [abi.scmp for abi in policy.abis],
        "syscalls": list(_entries(policy.syscalls)),
    }
    return json.dumps(profile, indent=2) + "\n"


def _entries(rules: Iterable[SyscallRule]) -> Iterator[dict[str, Any]]:
    """What is always allowed, what is under conditions, what is answered; each sorted by name."""
    whole: dict[int | None, list[str]] = defaultdict(list)
    conditional: list[SyscallRule] = []
    for rule in rules:
        if rule.conditions:
            conditional.append(rule)
        else:
            whole[rule.errno].append(rule.name)
    allowed = whole.pop(None, [])
    if allowed:
        yield {"names": sorted(allowed), **_action(None)}
    for rule in sorted(conditional, key=lambda rule: (rule.errno is not None, rule.name, rule.errno or 0)):
        for conditions in rule.conditions:
            yield {
                "names": [rule.name],
                **_action(rule.errno),
                "args": [_argument(one) for one in conditions],
            }
    for errno, names in sorted(whole.items()):
        yield {"names": sorted(names), **_action(errno)}


def _action(errno: int | None) -> dict[str, Any]:
    """``errnoRet`` only beside ERRNO: crun refuses it beside ALLOW."""
    return {"action": _ALLOW} if errno is None else {"action": _ERRNO, "errnoRet": errno}


def _argument(condition: Condition) -> dict[str, Any]:
    argument: dict[str, Any] = {"index": condition.index, "value": condition.value}
    if condition.operator is Operator.MASKED_EQUAL:
        argument["valueTwo"] = condition.value_two
    return {**argument, "op": condition.operator.value}
