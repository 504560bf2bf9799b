"""What a person should know about a policy, in a few lines for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import DOCKER_DEFAULT
from profilegen.emit.apparmor import skipped_paths, unnamed_networks
from profilegen.policy.default import allowed_names
from profilegen.policy.model import Severity
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


def render(policy: Policy, *, with_apparmor: bool) -> str:
    """Calls and capabilities against Docker's default, then the notes, the gravest first.

    Args:
        policy: what was decided.
        with_apparmor: an AppArmor profile was asked for.
    """
    names = {rule.name for rule in policy.syscalls if rule.errno is None}
    native = names & table(policy.arch).names
    default = allowed_names(policy.arch, DOCKER_DEFAULT)
    kept = [rule.capability.docker for rule in policy.capabilities]
    lines = [f"{policy.subject}: {len(native & default)} of the {len(default)} calls in Docker's default"]
    if native - default:
        lines.append(f"  and of those that it refuses: {' '.join(sorted(native - default))}")
    if names - native:
        lines.append(f"  and {len(names - native)} that only 32-bit programs can make")
    lines.append(f"  {len(kept)} capabilities of {len(DOCKER_DEFAULT)}: {' '.join(kept) or 'none'}")
    if policy.dropped:
        lines.append(f"  dropped, it had them: {' '.join(one.docker for one in policy.dropped)}")
    if policy.no_new_privileges:
        lines.append("  no-new-privileges, as it was recorded")
    for severity, prefix in _PREFIX.items():
        lines += [f"  {prefix}: {note.text}" for note in policy.notes if note.severity is severity]
    if with_apparmor:
        lines += [f"  note: {text}" for text in _left_out(policy)]
    return "".join(f"{printable(line)}\n" for line in lines)


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
