"""What tracefs says of a tracepoint, as text, and what the recorder is told of it."""

from pathlib import Path

import pytest

from profilegen.errors import CannotTraceError
from profilegen.tracer.host.tracefs import Tracefs, offsets
from profilegen.tracer.load.offsets import field_flags

FORK = """name: sched_process_fork
ID: 366
format:
\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

\tfield:__data_loc char[] parent_comm;\toffset:8;\tsize:4;\tsigned:0;
\tfield:pid_t parent_pid;\toffset:12;\tsize:4;\tsigned:1;
\tfield:char comm[16];\toffset:16;\tsize:16;\tsigned:0;
\tfield:const struct cred * cred;\toffset:32;\tsize:8;\tsigned:0;
\tfield:unsigned long args[6];\toffset:40;\tsize:48;\tsigned:0;

print fmt: "field:pid_t child_pid; offset:99;"
"""


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    folder = tmp_path / "events/sched/sched_process_fork"
    folder.mkdir(parents=True)
    (folder / "id").write_text("366\n")
    (folder / "format").write_text(FORK)
    return tmp_path


def test_fields_of_every_kind_have_their_offsets() -> None:
    found = offsets(FORK)
    assert {name: found[name] for name in ("parent_pid", "comm", "cred", "args")} == {
        "parent_pid": 12,
        "comm": 16,
        "cred": 32,
        "args": 40,
    }


def test_the_first_place_that_has_it_is_taken(mounted: Path, tmp_path: Path) -> None:
    with Tracefs((tmp_path / "absent", mounted)) as tracefs:
        assert tracefs.numbers({"sched_process_fork": "sched"}) == {"sched_process_fork": 366}


def test_a_macro_becomes_the_offset_of_its_field(mounted: Path) -> None:
    with Tracefs((mounted,)) as tracefs:
        source = "AT(u32, parent, FIELD_sched_process_fork_parent_pid);"
        assert field_flags(source, tracefs) == ["-DFIELD_sched_process_fork_parent_pid=12"]


@pytest.mark.parametrize(
    ("macro", "named"),
    [
        ("FIELD_sched_process_fork_child", "sched_process_fork has no field child"),
        ("FIELD_sys_enter_id", "raw_syscalls:sys_enter: No such file"),
        ("FIELD_something_else", "unknown: something_else"),
    ],
)
def test_what_the_kernel_lacks_is_named(mounted: Path, macro: str, named: str) -> None:
    with Tracefs((mounted,)) as tracefs, pytest.raises(CannotTraceError, match=named):
        field_flags(macro, tracefs)


def test_a_field_of_a_tracepoint_that_not_every_kernel_has_leaves_its_macro_undefined(mounted: Path) -> None:
    with Tracefs((mounted,)) as tracefs:
        assert field_flags("FIELD_io_uring_complete_req", tracefs) == []
