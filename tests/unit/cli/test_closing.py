"""What record says at its end, and its status."""

from dataclasses import replace
from pathlib import Path

from profilegen.abi import Abi
from profilegen.cli import closing
from profilegen.containers.selection import Selection
from profilegen.errors import NothingRecordedError
from profilegen.recording import Completeness, Container, End, Host, Lost, LostCount, Recording
from profilegen.session.options import RecordOptions
from profilegen.session.outcome import Outcome

WEB = Container(id="a" * 64, name="web", engine="docker", end=End.STOPPED, exec_seen=True)
FILE = Path("rec/web.recording.json")
OPTIONS = RecordOptions(Path("rec"), Selection())


def recorded(*containers: Container) -> Recording:
    return Recording(
        subject="web",
        run_ids=("0" * 32,),
        hosts=(Host(kernel="6.18", arch=Abi.X86_64),),
        containers=containers,
    )


def outcome(recording: Recording, status: int | None = 0) -> Outcome:
    return Outcome({FILE: recording}, status)


def test_the_next_step_is_emit() -> None:
    assert closing.next_step(outcome(recorded(WEB)), OPTIONS) == f"profilegen emit {FILE} -o profiles"


def test_a_late_container_ends_with_5_and_is_made_anew() -> None:
    late = recorded(WEB.model_copy(update={"late": True}))
    assert closing.status(outcome(late)) == 5
    again = "docker rm -f web, then profilegen record -o rec -- docker run --name web ..."
    assert closing.next_step(outcome(late), OPTIONS) == again
    assert [line for line in closing.warnings(late) if "already running" in line]


def test_the_start_of_another_one_of_the_image_is_enough() -> None:
    late = WEB.model_copy(update={"late": True, "image_id": "sha256:1"})
    same, other = (WEB.model_copy(update={"id": "b" * 64, "image_id": f"sha256:{n}"}) for n in (1, 2))
    assert closing.status(outcome(recorded(late, same))) == 0
    assert closing.status(outcome(recorded(late, other))) == 5


def test_a_late_container_is_appended_where_the_rest_was() -> None:
    late = recorded(WEB.model_copy(update={"late": True}))
    assert "record --append -o rec" in closing.next_step(outcome(late), replace(OPTIONS, append=True))


def test_the_end_of_time_is_no_failure_of_the_command() -> None:
    limited = replace(OPTIONS, timeout=3.0)
    assert "ended after 3 s (--timeout)" in closing.failed(outcome(recorded(WEB), 143), limited)
    assert "failed with status 28" in closing.failed(outcome(recorded(WEB), 28), limited)
    assert "failed with status 143" in closing.failed(outcome(recorded(WEB), 143), OPTIONS)


def test_a_late_container_of_podman_is_podmans() -> None:
    late = recorded(WEB.model_copy(update={"late": True, "engine": "podman"}))
    assert closing.next_step(outcome(late), OPTIONS).startswith("podman rm -f web")


def test_processes_need_a_runtimes_calls_to_become_a_container() -> None:
    assert "--runtime any" in closing.next_step(outcome(recorded()), OPTIONS)


def test_the_commands_status_comes_first_and_says_what_is_covered() -> None:
    late = recorded(WEB.model_copy(update={"late": True}))
    assert closing.status(outcome(late, 28)) == 28
    assert "the command failed with status 28: the recording covers" in closing.failed(
        outcome(late, 28), OPTIONS
    )


def test_gaps_end_with_5_and_problems_with_their_own() -> None:
    lost = Completeness(lost=(LostCount(what=Lost.EVENTS, count=3),))
    assert closing.status(outcome(recorded(WEB).model_copy(update={"completeness": lost}))) == 5
    assert closing.status(Outcome({}, 0, NothingRecordedError("nothing"))) == 4
    assert closing.status(outcome(recorded(WEB))) == 0


def test_what_was_not_seen_is_a_warning_and_no_failure() -> None:
    killed = recorded(WEB.model_copy(update={"end": End.KILLED}))
    (line,) = closing.warnings(killed)
    assert line.startswith("web: not seen: its shutdown")
    assert closing.status(outcome(killed)) == 0


def test_an_image_without_a_name_gives_none_that_lasts() -> None:
    one = WEB.model_copy(update={"image_id": "sha256:0123456789abcdef"})
    named = recorded(one).model_copy(update={"subject": "0123456789ab"})
    assert [line for line in closing.warnings(named) if "--subject NAME" in line]
    assert list(closing.warnings(recorded(one))) == []


def test_an_init_is_a_matter_of_emit() -> None:
    assert list(closing.warnings(recorded(WEB))) == []
