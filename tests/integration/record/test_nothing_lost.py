"""40 of 40: no circumstance hides a call, and none that the runtime made is taken for the program's."""

import os
from collections.abc import Callable

import pytest

from profilegen.recording import Phase, Recording, SeccompMode, Start
from tests.support.circumstances import CASES
from tests.support.forty import FORTY, TWENTY_THREE, found, run_recorded, unexpected
from tests.support.recorder import calls

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

RUNS = int(os.environ.get("PROFILEGEN_RUNS", "2"))
Recorded = Callable[[str], list[Recording]]

HARDEST = (
    "at-once",
    "thirty-milliseconds",
    "leader-ends-first",
    "own-mount-namespace",
    "nested-cgroup-of-the-host",
    "busy-machine",
)
"""Tried on other kernels too."""

each_case = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.cell] * (name in HARDEST)) for name in CASES]
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The runs of a case, made once."""
    done: dict[str, list[Recording]] = {}

    def record(name: str) -> list[Recording]:
        if name not in done:
            done[name] = run_recorded(CASES[name], RUNS, tmp_path_factory.mktemp(name))
        return done[name]

    return record


@each_case
def test_every_call_is_found_and_no_other(name: str, recorded: Recorded) -> None:
    for run in recorded(name):
        assert CASES[name].expected - found(CASES[name], run) == set()
        assert unexpected(CASES[name], run) == set()


@each_case
def test_the_program_has_none_of_its_calls_in_the_runtimes_phase(name: str, recorded: Recorded) -> None:
    for run in recorded(name):
        assert run.containers[0].seccomp is SeccompMode.FILTER
        assert "execve" in calls(run, Phase.RUNTIME)
        assert not CASES[name].expected & calls(run, Phase.RUNTIME)


def test_a_childs_calls_are_its_programs_before_and_after_its_execve(recorded: Recorded) -> None:
    for run in recorded("across-fork-and-exec"):
        first = {call.name: call.programs for call in run.syscalls if call.phases == (Phase.APP,)}
        assert {first[name] for name in FORTY} == {("/phases40",)}
        assert {first[name] for name in TWENTY_THREE} == {("/calls23",)}


def test_the_runs_of_a_restarted_container_are_one_recording(recorded: Recorded) -> None:
    """By three cgroups under one path, and one container to the engine: its first start, and others."""
    for run in recorded("restarted"):
        assert len({one.id for one in run.containers}) == 1
        assert {one.start for one in run.containers} == {Start.FIRST, Start.AGAIN}


def test_init_takes_part(recorded: Recorded) -> None:
    """docker-init forks the program and waits for signals: its calls are the container's."""
    for run in recorded("init"):
        assert {"rt_sigtimedwait", "wait4"} <= calls(run)
        assert any("init" in file.path for file in run.executed)


def test_no_new_privileges_is_what_the_kernel_says(recorded: Recorded) -> None:
    assert [run.containers[0].no_new_privileges for run in recorded("no-new-privileges")] == [True] * RUNS
    assert [run.containers[0].no_new_privileges for run in recorded("at-once")] == [False] * RUNS


def test_what_a_filter_of_the_programs_own_refuses_is_not_the_containers_refusal(recorded: Recorded) -> None:
    """Before it is stacked the container's refusals count; under it, whoever executes next, none does."""
    for run in recorded("own-filter"):
        assert [(call.name, call.errno) for call in run.refused] == [("keyctl", 1)]


def test_a_filter_of_the_programs_own_is_known_after_an_execve_by_a_thread(recorded: Recorded) -> None:
    """The thread takes over the leader's id, and what is known of it must come along."""
    for run in recorded("executed-by-a-thread"):
        assert run.refused == ()
        assert {call.programs for call in run.syscalls if call.name in FORTY} == {("/filtered40",)}
