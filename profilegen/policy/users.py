"""Step: whether ``--cap-add`` can have an effect at all, for a user who is not root."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.model import Severity
from profilegen.policy.privileges import no_new_privileges
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft

_ROOT = ("", "0", "root")


def common_user(draft: Draft) -> Draft:
    """Name the user if no container ran as root, and tell what capabilities would reach it.

    execve takes all capabilities from who is not root, ambient ones aside, which Docker gives nobody; a
    file gives them back by its attribute or as setuid root, unless no_new_privs is set (capabilities(7)).
    """
    users = {one.user.partition(":")[0] for one in draft.recording.containers}
    if not users or users.intersection(_ROOT):
        return draft
    name = " and ".join(printable(user, 64) for user in sorted(users))
    draft = replace(draft, user=name)
    givers = [file.path for file in draft.recording.executed if file.file_capabilities or file.set_user]
    if no_new_privileges(draft.recording):
        how = "with no-new-privileges nothing gives it any"
    elif givers:
        how = "only these programs give it any: " + ", ".join(printable(path, 100) for path in givers[:8])
    else:
        how = "no program that was executed gives it any (setcap in the image would, or setuid root)"
    return draft.note(Severity.NOTE, f"it runs as {name}, whom --cap-add alone gives nothing: {how}")
