"""The recording session with both doors replaced."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.containers.model import EngineContainer
from profilegen.containers.selection import Selection
from profilegen.errors import (
    CannotTraceError,
    CommandFailedFirstError,
    CommandNotStartableError,
    NothingRecordedError,
    OutputError,
    RecordingUnreadableError,
    UnknownContainerError,
)
from profilegen.recording import Access, CapabilityUse, Lost, Phase, load
from profilegen.recording.gaps import gaps
from profilegen.session.live_rows import Row
from profilegen.session.options import RecordOptions
from profilegen.session.outcome import Outcome
from profilegen.session.own_cgroup import OwnCgroup
from profilegen.session.record_containers import record_session
from profilegen.session.record_process import record_process
from profilegen.tracer.layout import CheckFlags, UnknownSeen
from profilegen.tracer.maps.progress import Progress
from profilegen.tracer.observation import (
    Abis,
    ArgumentsSeen,
    Call,
    CapabilitySeen,
    Observation,
    ProgramSeen,
    RefusalSeen,
    SubjectObservation,
)
from tests.support.doors import FakeEngine, FakeTracer, call, observed

WEB, CACHE = "a" * 64, "b" * 64
KERNEL = "6.18.0"
ENGINE_WEB = EngineContainer(WEB, "web", "nginx", "sha256:" + "1" * 64, runtime="runc")
ENGINE_CACHE = EngineContainer(CACHE, "cache", "redis", "sha256:" + "2" * 64, runtime="runc")


def run(
    directory: Path,
    observation: Observation,
    engine: FakeEngine,
    *,
    selection: Selection | None = None,
    command: tuple[str, ...] = ("true",),
    timeout: float | None = None,
    append: bool = False,
    until_stopped: bool = False,
    ended: list[SubjectObservation] | None = None,
) -> tuple[Outcome, FakeTracer, list[str]]:
    said: list[str] = []
    tracer = FakeTracer(observation, ended or [])
    options = RecordOptions(directory, selection or Selection(), command, timeout, append, until_stopped)
    outcome = record_session(options, engine, lambda: tracer, KERNEL, said.append)
    assert tracer.closed
    assert engine.closed
    return outcome, tracer, said


def both() -> tuple[Observation, FakeEngine]:
    observation = Observation((observed(WEB, "read", "write"), observed(CACHE, "read", "futex")), {})
    return observation, FakeEngine((ENGINE_WEB, ENGINE_CACHE))


def test_every_container_that_started_has_its_file(tmp_path: Path) -> None:
    outcome, _, said = run(tmp_path, *both())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache.recording.json", "web.recording.json"]
    assert {s.name for s in load(tmp_path / "cache.recording.json").syscalls} == {"read", "futex"}
    assert (outcome.status, outcome.problem) == (0, None)
    assert [line for line in said if "recording web (nginx) as web" in line]


def test_only_what_was_selected_is_kept(tmp_path: Path) -> None:
    run(tmp_path, *both(), selection=Selection(images=("redis",)))
    assert [path.name for path in tmp_path.iterdir()] == ["cache.recording.json"]


def test_a_wish_that_nothing_fulfils_is_an_error_and_the_rest_is_kept(tmp_path: Path) -> None:
    outcome, _, _ = run(tmp_path, *both(), selection=Selection(containers=("web", "db")))
    assert isinstance(outcome.problem, UnknownContainerError)
    assert "--container db" in outcome.problem.cause
    assert [path.name for path in outcome.files] == ["web.recording.json"]


def test_nothing_started_is_an_error(tmp_path: Path) -> None:
    outcome, _, _ = run(tmp_path, Observation((), {}), FakeEngine(()))
    assert isinstance(outcome.problem, NothingRecordedError)
    assert not list(tmp_path.iterdir())


def test_a_runtime_that_gave_up_before_execve_is_no_recording(tmp_path: Path) -> None:
    observation = Observation((observed(WEB, "read", started=False, ended=True),), {})
    outcome, _, _ = run(tmp_path, observation, FakeEngine((ENGINE_WEB,)))
    assert isinstance(outcome.problem, NothingRecordedError)


def test_one_that_is_about_to_start_its_program_is_waited_for(tmp_path: Path) -> None:
    """docker run -d has returned by then."""

    class Starting(FakeTracer):
        def progress(self) -> Progress:
            if self.looks == 2:
                self.observation = Observation((observed(WEB, "read"),), {})
            return super().progress()

    tracer = Starting(Observation((observed(WEB, started=False),), {}))
    engine = FakeEngine((ENGINE_WEB,))
    options = RecordOptions(tmp_path, Selection(), ("true",))
    record_session(options, engine, lambda: tracer, KERNEL, lambda _: None)
    assert {s.name for s in load(tmp_path / "web.recording.json").syscalls} == {"read"}


def test_a_container_that_the_engine_never_spoke_of_goes_by_its_id(tmp_path: Path) -> None:
    run(tmp_path, Observation((observed(WEB, "read"),), {}), FakeEngine(()))
    assert [path.name for path in tmp_path.iterdir()] == [f"{WEB[:12]}.recording.json"]


def test_containers_of_one_subject_and_image_share_a_file(tmp_path: Path) -> None:
    second = EngineContainer(
        CACHE, "web2", "nginx", ENGINE_WEB.image_id, labels={"profilegen.subject": "web"}
    )
    observation = Observation((observed(WEB, "read"), observed(CACHE, "write")), {})
    run(tmp_path, observation, FakeEngine((ENGINE_WEB, second)))
    recording = load(tmp_path / "web.recording.json")
    assert {s.name for s in recording.syscalls} == {"read", "write"}
    assert len(recording.containers) == 2


def test_another_image_under_the_same_subject_has_its_own_file(tmp_path: Path) -> None:
    other = EngineContainer(
        CACHE, "web2", "nginx", "sha256:" + "c" * 64, labels={"profilegen.subject": "web"}
    )
    observation = Observation((observed(WEB, "read"), observed(CACHE, "write")), {})
    run(tmp_path, observation, FakeEngine((ENGINE_WEB, other)))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "web-cccccccc.recording.json",
        "web.recording.json",
    ]


def test_two_recordings_never_have_one_name(tmp_path: Path) -> None:
    """A subject may be called as another one with the digits of an image."""
    image = "sha256:" + "c" * 64
    labels = {"profilegen.subject": "web"}
    third, fourth = "d" * 64, "e" * 64
    containers = (
        ENGINE_WEB,
        EngineContainer(CACHE, "second", "nginx", image, labels=labels),
        EngineContainer(third, "web-cccccccc", "redis", image),
        EngineContainer(fourth, "fourth", labels=labels),
    )
    ids = (WEB, CACHE, third, fourth)
    observation = Observation(tuple(observed(one, "read", born=n) for n, one in enumerate(ids)), {})
    run(tmp_path, observation, FakeEngine(containers))
    names = {path.name.removesuffix(".recording.json"): load(path) for path in tmp_path.iterdir()}
    assert {name: recording.containers[0].id for name, recording in names.items()} == {
        "web": WEB,
        "web-ccccccccc": CACHE,
        "web-cccccccc": third,
        "web-2": fourth,
    }


def test_a_second_run_replaces_and_append_merges(tmp_path: Path) -> None:
    engine = (ENGINE_WEB,)
    path = tmp_path / "web.recording.json"
    run(tmp_path, Observation((observed(WEB, "read"),), {}), FakeEngine(engine))
    run(tmp_path, Observation((observed(WEB, "write"),), {}), FakeEngine(engine), append=True)
    assert {s.name for s in load(path).syscalls} == {"read", "write"}
    assert len(load(path).run_ids) == 2
    run(tmp_path, Observation((observed(WEB, "futex"),), {}), FakeEngine(engine))
    assert {s.name for s in load(path).syscalls} == {"futex"}


def test_a_container_that_has_ended_is_on_disk_while_the_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profilegen.session.watch._TAKE_SECONDS", 0.01)
    file = tmp_path / "web.recording.json"
    wait = f"until test -e {file}; do sleep 0.05; done; cp {file} {tmp_path}/early"
    ended = [observed(WEB, "read", wait_status=0, ended=True)]
    rest = Observation((observed(WEB, "write"),), {})
    outcome, _, _ = run(
        tmp_path, rest, FakeEngine((ENGINE_WEB,)), command=("sh", "-c", wait), ended=ended, timeout=60
    )
    assert outcome.status == 0
    assert {s.name for s in load(tmp_path / "early").syscalls} == {"read"}
    assert {s.name for s in load(file).syscalls} == {"read", "write"}


@pytest.mark.parametrize("command", [("true",), ()])
def test_until_stopped_waits_for_the_last_container(
    tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profilegen.session.still_running._LOOK_SECONDS", 0.01)
    running = Observation((observed(WEB, "read"),), {})

    class Stopping(FakeTracer):
        def progress(self) -> Progress:
            progress = super().progress()
            if self.looks < 3:  # two looks, and one for those that have not come to their program
                return progress
            return Progress(tuple(replace(one, ended=True) for one in progress.subjects), 0)

    said: list[str] = []
    tracer = Stopping(running)
    options = RecordOptions(tmp_path, Selection(), command, until_stopped=True)
    record_session(options, FakeEngine((ENGINE_WEB,)), lambda: tracer, KERNEL, said.append)
    assert [line for line in said if "waiting for the end of web" in line]
    assert tracer.looks == 4


def test_until_stopped_does_not_wait_for_what_only_holds_a_pod(tmp_path: Path) -> None:
    holder = EngineContainer(CACHE, f"{CACHE[:12]}-infra", engine="podman")
    observation = Observation((observed(WEB, "read", ended=True), observed(CACHE, "pause")), {})
    outcome, _, said = run(tmp_path, observation, FakeEngine((ENGINE_WEB, holder)), until_stopped=True)
    assert [path.name for path in outcome.files] == ["web.recording.json"]
    assert not [line for line in said if "waiting" in line or "infra" in line]


def test_until_stopped_ends_with_its_time(tmp_path: Path) -> None:
    observation, engine = both()
    outcome, _, _ = run(tmp_path, observation, engine, command=(), until_stopped=True, timeout=0.1)
    assert len(outcome.files) == 2


def test_those_that_ran_instead_are_named(tmp_path: Path) -> None:
    outcome, _, _ = run(tmp_path, *both(), selection=Selection(containers=("db",)))
    assert isinstance(outcome.problem, UnknownContainerError)
    assert "web (nginx), cache (redis)" in outcome.problem.cause


def test_a_command_that_failed_first_is_the_cause(tmp_path: Path) -> None:
    outcome, _, _ = run(tmp_path, Observation((), {}), FakeEngine(()), command=("false",))
    assert isinstance(outcome.problem, CommandFailedFirstError)
    assert "without profilegen" in outcome.problem.hint


def test_running_containers_are_entered_only_if_asked_for(tmp_path: Path) -> None:
    observation = Observation((observed(WEB, "read", late=True),), {})
    _, tracer, said = run(
        tmp_path, observation, FakeEngine((), (ENGINE_WEB,)), selection=Selection(containers=("web",))
    )
    assert tracer.attached == [(WEB,)]
    assert [line for line in said if "was already running" in line]
    assert load(tmp_path / "web.recording.json").containers[0].late
    _, tracer, _ = run(tmp_path, Observation((), {}), FakeEngine((), (ENGINE_WEB,)))
    assert tracer.attached == [()]


@pytest.mark.parametrize(
    "selection", [Selection(images=("nginx",)), Selection(services=("web",)), Selection(labels=("app",))]
)
def test_one_that_runs_already_is_taken_by_its_name_alone(tmp_path: Path, selection: Selection) -> None:
    labels = {"com.docker.compose.service": "web", "app": "shop"}
    engine = FakeEngine((), (replace(ENGINE_WEB, labels=labels),))
    outcome, tracer, said = run(tmp_path, Observation((), {}), engine, selection=selection)
    assert tracer.attached == [()]
    assert not outcome.files
    assert [line for line in said if "web (nginx) was already running" in line and "--container web" in line]


@pytest.mark.parametrize(("script", "status"), [("exit 3", 3), ("kill -TERM $$", 143)])
def test_the_status_is_the_commands(tmp_path: Path, script: str, status: int) -> None:
    outcome, _, _ = run(tmp_path, *both(), command=("sh", "-c", script))
    assert outcome.status == status
    assert len(outcome.files) == 2


@pytest.mark.parametrize(("command", "status"), [("/absent/command", 127), ("/", 126)])
def test_a_command_that_cannot_start_has_the_shells_status(tmp_path: Path, command: str, status: int) -> None:
    with pytest.raises(CommandNotStartableError) as caught:
        run(tmp_path, *both(), command=(command,))
    assert caught.value.status == status


def test_the_timeout_ends_the_command(tmp_path: Path) -> None:
    outcome, _, _ = run(tmp_path, *both(), command=("sleep", "600"), timeout=0.2)
    assert outcome.status == 128 + signal.SIGTERM
    assert len(outcome.files) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_recording_without_command_and_keeps_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    timer = threading.Timer(0.2, os.kill, (os.getpid(), number))
    timer.start()
    outcome, _, _ = run(tmp_path, *both(), command=())
    assert outcome.status is None
    assert len(outcome.files) == 2


def test_signals_are_passed_on_to_the_command_and_it_is_waited_for(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: (time.sleep(0.2), sys.exit(9)))\n"
        f"os.kill({os.getpid()}, signal.SIGINT)\n"
        "time.sleep(600)\n"
    )
    outcome, _, _ = run(tmp_path, *both(), command=(sys.executable, "-c", script))
    assert outcome.status == 9
    assert len(outcome.files) == 2


def test_an_error_while_attaching_closes_everything(tmp_path: Path) -> None:
    class Broken(FakeTracer):
        def attach(self, running: object = (), cgroups: object = ()) -> tuple[str, ...]:
            assert (running, cgroups) == ((), ())
            raise CannotTraceError("no")

    tracer, engine = Broken(Observation((), {})), FakeEngine(())
    with pytest.raises(CannotTraceError):
        record_session(RecordOptions(tmp_path, Selection()), engine, lambda: tracer, KERNEL, lambda _: None)
    assert tracer.closed
    assert engine.closed


USES = set(CapabilityUse) - {CapabilityUse.CHECKED}


def test_everything_that_the_kernel_saw_is_in_the_recording(tmp_path: Path) -> None:
    seen = observed(
        WEB,
        "socket",
        calls={
            call("socket"): {Phase.RUNTIME: None, Phase.APP: "/bin/x"},
            call("time", Abi.I386): {Phase.APP: "/bin/y"},
            Call(Abi.X86_64, 500): {Phase.APP: "/bin/x"},
            Call(Abi.X86_64, 501): {Phase.APP: "/bin/x"},
        },
        enosys=frozenset({Call(Abi.X86_64, 501)}),
        arguments=(ArgumentsSeen(call("socket"), (2, 1, 0)),),
        refused=(
            RefusalSeen(call("socket"), 1, (40, 1, 0), "/bin/x"),
            RefusalSeen(call("keyctl"), None, (0, 0, 0), None),
            RefusalSeen(call("prctl"), 1, (0, 0, 0), "/bin/x", anything=True),
        ),
        capabilities=(
            CapabilitySeen(0, CheckFlags(15), call("chown"), "/bin/x"),
            CapabilitySeen(21, CheckFlags(4), call("mmap"), None),
            *(
                CapabilitySeen(1, CheckFlags(77), call("access"), "/bin/x", askers)
                for askers in (
                    ("generic_permission", "do_faccessat"),
                    ("may_create", "vfs_mkdir", "ovl_mkdir"),
                )
            ),
            CapabilitySeen(12, CheckFlags(47), call("openat"), None, tuple("abcdef")),
            *(CapabilitySeen(10, CheckFlags.APP, call("capset"), "/bin/x", use=use) for use in USES),
        ),
        unknown={Call(Abi.X86_64, 9000): UnknownSeen.ENTERED},
        programs=(ProgramSeen("/bin/x", None), ProgramSeen("/bin/sh", "./run.sh")),
        files={"/etc/passwd": (Access.READ,), "/lib/c.so": (Access.MAP_EXEC, Access.READ)},
    )
    run(tmp_path, Observation((seen,), {Lost.PATHS: 7}), FakeEngine((ENGINE_WEB,)))
    recording = load(tmp_path / "web.recording.json")
    assert {(s.abi, s.name, s.phases) for s in recording.syscalls} == {
        (Abi.X86_64, "socket", (Phase.APP, Phase.RUNTIME)),
        (Abi.I386, "time", (Phase.APP,)),
    }
    assert [(a.name, a.values) for a in recording.arguments] == [("socket", ((0, 2), (1, 1)))]
    assert {(r.name, r.errno, r.values, r.anything) for r in recording.refused} == {
        ("socket", 1, ((0, 40), (1, 1)), False),
        ("keyctl", None, (), False),
        ("prctl", 1, (), True),
    }
    granted = [check for check in recording.capabilities if check.granted]
    assert [
        (c.capability, c.own_credentials, c.own_user_namespace, c.phase, c.syscalls) for c in granted
    ] == [
        (Capability.CAP_CHOWN, True, True, Phase.APP, ("chown",)),
        (Capability.CAP_DAC_OVERRIDE, False, True, Phase.APP, ("access",)),
        (Capability.CAP_DAC_OVERRIDE, False, True, Phase.APP, ("access",)),
        (Capability.CAP_NET_ADMIN, True, True, Phase.APP, ("openat",)),
    ]
    assert [(c.copied_credentials, c.asked_by, c.by_root, c.askers) for c in granted[1:]] == [
        (False, "", None, ("may_create vfs_mkdir ovl_mkdir",)),
        (True, "", None, ("generic_permission do_faccessat",)),
        (False, "a", False, ("a b c d",)),
    ]
    uses = {c.use for c in recording.capabilities if c.capability is Capability.CAP_NET_BIND_SERVICE}
    assert uses == USES
    assert {(u.number, u.executed) for u in recording.completeness.unknown_syscalls} == {
        (500, True),
        (501, False),
        (9000, True),
    }
    assert [(item.what, item.count) for item in recording.completeness.lost] == [(Lost.PATHS, 7)]
    assert {(e.path, e.interpreted) for e in recording.executed} == {
        ("/bin/x", None),
        ("/bin/sh", "./run.sh"),
    }
    assert {p.path: p.access for p in recording.paths} == {
        "/etc/passwd": (Access.READ,),
        "/lib/c.so": (Access.MAP_EXEC, Access.READ),
    }
    assert len(gaps(recording)) == 2


def test_a_number_that_only_its_table_knows_has_its_name(tmp_path: Path) -> None:
    """Private calls of arm are far above all others, and no bit of the kernel's part is theirs."""
    cacheflush = Call(Abi.ARM, 983042)
    seen = observed(WEB, "read", unknown={cacheflush: UnknownSeen.ENTERED})
    run(tmp_path, Observation((seen,), {}), FakeEngine((ENGINE_WEB,)))
    recording = load(tmp_path / "web.recording.json")
    assert [(item.abi, item.name) for item in recording.syscalls if item.abi is Abi.ARM] == [
        (Abi.ARM, "cacheflush")
    ]
    assert not gaps(recording)


def test_an_x32_call_has_its_name_and_no_number_ends_the_recording(tmp_path: Path) -> None:
    """What a hostile program may call: bit 30 alone, nobody's number, -1 (64 bits wide at sys_enter)."""
    abis = Abis(Abi.X86_64, Abi.I386)
    numbers = {0x40000000 + 514: 3, 0x40000000 + 600: 3, 600: 1, 2**64 - 1: 1, 2**31: 1, 2**32 - 2: 1}
    unknown = {abis.unknown(number, compat=False): UnknownSeen(seen) for number, seen in numbers.items()}
    unknown |= {abis.unknown(0x40000000 + 514, compat=True): UnknownSeen.ENTERED}
    run(tmp_path, Observation((observed(WEB, "read", unknown=unknown),), {}), FakeEngine((ENGINE_WEB,)))
    recording = load(tmp_path / "web.recording.json")
    assert {(item.abi, item.name) for item in recording.syscalls} == {
        (Abi.X86_64, "read"),
        (Abi.X32, "ioctl"),
    }
    assert {(u.abi, u.number) for u in recording.completeness.unknown_syscalls if u.executed} == {
        (Abi.X86_64, 600),
        (Abi.I386, 0x40000000 + 514),
    }
    assert {(u.abi, u.number) for u in recording.completeness.unknown_syscalls if not u.executed} == {
        (Abi.X32, 0x40000000 + 600),
        (Abi.X86_64, -1),
        (Abi.X86_64, -(2**31)),
        (Abi.X86_64, -2),
    }


@pytest.mark.parametrize(("machine", "compat"), [("x86_64", Abi.I386), ("aarch64", Abi.ARM)])
def test_the_kernel_side_tells_one_compat_abi(machine: str, compat: Abi) -> None:
    assert Abis.of_machine(machine).compat is compat
    with pytest.raises(CannotTraceError):
        Abis.of_machine("riscv64")


def test_the_view_is_shown_while_there_is_no_command_and_closed_before_the_end(tmp_path: Path) -> None:
    shown: list[tuple[Sequence[Row], int]] = []
    closed: list[int] = []

    class Shown:
        def show(self, rows: Sequence[Row], containers: int, lost: int) -> None:
            assert containers == len(rows)
            shown.append((rows, lost))

    @contextmanager
    def open_view() -> Iterator[Shown]:
        yield Shown()
        closed.append(tracer.looks)

    observation, engine = both()
    tracer = FakeTracer(Observation(observation.subjects, {Lost.PATHS: 7}))
    for command in (("true",), ()):
        options = RecordOptions(tmp_path, Selection(images=("redis",)), command, timeout=0.2)
        record_session(options, engine, lambda: tracer, KERNEL, lambda _: None, open_view)
    assert closed == [tracer.looks - 1]  # the last is for those that have not come to their program
    ((row,), lost), *_ = shown
    assert (row.name, row.calls, lost) == ("cache", 2, 7)


class Place(OwnCgroup):
    """No cgroup, for no kernel."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.id, self.steps = folder, 77, ["made"]

    @contextmanager
    def entered(self) -> Iterator[None]:
        self.steps.append("in")
        yield
        self.steps.append("out")

    def remove(self) -> int:
        self.steps.append("removed")
        return 2


def of_process(directory: Path, *command: str, cgroup_id: int = 77) -> tuple[Outcome, Place, list[str]]:
    said: list[str] = []
    place = Place(directory / "cgroup")
    seen = observed(WEB, "read", cgroup_id=cgroup_id, cgroup_path="/profilegen-0", unconfined=True)
    tracer = FakeTracer(Observation((observed(CACHE, "futex"), seen), {}))
    options = RecordOptions(directory, Selection(), command)
    try:
        outcome = record_process(options, lambda: place, lambda: tracer, KERNEL, said.append)
    finally:
        assert tracer.closed
    assert tracer.cgroups == (place.folder,)
    return outcome, place, said


def test_a_process_is_the_cgroup_that_it_was_born_in_and_no_container(tmp_path: Path) -> None:
    outcome, place, said = of_process(tmp_path, "/bin/sh", "-c", "exit 3")
    assert (outcome.status, outcome.problem) == (3, None)
    recording = load(tmp_path / "sh.recording.json")
    assert ({call.name for call in recording.syscalls}, recording.containers) == ({"read"}, ())
    assert place.steps == ["made", "in", "out", "removed"]
    assert [line for line in said if "2 processes of the command still run" in line]


def test_a_process_is_called_by_its_script(tmp_path: Path) -> None:
    outcome, _, _ = of_process(tmp_path, "/bin/sh", "/dev/null")
    assert [path.name for path in outcome.files] == ["null.recording.json"]


def test_a_process_that_was_not_seen_is_an_error(tmp_path: Path) -> None:
    outcome, _, _ = of_process(tmp_path, "true", cgroup_id=78)
    assert isinstance(outcome.problem, NothingRecordedError)


def test_a_process_that_cannot_start_leaves_no_cgroup(tmp_path: Path) -> None:
    place = Place(tmp_path)
    tracer = FakeTracer(Observation((), {}))
    options = RecordOptions(tmp_path, Selection(), ("/absent",))
    with pytest.raises(CommandNotStartableError):
        record_process(options, lambda: place, lambda: tracer, KERNEL, lambda _: None)
    assert place.steps[-1] == "removed"
    assert tracer.closed


def test_one_file_that_cannot_be_saved_keeps_no_other_from_it(tmp_path: Path) -> None:
    (tmp_path / "cache.recording.json").mkdir()
    outcome, _, _ = run(tmp_path, *both())
    assert isinstance(outcome.problem, OutputError)
    assert [path.name for path in outcome.files] == ["web.recording.json"]


def test_what_cannot_be_merged_at_the_end_is_saved_beside_it(tmp_path: Path) -> None:
    foreign = tmp_path / "web.recording.json"
    foreign.write_text("foreign")
    outcome, _, _ = run(tmp_path, *both(), append=True)
    assert isinstance(outcome.problem, RecordingUnreadableError)
    assert foreign.read_text() == "foreign"
    (beside,) = tmp_path.glob("web-*.recording.json")
    assert {call.name for call in load(beside).syscalls} == {"read", "write"}
    assert load(tmp_path / "cache.recording.json").subject == "cache"
