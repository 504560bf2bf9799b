"""What libseccomp's filter answers, by the OCI rules alone: it shares no code with profilegen.

Sources: seccomp_rule_add(3), libseccomp's src/db.c, and what runc 1.1 and crun 1.8 were seen to do. Not in
it is what libseccomp 2.5.4 gets wrong: limits beyond 32 bits, and several rules for one call that compare
more than one argument and not only for equality.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Answer = tuple[str, int | None]
"""Action and errno; the errno only beside SCMP_ACT_ERRNO."""

SOCKETCALL = (
    *("socket", "bind", "connect", "listen", "accept", "getsockname", "getpeername", "socketpair", "send"),
    *("recv", "sendto", "recvfrom", "shutdown", "setsockopt", "getsockopt", "sendmsg", "recvmsg", "accept4"),
    *("recvmmsg", "sendmmsg"),
)
"""include/uapi/linux/net.h: 1 is socket."""

_NARROW = ("X86", "X32", "ARM", "MIPS", "MIPSEL", "MIPS64N32", "MIPSEL64N32", "PPC", "S390", "PARISC", "M68K")
NARROW = frozenset(f"SCMP_ARCH_{name}" for name in (*_NARROW, "SH", "SHEB"))
"""There libseccomp compares the lower 32 bits of both sides (arch.h, the size of an architecture)."""

KILLED: Answer = ("SCMP_ACT_KILL", None)
ALLOWED: Answer = ("SCMP_ACT_ALLOW", None)


class AmbiguousError(Exception):
    """Two rules with different answers hold for the same arguments: libseccomp's tree decides."""


def evaluate(profile: Mapping[str, Any], scmp: str, name: str, arguments: Sequence[int]) -> Answer:
    """The answer of a plain OCI profile to one call.

    Args:
        profile: defaultAction, defaultErrnoRet, architectures and syscalls.
        scmp: whose call it is: ``SCMP_ARCH_X86_64``.
        name: of the call.
        arguments: registers, up to six.
    """
    if scmp not in profile["architectures"]:
        return KILLED
    default = _answer(profile["defaultAction"], profile.get("defaultErrnoRet", 1))
    found: list[tuple[Answer, Sequence[Mapping[str, Any]]]] = []
    for rule in profile["syscalls"]:
        answer = _answer(rule["action"], rule.get("errnoRet", 1))
        if name in rule["names"] and answer != default:
            found += [(answer, conditions) for conditions in _conjunctions(rule)]
    width = 2**32 - 1 if scmp in NARROW else 2**64 - 1
    return _decided(found, default, [argument & width for argument in arguments], width)


def evaluate_socketcall(profile: Mapping[str, Any], scmp: str, arguments: Sequence[int]) -> Answer:
    """The answer to socketcall: its own rules, and those of the calls that it makes.

    Those lose their condition on argument 0, which becomes the number of the call (abi_rule_add).
    """
    rules = list(profile["syscalls"])
    for rule in profile["syscalls"]:
        for number, name in enumerate(SOCKETCALL, start=1):
            if name in rule["names"]:
                which = {"index": 0, "op": "SCMP_CMP_EQ", "value": number}
                rules += [
                    {**rule, "names": ["socketcall"], "args": [which, *(c for c in one if c["index"] != 0)]}
                    for one in _conjunctions(rule)
                ]
    return evaluate({**profile, "syscalls": rules}, scmp, "socketcall", arguments)


def _conjunctions(rule: Mapping[str, Any]) -> list[Sequence[Mapping[str, Any]]]:
    """Two conditions on one index make each a rule of its own (runc's seccomp_linux.go, crun's seccomp.c)."""
    conditions = rule.get("args") or []
    indexes = [one["index"] for one in conditions]
    return [[one] for one in conditions] if len(set(indexes)) < len(indexes) else [conditions]


def _decided(
    found: list[tuple[Answer, Sequence[Mapping[str, Any]]]],
    default: Answer,
    arguments: Sequence[int],
    width: int,
) -> Answer:
    for answer, conditions in found:
        if not conditions:
            return answer  # no condition beside it has an effect, and no second one without conditions
    matching = {
        answer for answer, conditions in found if all(_holds(one, arguments, width) for one in conditions)
    }
    if len(matching) > 1:
        raise AmbiguousError(matching)
    return matching.pop() if matching else default


def _answer(action: str, errno: int) -> Answer:
    return action, errno if action == "SCMP_ACT_ERRNO" else None


def _holds(condition: Mapping[str, Any], arguments: Sequence[int], width: int) -> bool:
    """Unsigned."""
    index, value = condition["index"], condition["value"] & width
    argument = arguments[index] if index < len(arguments) else 0
    operator = condition["op"].removeprefix("SCMP_CMP_")
    if operator == "MASKED_EQ":
        return bool(argument & value == condition.get("valueTwo", 0) & value)
    holds = {
        "NE": argument != value,
        "LT": argument < value,
        "LE": argument <= value,
        "EQ": argument == value,
        "GE": argument >= value,
        "GT": argument > value,
    }
    return bool(holds[operator])
