"""A program is looked at whenever an execve of it is told, and what was found is united by its path."""

from __future__ import annotations

import stat
from collections.abc import Callable

from profilegen.tracer.host.file_capabilities import NONE, FileCapabilities, Looked
from profilegen.tracer.layout import FileEvent
from profilegen.tracer.maps.executed import ExecutedPrograms
from profilegen.tracer.maps.file_events import FileCollector
from profilegen.tracer.observation import ProgramSeen
from tests.unit.tracer.maps.test_file_events import Event, add

NET_RAW, CHOWN = 1 << 13, 1
PING = FileCapabilities(NET_RAW, effective=True)


def looks(*answers: Looked | None) -> Callable[[int, int, str], Looked | None]:
    """Answers in turn; the test fails if it is asked more often."""
    left = iter(answers)
    return lambda _place, _process, _path: next(left)


def only(collector: FileCollector) -> ProgramSeen:
    (program,) = collector.executed.programs(0)
    return program


def test_an_attribute_that_came_later_is_found() -> None:
    collector = FileCollector(Event, looks(Looked(NONE), Looked(PING)))
    add(collector, b"/app", FileEvent.EXECUTE)
    add(collector, b"/app", FileEvent.EXECUTE)
    assert only(collector).capabilities == PING


def test_an_attribute_that_was_taken_was_there() -> None:
    collector = FileCollector(Event, looks(Looked(PING), Looked(NONE)))
    add(collector, b"/app", FileEvent.EXECUTE, 1)
    add(collector, b"/app", FileEvent.EXECUTE, 3)
    assert only(collector).capabilities == PING
    assert {collector.executed.name(0, number) for number in (1, 3)} == {"/app"}


def test_one_that_could_not_be_looked_at_once_is_not_known() -> None:
    collector = FileCollector(Event, looks(Looked(PING), None, Looked(NONE)))
    for _ in range(3):
        add(collector, b"/app", FileEvent.EXECUTE, given=CHOWN)
    assert only(collector).capabilities is None
    assert only(collector).given == CHOWN


def test_one_that_changes_too_often_is_not_looked_at_any_more() -> None:
    collector = FileCollector(Event, looks(Looked(NONE)))
    add(collector, b"/app", FileEvent.EXECUTE)
    add(collector, b"/app", FileEvent.EXECUTE | FileEvent.UNREAD)
    assert only(collector).capabilities is None


def test_setuid_and_what_the_kernel_gave_stay() -> None:
    collector = FileCollector(Event, looks(Looked(NONE), Looked(NONE), Looked(NONE)))
    add(collector, b"/app", FileEvent.EXECUTE, mode=0o100755)
    add(collector, b"/app", FileEvent.EXECUTE, mode=0o104755)
    add(collector, b"/app", FileEvent.EXECUTE, mode=0o100755, given=NET_RAW)
    assert only(collector).mode & stat.S_ISUID
    assert only(collector).given == NET_RAW


def test_a_fresh_file_is_looked_at_once_more_and_only_that_file() -> None:
    collector = FileCollector(
        Event,
        looks(
            Looked(NONE, (1, 1), fresh=True),
            Looked(NONE, (1, 2), fresh=True),
            Looked(PING, (1, 1)),
            Looked(PING, (1, 3)),
        ),
    )
    add(collector, b"/same", FileEvent.EXECUTE, 1)
    add(collector, b"/other", FileEvent.EXECUTE, 3)
    collector.look_again()
    collector.look_again()
    found = {program.path: program.capabilities for program in collector.executed.programs(0)}
    assert found == {"/same": PING, "/other": NONE}


def test_who_is_left_out_is_named_and_nothing_else() -> None:
    collector = FileCollector(Event, looks())
    for number in range(20):
        add(collector, b"/bin/%d" % number, FileEvent.OUTSIDE)
    assert len(collector.executed.left_out(0)) == 8
    assert "/bin/0" in collector.executed.left_out(0)
    assert not collector.executed.programs(0)
    assert not collector.files


def test_a_program_that_ran_before_hides_no_look_at_it() -> None:
    programs = ExecutedPrograms()
    number = programs.enter(0, ProgramSeen("/app", None))
    assert programs.enter(0, ProgramSeen("/app", None)) == number
    assert programs.programs(0)[0].capabilities is None
    programs.add(0, 1, ProgramSeen("/app", None, capabilities=PING))
    assert [program.capabilities for program in programs.programs(0)] == [PING]
    assert programs.name(0, number) == programs.name(0, 1) == "/app"


def test_a_subject_that_is_gone_leaves_nothing() -> None:
    collector = FileCollector(Event, looks(Looked(NONE, fresh=True)))
    add(collector, b"/app", FileEvent.EXECUTE)
    add(collector, b"/sh", FileEvent.OUTSIDE)
    collector.forget(0)
    collector.look_again()
    assert not collector.executed.programs(0)
    assert not collector.executed.left_out(0)
    assert collector.executed.name(0, 1) is None
