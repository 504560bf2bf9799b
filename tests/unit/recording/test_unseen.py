"""What the recorded runs did not show is said once, with what to do, and not where another run showed it."""

from typing import Any

import pytest

from profilegen.abi import Abi
from profilegen.policy.options import DeriveOptions
from profilegen.recording import (
    Completeness,
    Container,
    Data,
    End,
    ExecutedFile,
    HealthCheck,
    Host,
    Phase,
    Recording,
    RingUnseen,
    Start,
    Syscall,
)
from profilegen.recording.merge import merge
from profilegen.recording.unseen import INITS, Unseen, unseen
from tests.support.recordings import derive

SHOWN = Container(
    id="a" * 64,
    name="web",
    runtime="runc",
    start=Start.FIRST,
    end=End.STOPPED,
    health_check=HealthCheck.SEEN,
    exec_seen=True,
)
INIT = ExecutedFile(path="/usr" + INITS[0])


def recorded(*containers: Container, calls: tuple[str, ...] = ("read",), init: bool = True) -> Recording:
    return Recording(
        subject="web",
        run_ids=("0" * 32,),
        hosts=(Host(kernel="6.18", arch=Abi.X86_64),),
        containers=containers,
        syscalls=tuple(Syscall(abi=Abi.X86_64, name=name, phases=(Phase.APP,)) for name in calls),
        executed=(INIT,) if init else (),
    )


def container(number: int = 0, **facts: Any) -> Container:
    return SHOWN.model_copy(update={"id": f"{number:064x}", **facts})


def whats(recording: Recording) -> list[str]:
    return [one.what for one in unseen(recording)]


def test_a_run_that_showed_all_leaves_nothing_to_say() -> None:
    assert whats(recorded(SHOWN)) == []


@pytest.mark.parametrize(
    ("what", "facts"),
    [
        ("end", {"end": End.RUNNING}),
        ("end", {"end": End.KILLED}),
        ("first-start", {"start": Start.AGAIN}),
        ("restart", {"volumes": ("/data",), "data": Data.NEW}),
        ("new-data", {"volumes": ("/data",), "data": Data.OLD}),
        ("health-check", {"health_check": HealthCheck.UNSEEN}),
        ("exec", {"exec_seen": False}),
    ],
)
def test_what_one_container_did_not_show_another_may_have(what: str, facts: dict[str, Any]) -> None:
    assert whats(recorded(container(**facts))) == [what]
    other = {Data.NEW: Data.OLD, Data.OLD: Data.NEW}.get(facts.get("data", Data.UNKNOWN), Data.UNKNOWN)
    assert whats(recorded(container(**facts), container(1, data=other))) == []


def test_a_program_that_only_failed_is_said() -> None:
    assert whats(recorded(container(end=End.FAILED))) == ["success"]
    assert whats(recorded(container(end=End.FAILED), container(1, end=End.SUCCEEDED))) == []


def test_one_cpu_is_said_when_every_run_had_one() -> None:
    assert whats(recorded(container(one_cpu=True))) == ["one-cpu"]
    assert whats(recorded(container(one_cpu=True), container(1))) == []


def test_work_without_io_uring_is_said_where_it_was_used() -> None:
    assert whats(recorded(SHOWN, calls=("io_uring_setup",))) == ["without-io-uring"]


@pytest.mark.parametrize("what", RingUnseen)
def test_what_a_ring_hides_is_said_of_containers_and_of_processes_outside(what: RingUnseen) -> None:
    hidden = Completeness(rings=(what,))
    for seen in (recorded(SHOWN), recorded()):
        with_ring = seen.model_copy(update={"completeness": hidden})
        assert whats(with_ring) == [f"io-uring-{what}"]
        assert [text for text in notes(with_ring) if text.startswith("not seen: ") and "io_uring" in text]


def test_a_job_that_ends_by_itself_needs_no_exec() -> None:
    assert whats(recorded(container(end=End.SUCCEEDED, exec_seen=False))) == []


def test_an_engine_that_tells_nothing_is_no_reason_to_say_anything() -> None:
    silent = Container(id="a" * 64, name="web", end=End.SUCCEEDED)
    assert whats(recorded(silent)) == []


def test_processes_outside_of_a_container_have_none_of_it() -> None:
    assert whats(recorded(init=False)) == []


def test_another_runs_recording_fills_the_gap() -> None:
    first, second = recorded(container(end=End.KILLED)), recorded(container(1, end=End.STOPPED))
    assert whats(first) == ["end"]
    assert whats(merge([first, second])) == []


def test_the_place_of_the_data_is_named() -> None:
    (found,) = unseen(recorded(container(volumes=("/a", "/b", "/c", "/d"), data=Data.NEW)))
    assert isinstance(found, Unseen)
    assert "/a /b /c and 1 more" in found.text


def notes(recording: Recording, options: DeriveOptions | None = None) -> list[str]:
    return [note.text for note in derive([recording], options).notes]


def test_emit_says_it_with_what_to_do_and_hostile_places_are_escaped() -> None:
    (line,) = (
        text
        for text in notes(recorded(container(volumes=("/\x1b[2J",), data=Data.NEW)))
        if "not seen" in text
    )
    assert "\x1b" not in line
    assert "docker restart" in line


def test_an_init_is_offered_unless_it_is_in() -> None:
    without = recorded(SHOWN, init=False)
    assert [text for text in notes(without) if "--init" in text]
    assert not [text for text in notes(without, DeriveOptions(init=True)) if "--init" in text]
    assert not [text for text in notes(recorded(SHOWN)) if "--init" in text]


def allowed(recording: Recording, options: DeriveOptions | None = None) -> set[str]:
    return {rule.name for rule in derive([recording], options).syscalls if rule.errno is None}


def test_the_calls_of_an_init_come_when_asked_for_or_recorded_so() -> None:
    reaping = {"rt_sigtimedwait", "signalfd4", "wait4", "setpgid"}
    assert not reaping & allowed(recorded(SHOWN, init=False))
    assert reaping <= allowed(recorded(SHOWN, init=False), DeriveOptions(init=True))
    assert reaping <= allowed(recorded(SHOWN))
    assert {"signalfd4", "wait4"} <= allowed(recorded(SHOWN), DeriveOptions(arch=Abi.ARM64))
