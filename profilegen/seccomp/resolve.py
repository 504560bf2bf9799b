"""Resolve a profile to its filter, as an engine does for one container on one machine."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from profilegen.seccomp.filter import Action, Answer, Filter, FilterRule
from profilegen.versions import OLDEST_KERNEL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from profilegen.abi import Abi
    from profilegen.capabilities import Capability
    from profilegen.conditions import Conjunction
    from profilegen.seccomp.document import Argument, Document, Entry


def resolve(
    document: Document,
    arch: Abi,
    kept: AbstractSet[Capability],
    kernel: tuple[int, int] = OLDEST_KERNEL,
) -> Filter:
    """The filter, as Docker makes it (moby's seccomp/seccomp_linux.go), then runc (libcontainer/seccomp).

    Args:
        document: the file.
        arch: native architecture of the machine.
        kept: the container's bounding set.
        kernel: major and minor number of its version.
    """
    rules = (
        FilterRule(name, _answer(entry.action, entry.number), conditions)
        for entry in document.syscalls
        if _applies(entry, arch, kept, kernel)
        for conditions in _conjunctions(entry.args)
        for name in entry.calls
    )
    return Filter(
        abis=document.abis(arch),
        default=_answer(document.defaultAction, document.number),
        rules=tuple(dict.fromkeys(rules)),
    )


def _answer(action: Action, number: int) -> Answer:
    """Only ERRNO and TRACE have a number; KILL is the older name of KILL_THREAD."""
    if action is Action.KILL:
        return Answer(Action.KILL_THREAD)
    return Answer(action, number if action in (Action.ERRNO, Action.TRACE) else 0)


def _applies(entry: Entry, arch: Abi, kept: AbstractSet[Capability], kernel: tuple[int, int]) -> bool:
    held = {capability.value for capability in kept}
    includes, excludes = entry.includes, entry.excludes
    if arch.moby in excludes.arches or held.intersection(excludes.caps):
        return False
    if excludes.kernel is not None and kernel >= excludes.kernel:
        return False
    if includes.arches and arch.moby not in includes.arches:
        return False
    return held.issuperset(includes.caps) and (includes.kernel is None or kernel >= includes.kernel)


def _conjunctions(arguments: tuple[Argument, ...]) -> Iterator[Conjunction]:
    """All conditions at once; two on one index make each a rule of its own (runc and crun)."""
    checks = [argument.condition for argument in arguments]
    if any(count > 1 for count in Counter(check.index for check in checks).values()):
        yield from ((check,) for check in checks)
    else:
        yield tuple(sorted(checks))
