"""The live view: what its rows say, and that nothing in them steers the terminal."""

import io

from rich.console import Console

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.cli.live import picture
from profilegen.containers.model import EngineContainer
from profilegen.containers.selection import Selection
from profilegen.session.live_rows import RECENT_SECONDS, Row, Rows
from profilegen.tracer.maps.progress import Progress, SubjectProgress
from tests.support.doors import FakeEngine, call

WEB, CACHE = "a" * 64, "b" * 64


def subject(container_id: str, *names: str, started: bool = True, ended: bool = False) -> SubjectProgress:
    calls = frozenset(map(call, names))
    return SubjectProgress(f"/docker/{container_id}", started, ended, calls, (Capability.CAP_CHOWN,))


def rows(*containers: EngineContainer, selection: Selection | None = None) -> Rows:
    return Rows(FakeEngine(containers), selection or Selection(), Abi.X86_64)


def text(*shown: Row, lost: int = 0, width: int = 100, height: int = 30) -> str:
    file = io.StringIO()
    Console(file=file, width=width, color_system=None).print(picture(shown, len(shown), lost, height))
    return file.getvalue()


def test_a_call_is_new_for_a_while_and_the_newest_comes_first() -> None:
    made = rows(EngineContainer(WEB, "web", "nginx"))
    (first,) = made.of(Progress((subject(WEB, "read"),), 0), 0.0)
    (second,) = made.of(Progress((subject(WEB, "read", "futex"),), 0), 1.0)
    (third,) = made.of(Progress((subject(WEB, "read", "futex"),), 0), RECENT_SECONDS)
    (last,) = made.of(Progress((subject(WEB, "read", "futex"),), 0), RECENT_SECONDS + 1)
    assert [row.recent for row in (first, second, third, last)] == [
        ("read",),
        ("futex", "read"),
        ("futex",),
        (),
    ]
    assert (last.subject, last.calls, last.granted, last.running) == ("web", 2, ("CHOWN",), True)


def test_rows_are_of_selected_containers_that_have_started() -> None:
    made = rows(
        EngineContainer(WEB, "web", "nginx"),
        EngineContainer(CACHE, "cache", "redis"),
        selection=Selection(images=("redis",)),
    )
    progress = Progress((subject(WEB, "read"), subject(CACHE, "read"), subject("c" * 64, "read")), 0)
    assert [row.name for row in made.of(progress, 0.0)] == ["cache"]
    assert rows(EngineContainer(WEB)).of(Progress((subject(WEB, started=False),), 0), 0.0) == ()


def test_what_has_ended_stays_for_a_while_and_is_counted_for_ever() -> None:
    made = rows()
    ids = [f"{number:012x}" + "0" * 52 for number in range(300)]
    for number, container_id in enumerate(ids):
        made.of(Progress((subject(container_id, "read"),), 0), number)
    last = made.of(Progress((), 0), 300.0)
    assert [row.name for row in last] == [container_id[:12] for container_id in ids[-256:]]
    assert (made.count, {row.running for row in last}, last[-1].recent) == (300, {False}, ())


def test_a_hostile_name_is_text() -> None:
    row = Row("x", "\x1b]0;owned\x07[red]\n\u202eweb\udcff", True, 1, (), ())
    shown = text(row)
    assert "\\x1b]0;owned\\x07[red]\\x0a\\u202eweb\\xff" in shown
    assert not {char for char in shown if not char.isprintable()} - {"\n"}


def test_it_fits_the_terminal_and_says_what_it_leaves_out() -> None:
    many = [Row(f"c{n}", f"c{n}" + "x" * 200, True, n, tuple("abcdefgh"), ("A" * 300,)) for n in range(500)]
    lines = text(*many, lost=3, width=80, height=24).splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    assert "lost: 3" in lines[0]
    assert "c499" in lines[-2]
    assert lines[-1].strip() == "and 480 before them"


def test_a_narrow_terminal_takes_from_the_lists_and_not_from_the_numbers() -> None:
    row = Row(
        "web", "people-look", True, 42, tuple("calls_with_long_names" for _ in range(9)), ("CHOWN",) * 9
    )
    (_, head, line) = text(row, width=60).splitlines()
    assert head.split()[:2] == ["container", "calls"]
    assert line.split()[:3] == ["people-look", "42", "9:"]
    assert line.count("…") == 2
