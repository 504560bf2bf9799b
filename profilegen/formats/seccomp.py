"""``seccomp.json``: plain OCI, so that every engine and runtime reads the same out of it.

No ``archMap``, ``includes``, ``excludes``, ``name``, ``flags`` or ``comment``: containerd ignores them,
some runtimes refuse them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from profilegen.seccomp.document import Argument, Document, Entry
from profilegen.seccomp.filter import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.conditions import Conjunction
    from profilegen.policy.model import Policy, SyscallRule

FILE = "seccomp.json"


def render(policy: Policy) -> str:
    """The profile as JSON: same policy, same bytes."""
    return Document(
        defaultAction=Action.ERRNO,
        defaultErrnoRet=policy.default_errno,
        architectures=tuple(abi.scmp for abi in policy.abis),
        syscalls=tuple(_entries(policy.syscalls)),
    ).text


def _entries(rules: Iterable[SyscallRule]) -> Iterator[Entry]:
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
        yield _entry(allowed, None)
    for rule in sorted(conditional, key=lambda rule: (rule.errno is not None, rule.name, rule.errno or 0)):
        for conditions in rule.conditions:
            yield _entry([rule.name], rule.errno, conditions)
    for errno, names in sorted(whole.items()):
        yield _entry(names, errno)


def _entry(names: Iterable[str], errno: int | None, conditions: Conjunction = ()) -> Entry:
    """``errnoRet`` only beside ERRNO: crun refuses it beside ALLOW."""
    set_ = {
        "names": tuple(sorted(names)),
        **({"action": Action.ALLOW} if errno is None else {"action": Action.ERRNO, "errnoRet": errno}),
        **({"args": tuple(map(Argument.of, conditions))} if conditions else {}),
    }
    return Entry.model_validate(set_)
