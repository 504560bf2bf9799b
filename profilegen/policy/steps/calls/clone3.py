"""Step: clone3 becomes clone, because no filter can look at its flags.

Its arguments are in memory, so a filter that allows it allows every CLONE_NEW* flag. Docker's default
answers ENOSYS, and glibc, the one user, falls back to clone on exactly that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.policy.model import Severity, Why
from profilegen.vocabulary import CapabilityUse

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def clone_instead_of_clone3(draft: Draft) -> Draft:
    """Allow clone where clone3 was seen, and keep clone3 only beside CAP_SYS_ADMIN."""
    if "clone3" not in draft.allowed:
        return draft
    text = "clone3 was called; it is answered ENOSYS, and the libc falls back to clone"
    if Capability.CAP_SYS_ADMIN in {rule.capability for rule in draft.capabilities}:
        return draft.allow(Why.OBSERVED, [("clone", "clone3 was called, clone is what a libc falls back to")])
    rest = {name: reasons for name, reasons in draft.allowed.items() if name != "clone3"}
    draft = replace(draft, allowed=rest).allow(Why.OBSERVED, [("clone", text)])
    return draft.note(Severity.NOTE, *(_NAMESPACES,) if _made_user_namespaces(draft) else ())


_NAMESPACES = (
    "clone3 made a user namespace, and the profile answers clone3 with ENOSYS, because no filter can see its "
    "flags: a program that does not go on with clone or unshare fails"
)


def _made_user_namespaces(draft: Draft) -> bool:
    return any(
        check.use is CapabilityUse.USER_NAMESPACE and "clone3" in check.syscalls
        for check in draft.recording.capabilities
    )
