"""How a run of a container went, by the wait status of its first process and its engine's events."""

import signal
from dataclasses import replace

import pytest

from profilegen.containers.life import Life, after_docker_event, after_podman_event
from profilegen.containers.model import EngineContainer
from profilegen.containers.volumes import Volume
from profilegen.recording import Data, End, HealthCheck, Start
from profilegen.session import run_facts
from profilegen.session.run_facts import Run, RunCounter
from tests.support.doors import observed

WEB = "a" * 64
FOLLOWED = EngineContainer(WEB, "web", health_check="curl -f localhost", life=Life(followed=True))


def lived(*actions: str, container: EngineContainer = FOLLOWED) -> EngineContainer:
    for action in actions:
        container = replace(container, life=after_docker_event(container, action))
    return container


@pytest.mark.parametrize(
    ("status", "container", "end"),
    [
        (0, FOLLOWED, End.SUCCEEDED),
        (3 << 8, FOLLOWED, End.FAILED),
        (int(signal.SIGSEGV) | 0x80, FOLLOWED, End.FAILED),  # with a core
        (int(signal.SIGKILL), FOLLOWED, End.KILLED),
        (int(signal.SIGKILL), lived("kill"), End.KILLED),  # docker stop, whose patience was over
        (143 << 8, lived("kill"), End.STOPPED),
        (0, lived("kill"), End.STOPPED),
        (int(signal.SIGTERM), FOLLOWED, End.STOPPED),
        (0, lived("kill", "start"), End.SUCCEEDED),  # that was its last life
    ],
)
def test_its_end(status: int, container: EngineContainer, end: End) -> None:
    assert run_facts.end_of(observed(WEB, wait_status=status), container) is end


def test_without_a_wait_status_it_runs_or_nobody_saw() -> None:
    assert run_facts.end_of(observed(WEB), FOLLOWED) is End.RUNNING
    assert run_facts.end_of(observed(WEB, ended=True), FOLLOWED) is End.UNKNOWN


def test_its_first_start_is_the_first_run_of_one_that_never_ran() -> None:
    seen = observed(WEB)
    new, old = lived("create", "start"), replace(FOLLOWED, life=Life(followed=True, ran_before=True))
    assert run_facts.start_of(seen, new, Run(1)) is Start.FIRST
    assert run_facts.start_of(seen, new, Run(2)) is Start.AGAIN
    assert run_facts.start_of(seen, old, Run(1)) is Start.AGAIN
    assert run_facts.start_of(seen, EngineContainer(WEB), Run(1)) is Start.UNKNOWN
    assert run_facts.start_of(observed(WEB, late=True), new, Run(1)) is Start.UNKNOWN


def test_a_health_check_is_an_exec_of_its_own_command() -> None:
    check = lived("exec_start: /bin/sh -c curl -f localhost")
    assert (run_facts.health_check_of(check), run_facts.exec_seen(check)) == (HealthCheck.SEEN, False)
    other = lived("exec_start: ls /")
    assert (run_facts.health_check_of(other), run_facts.exec_seen(other)) == (HealthCheck.UNSEEN, True)
    none = lived("exec_start: ls /", container=replace(FOLLOWED, health_check=""))
    assert (run_facts.health_check_of(none), run_facts.exec_seen(none)) == (HealthCheck.NONE, True)
    unknown = EngineContainer(WEB)
    assert (run_facts.health_check_of(unknown), run_facts.exec_seen(unknown)) == (HealthCheck.UNKNOWN, None)


def test_an_exec_of_podman_is_the_health_check_where_there_is_one() -> None:
    assert after_podman_event(FOLLOWED, "exec").health_checks
    assert after_podman_event(replace(FOLLOWED, health_check=""), "exec").execs
    assert after_podman_event(FOLLOWED, "died").ends == 1


@pytest.mark.parametrize("facts", [{"cpus": 1}, {}])
def test_one_cpu_by_affinity_or_by_share(facts: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    limited = replace(FOLLOWED, one_cpu=not facts)
    assert run_facts.had_one_cpu(observed(WEB, **facts), limited)
    assert not run_facts.had_one_cpu(observed(WEB, cpus=8192), FOLLOWED)


def test_a_volume_of_an_earlier_container_is_met_again() -> None:
    counter = RunCounter()
    first = replace(FOLLOWED, volumes=(Volume("/data", "/var/lib/volumes/one"),))
    second = replace(first, id="b" * 64)
    assert counter.begin(first) == Run(1, Data.NEW)
    assert counter.begin(first) == Run(2, Data.NEW)  # a restart: its number says so
    assert counter.begin(second) == Run(1, Data.OLD)
    filled = replace(FOLLOWED, id="c" * 64, volumes=(Volume("/data", "/srv", had_data=True),))
    assert counter.begin(filled) == Run(1, Data.OLD)
    assert counter.begin(replace(FOLLOWED, id="d" * 64)) == Run(1, Data.UNKNOWN)
    assert counter.next(WEB) == 3


def test_runs_are_counted_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_facts, "_REMEMBERED", 2)
    counter = RunCounter()
    for number in range(5):
        counter.begin(EngineContainer(f"{number:064x}"))
    assert [counter.next(f"{number:064x}") for number in range(5)] == [1, 1, 1, 2, 2]
