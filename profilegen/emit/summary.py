"""What a person should know about a policy, in a few lines for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT
from profilegen.emit.apparmor import skipped_paths, unnamed_networks
from profilegen.policy.default import allowed_names
from profilegen.policy.model import Severity, Why
from profilegen.policy.shared import shared
from profilegen.syscalls import table
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.policy.model import Policy

_PREFIX = {
    Severity.INCOMPLETE: "INCOMPLETE",
    Severity.WIDER: "WIDER than Docker's default",
    Severity.NOTE: "note",
}


def render(policy: Policy, *others: Policy, with_apparmor: bool) -> str:
    """Calls and capabilities against Docker's default, then the notes, the gravest first.

    Args:
        policy: what was decided.
        others: what was decided about the same subject on other architectures.
        with_apparmor: an AppArmor profile was asked for.
    """
    common = shared((policy, *others))
    kept = [rule.capability.docker for rule in common.capabilities]
    lines = [
        *_calls(policy),
        f"  {len(kept)} capabilities of {len(DOCKER_DEFAULT)}: {' '.join(kept) or 'none'}",
    ]
    if common.dropped:
        lines.append(f"  dropped, it had them: {' '.join(one.docker for one in common.dropped)}")
    if common.no_new_privileges:
        lines.append("  no-new-privileges, as it was recorded")
    lines += _notes(policy)
    if with_apparmor:
        lines += [f"  note: {text}" for text in _left_out(common)]
    for other in others:
        lines += _calls(other)
        lines += [line for line in _notes(other) if line not in lines]
    return "".join(f"{printable(line)}\n" for line in lines)


def _calls(policy: Policy) -> Iterator[str]:
    names = {rule.name for rule in policy.syscalls if rule.errno is None}
    native = names & table(policy.arch).names
    default = allowed_names(policy.arch, DOCKER_DEFAULT)
    where = "" if policy.main else f" on {policy.arch.docker}"
    yield f"{policy.subject}{where}: {len(native & default)} of the {len(default)} calls in Docker's default"
    if native - default:
        yield f"  and of those that it refuses: {' '.join(sorted(native - default))}"
    if names - native:
        whose = "32-bit programs" if all(abi.native is policy.arch for abi in policy.abis) else "others"
        yield f"  and {len(names - native)} that only {whose} can make"
    if policy.translated_from:
        sources = " and ".join(arch.docker for arch in policy.translated_from)
        why = [{reason.why for reason in rule.reasons} for rule in policy.syscalls if rule.errno is None]
        same = sum(Why.OBSERVED in some for some in why)
        new = sum(Why.TRANSLATED in some and Why.OBSERVED not in some for some in why)
        yield f"  recorded on {sources}: {same} of them by the same name, {new} stand for others"


def _notes(policy: Policy) -> Iterator[str]:
    for severity, prefix in _PREFIX.items():
        yield from (f"  {prefix}: {note.text}" for note in policy.notes if note.severity is severity)


def _left_out(policy: Policy) -> Iterator[str]:
    yield "the AppArmor profile is a skeleton: load it in complain mode first (apparmor_parser -C)"
    skipped = skipped_paths(policy)
    if skipped:
        yield (
            f"AppArmor cannot express {len(skipped)} paths (control characters or ?), the first is "
            f"{printable(skipped[0], 100)}"
        )
    for rule in unnamed_networks(policy):
        yield f"AppArmor has no name for socket family {rule.family} with type {rule.type}"
