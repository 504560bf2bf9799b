"""Step: what the OCI runtime itself calls under the filter, as recorded and as measured.

Without these no container starts, no ``docker exec`` and no health check works, whether or not one
was used while recording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import UsageError
from profilegen.policy.model import Severity, Why
from profilegen.policy.runtime_needs import baseline_rows, names_here
from profilegen.recording import Phase, SeccompMode
from profilegen.tables.engines.runtime_baseline import ANY, runtimes
from profilegen.text import close_matches, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.policy.draft import Draft
    from profilegen.recording import Container
    from profilegen.tables.engines.runtime_baseline import BaselineCall


def parse_runtimes(names: Iterable[str]) -> tuple[str, ...]:
    """The runtimes that the user named, ``any`` for all, sorted.

    Raises:
        UsageError: one has no baseline.
    """
    chosen = set(names)
    if unknown := sorted(chosen - {ANY, *runtimes()}):
        raise UsageError(
            f"nothing is known about the runtime {printable(unknown[0], 64)!r}"
            f"{close_matches(unknown[0], runtimes())}",
            f"--runtime {', '.join(runtimes())} or {ANY}; scripts/record-runtime-baseline makes one",
        )
    return tuple(sorted(runtimes() if ANY in chosen else chosen))


def runtime_calls(draft: Draft) -> Draft:
    """What the runtimes called before their execve, unless the profile is for other ones."""
    wanted = draft.options.runtimes
    ran = {one.runtime for one in draft.recording.containers}
    if wanted and not ran & {*wanted, ""}:
        return draft
    return draft.allow(
        Why.OBSERVED,
        (
            (call.name, "called by the runtime, before its execve")
            for call in draft.recording.syscalls
            # No runtime makes a thread there by clone3; a program's is clone_instead_of_clone3's.
            if Phase.RUNTIME in call.phases and Phase.APP not in call.phases and call.name != "clone3"
        ),
    )


def runtime_baseline(draft: Draft) -> Draft:
    """The union of what is known of the runtimes of all containers, or of those that the user wants."""
    draft = draft.allow(
        Why.RUNTIME, ((name, _reason(row)) for row in baseline_rows(draft) for name in names_here(row, draft))
    )
    if not draft.recording.containers and not draft.options.runtimes:
        text = "recorded outside of a container: no container starts under it without --runtime any"
        draft = draft.note(Severity.NOTE, text)
    containers = draft.recording.containers
    bare = dict.fromkeys(_called(one) for one in containers if one.seccomp is SeccompMode.UNCONFINED)
    text = "recorded with seccomp off, so that calls that Docker would have refused may be in the profile: {}"
    draft = draft.note_list(Severity.NOTE, text, tuple(bare))
    for container in containers:
        if not draft.options.runtimes and container.runtime not in runtimes():
            draft = draft.note(Severity.NOTE, _guessed(container))
    return draft


def _called(container: Container) -> str:
    return printable(container.name or container.id[:12], 64)


def _guessed(container: Container) -> str:
    named = f"the runtime {printable(container.runtime, 64)!r}" if container.runtime else "no runtime"
    added = "the calls of every known runtime are added, --runtime adds those of one"
    return f"the recording names {named}: {added}"


def _reason(row: BaselineCall) -> str:
    version = "" if row.version == ANY else f" {row.version}"
    command = "start and exec" if row.command == ANY else row.command.replace("run", "start")
    sometimes = ", now and then" if row.kind == "noise" else ""
    return f"{row.runtime}{version} calls it for {command}{sometimes}"
