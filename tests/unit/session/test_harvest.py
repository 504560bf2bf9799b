"""Containers that end while others run: identified, merged, and bounded whatever they bring."""

import threading

import pytest

from profilegen.abi import Abi
from profilegen.containers.model import EngineContainer
from profilegen.containers.selection import Selection
from profilegen.recording import IO_URING, Host, Lost, Recording, RingUnseen, dumps, service_of
from profilegen.session import harvest, limits
from profilegen.session.harvest import Harvest
from profilegen.session.watch import Watch
from profilegen.tracer.layout import OWN_GRANT, RING_CALL
from profilegen.tracer.observation import (
    ArgumentsSeen,
    Call,
    CapabilitySeen,
    LowPortSeen,
    Observation,
    SubjectObservation,
)
from tests.support.doors import FakeEngine, FakeTracer, call, observed

WEB, CACHE, OTHER = "a" * 64, "b" * 64, "c" * 64
IMAGE = "sha256:" + "1" * 64
NAMED = (
    EngineContainer(WEB, "web", "nginx", IMAGE),
    EngineContainer(CACHE, "cache", "redis", IMAGE),
    EngineContainer(OTHER, "web2", "nginx", IMAGE, labels={"profilegen.subject": "web"}),
)


def harvest_of(*containers: EngineContainer, selection: Selection | None = None) -> tuple[Harvest, list[str]]:
    said: list[str] = []
    host = Host(kernel="6.18.0", arch=Abi.X86_64)
    return Harvest(selection or Selection(), FakeEngine(containers), host, said.append), said


def ended(*subjects: SubjectObservation) -> Observation:
    return Observation(subjects, {})


def end(made: Harvest, *left: SubjectObservation) -> dict[str, Recording]:
    return {recording.subject: recording for recording in made.finish(Observation(left, {}))}


def lost(recording: Recording) -> dict[Lost, int]:
    return {item.what: item.count for item in recording.completeness.lost}


def test_those_that_ended_and_those_that_run_are_one_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "_AT_ONCE", 2)  # merged on the way
    made, _ = harvest_of(*NAMED)
    made.take(ended(observed(WEB, "read"), observed(CACHE, "futex"), observed(OTHER, "write")))
    made.take(ended(observed(WEB, "read", "getpid")))
    kept = end(made, observed(OTHER, "mkdir"))
    assert {item.name for item in kept["web"].syscalls} == {"read", "write", "getpid", "mkdir"}
    assert [container.name for container in kept["web"].containers] == ["web", "web2"]
    assert {item.name for item in kept["cache"].syscalls} == {"futex"}


def test_the_order_is_that_of_their_coming() -> None:
    made, _ = harvest_of(*NAMED)
    made.take(ended(observed(CACHE, "read", born=7)))
    assert list(end(made, observed(WEB, "read", born=3))) == ["web", "cache"]


def test_one_that_the_engine_has_not_named_waits_for_its_name() -> None:
    made, _ = harvest_of()
    made.take(ended(observed(WEB, "read")))
    made._engines = FakeEngine(NAMED)
    assert list(end(made)) == ["web"]


def test_what_was_not_asked_for_is_dropped_and_what_was_is_remembered() -> None:
    selection = Selection(images=("redis", "postgres"))
    made, _ = harvest_of(*NAMED, selection=selection)
    made.take(ended(observed(WEB, "read"), observed(CACHE, "read")))
    assert list(end(made)) == ["cache"]
    assert selection.unmatched(made.fulfilled) == ("--image postgres",)


def test_more_recordings_than_there_is_room_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "MAX_RECORDINGS", 1)
    made, _ = harvest_of(*NAMED)
    made.take(ended(observed("d" * 64), observed("e" * 64)))  # nobody names them: one may wait
    made.take(ended(observed(WEB, "read"), observed(CACHE, "read"), observed(OTHER, "write")))
    kept = end(made)
    assert list(kept) == ["web"]
    assert lost(kept["web"]) == {Lost.CONTAINERS: 3}


def test_arguments_of_ever_new_containers_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_LIMITS", {"arguments": (5, Lost.ARGUMENTS)})
    made, _ = harvest_of(*NAMED)
    for value in range(8):
        seen = ArgumentsSeen(call("personality"), (value, 0, 0))
        made.take(ended(observed(WEB, "personality", arguments=(seen,))))
    kept = end(made)["web"]
    assert len(kept.arguments) == 5
    assert lost(kept) == {Lost.ARGUMENTS: 3}


def test_the_watch_takes_what_has_ended_and_leaves_when_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profilegen.session.watch._TAKE_SECONDS", 0.01)
    three = threading.Event()
    taken: list[str] = []

    def take(ended: Observation) -> None:
        taken.extend(seen.cgroup_path for seen in ended.subjects)
        if len(taken) == 3:
            three.set()

    tracer = FakeTracer(Observation((), {}), [observed(container) for container in (WEB, CACHE, OTHER)])
    watch = Watch(tracer, take)
    with watch.running():
        assert three.wait(10)
    assert (len(taken), watch.failure) == (3, None)
    assert not [thread for thread in threading.enumerate() if thread.name == "profilegen-watch"]


def test_a_failure_of_the_watch_is_kept_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profilegen.session.watch._TAKE_SECONDS", 0.01)
    failed = threading.Event()

    def take(_ended: object) -> None:
        failed.set()
        raise RuntimeError("no")

    watch = Watch(FakeTracer(Observation((), {})), take)
    with watch.running():
        assert failed.wait(10)
    assert isinstance(watch.failure, RuntimeError)


def in_project(container_id: str, folder: str, image: str = IMAGE) -> EngineContainer:
    labels = {
        "com.docker.compose.service": "web",
        "com.docker.compose.project.working_dir": folder,
        "com.docker.compose.project.config_files": "compose.yml",
    }
    return EngineContainer(container_id, container_id[:4], "nginx", image, labels=labels)


def test_services_of_two_projects_are_two_recordings_that_say_whose_they_are() -> None:
    made, _ = harvest_of(in_project(WEB, "/x/a"), in_project(CACHE, "/x/b"))
    recordings = made.finish(Observation((observed(WEB, "read"), observed(CACHE, "write")), {}))
    assert [service_of(one) for one in recordings] == [("web", "a:compose.yml"), ("web", "b:compose.yml")]
    assert {one.subject for one in recordings} == {"web"}


def test_no_path_of_the_machine_is_in_a_recording() -> None:
    made, _ = harvest_of(in_project(WEB, "/home/me/secret/shop"))
    assert "secret" not in dumps(end(made, observed(WEB, "read"))["web"])


def test_what_an_engine_starts_for_itself_is_counted_and_not_recorded() -> None:
    step = EngineContainer(WEB, "happy_turing", IMAGE, IMAGE, log_driver="none")
    made, _ = harvest_of(step)
    assert not end(made, observed(WEB, "read"))
    assert made.helpers == 1
    made, _ = harvest_of(step, selection=Selection(containers=("happy_turing",)))
    assert end(made, observed(WEB, "read"))


def test_the_chosen_name_is_everybodys() -> None:
    made, _ = harvest_of(*NAMED[:2])
    made._subject = "shop"
    recordings = made.finish(Observation((observed(WEB, "read"), observed(CACHE, "write")), {}))
    assert [one.subject for one in recordings] == ["shop"]  # of one image


def test_what_a_worker_of_a_ring_asks_for_has_the_rings_name_and_a_low_port_its_program() -> None:
    made, _ = harvest_of(*NAMED)
    kind = OWN_GRANT
    asked = (
        CapabilitySeen(1, kind, Call(Abi.X86_64, RING_CALL), "/bin/x", ring=True),
        CapabilitySeen(0, kind, call("chown"), "/bin/x"),
    )
    ports = (LowPortSeen(81, 0, "/bin/x"), LowPortSeen(53, 0, None))
    recording = end(made, observed(WEB, "io_uring_setup", capabilities=asked, low_ports=ports))["web"]
    assert [check.syscalls for check in recording.capabilities] == [("chown",), (IO_URING,)]
    assert [(item.port, item.programs) for item in recording.low_ports] == [(53, ()), (81, ("/bin/x",))]


@pytest.mark.parametrize(
    ("sight", "said"),
    [
        ({}, ()),
        ({"ring_files": False}, (RingUnseen.FILES,)),
        ({"ring_slots": True}, (RingUnseen.SLOTS,)),
        ({"ring_workers": False}, (RingUnseen.WORKERS,)),
    ],
)
def test_what_a_ring_hides_is_a_fact_of_who_used_one(
    sight: dict[str, bool], said: tuple[RingUnseen, ...]
) -> None:
    made, _ = harvest_of(*NAMED)
    kept = end(made, observed(WEB, "io_uring_setup", **sight), observed(CACHE, "read", **sight))
    assert kept["web"].completeness.rings == said
    assert kept["cache"].completeness.rings == ()


def test_too_many_ports_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits._LIMITS, "low_ports", (2, Lost.PORTS))
    made, _ = harvest_of(*NAMED)
    ports = tuple(LowPortSeen(port, 0, None) for port in (1, 2, 3))
    recording = end(made, observed(WEB, "bind", low_ports=ports))["web"]
    assert [item.port for item in recording.low_ports] == [1, 2]
    assert lost(recording) == {Lost.PORTS: 1}
