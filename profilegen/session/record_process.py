"""The session of ``--process``: a command's own processes, known by a cgroup of their own, no engine."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import TYPE_CHECKING

from profilegen.command.run import Interruptions, run_command
from profilegen.errors import NothingRecordedError
from profilegen.session.assemble import assemble, this_host, with_lost
from profilegen.session.outcome import Outcome
from profilegen.session.saving.save import Saver
from profilegen.session.scripts import process_name
from profilegen.session.watch import Watch
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from profilegen.session.options import RecordOptions
    from profilegen.session.own_cgroup import OwnCgroup
    from profilegen.session.record_containers import Say
    from profilegen.tracer.observation import Observation
    from profilegen.tracer.tracer import Tracer

_CLIENTS = {"docker", "docker-compose", "nerdctl", "podman"}


def record_process(
    options: RecordOptions,
    make_cgroup: Callable[[], OwnCgroup],
    make_tracer: Callable[[], Tracer],
    kernel: str,
    say: Say,
) -> Outcome:
    """Record the command and all that it starts, from its execve to its end.

    The subject is the last element of its name, or of its script's. There is no container in the recording:
    no runtime started it, and no calls of one belong into its profile.

    Raises:
        ProfilegenError: nothing could be recorded at all.
    """
    client = PurePath(options.command[0]).name
    if client in _CLIENTS:
        say(
            f"{client} is a client: the containers that it starts are not recorded; "
            "leave out --process to record them"
        )
    tracer = make_tracer()
    watch = Watch(tracer, lambda _: None)  # of containers that come and go meanwhile
    with Interruptions().caught() as interruptions:
        try:
            cgroup = make_cgroup()
            try:
                tracer.attach(cgroups=(cgroup.folder,))
                say("attached; running: " + printable(" ".join(options.command)))
                with watch.running():
                    status = run_command(
                        options.command, interruptions, options.invoker, options.timeout, cgroup.entered()
                    )
                observation = tracer.observe()
            finally:
                left = cgroup.remove()
        finally:
            tracer.close()
        if left:
            still = (
                "process of the command still runs; it is"
                if left == 1
                else "processes of the command still run; they are"
            )
            say(f"{left} {still} no longer recorded")
        outcome = _keep(options, observation, cgroup.id, kernel, status, say)
    if watch.failure is not None:
        raise watch.failure
    return outcome


def _keep(
    options: RecordOptions, observation: Observation, cgroup_id: int, kernel: str, status: int, say: Say
) -> Outcome:
    subject = options.subject or process_name(options.command)
    recordings = [
        with_lost(assemble(subject, seen, None, this_host(kernel), secrets.token_hex(16)), observation.lost)
        for seen in observation.subjects
        if seen.cgroup_id == cgroup_id and seen.started
    ]
    if not recordings:
        return Outcome({}, status, NothingRecordedError("the command's processes were not seen"))
    written = Saver(options.directory, options.invoker, append=options.append, say=say).save(recordings)
    return Outcome(written.files, status, written.problem)
