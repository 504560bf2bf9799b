"""``translation.txt``: which calls of the profiles were recorded, and which stand for others.

JSON profiles cannot say it: a comment is an unknown field to some runtimes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Why
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.policy.model import Policy, SyscallRule

FILE = "translation.txt"
_HEADER = """\
# Every call that the seccomp profiles allow on an architecture that was not recorded, and why:
#   observed     it was recorded by the same name elsewhere
#   translated   it stands for a call that was recorded elsewhere
#   added        it was not recorded: the runtime, timing or another libc calls it
"""


def render(policies: Iterable[Policy]) -> str:
    """The list of one subject, by architecture and name; nothing if everything was recorded."""
    lines = [
        f"{policy.arch.docker} {rule.name} {kind}: {text}"
        for policy in policies
        if policy.translated_from
        for rule in policy.syscalls
        if rule.errno is None
        for kind, text in _told(rule)
    ]
    return _HEADER + "".join(f"{printable(line)}\n" for line in lines) if lines else ""


def _told(rule: SyscallRule) -> Iterator[tuple[str, str]]:
    told = [reason for reason in rule.reasons if reason.why in (Why.OBSERVED, Why.TRANSLATED)]
    for reason in told:
        yield reason.why.value, reason.text
    if not told:
        yield "added", rule.reasons[0].text
