"""Step: whether ``--cap-add`` can have an effect at all, for a user who is not root."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.policy.capability_need import needed_checks
from profilegen.policy.model import Severity
from profilegen.policy.privileges import no_new_privileges
from profilegen.text import listed, printable

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft
    from profilegen.recording import Container, Recording

_ROOT = ("", "0", "root")
_UNNAMED = "a user who is not root"
"""Whom ambient capabilities show: root has no use for them."""
_NAMED = 8


def common_user(draft: Draft) -> Draft:
    """Name the user if no container ran as root, and tell what capabilities would reach it.

    execve takes all capabilities from who is not root, ambient ones aside; a file gives them back by its
    attribute or as setuid root, unless no_new_privs is set (capabilities(7)). Docker gives nobody ambient
    ones, podman what ``--cap-add`` names: the recording tells which it was.
    """
    users = {_user(one) for one in draft.recording.containers}
    if not users or users.intersection(_ROOT):
        return draft
    name = " and ".join(printable(user, 64) for user in sorted(users))
    draft = replace(draft, user=name)
    return draft.note(Severity.NOTE, f"it runs as {name}{_what_reaches_it(draft.recording)}")


def _user(container: Container) -> str:
    """Name of the container's user; empty for root, or if the engine was asked too late to know."""
    named = container.user.partition(":")[0]
    return _UNNAMED if not named and container.ambient_set else named


def _what_reaches_it(recording: Recording) -> str:
    ambient = {capability.docker for one in recording.containers for capability in one.ambient_set}
    if ambient:
        return (
            f", which was given {listed(sorted(ambient), _NAMED)} as ambient capabilities: "
            "under podman --cap-add does that for a user, under Docker it does not"
        )
    givers = [
        file.path for file in recording.executed if file.file_capabilities or file.given or file.set_user
    ]
    granted = {check.capability.docker for check in needed_checks(recording)}
    nothing = ", whom --cap-add alone gives nothing: "
    if no_new_privileges(recording) and not granted:
        return f"{nothing}with no-new-privileges nothing gives it any"
    if givers:
        programs = ", ".join(printable(path, 100) for path in givers[:_NAMED])
        return f"{nothing}only these programs give it any: {programs}"
    if granted:
        return (
            f", and was granted {listed(sorted(granted), _NAMED)}, which no program gave it: something in it "
            "ran as root (docker exec --user), or the engine gives a user what --cap-add names"
        )
    return f"{nothing}no program that was executed gives it any (setcap in the image would, or setuid root)"
