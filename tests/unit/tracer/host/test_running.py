"""What /proc says of the threads of a container that ran before the recorder did."""

from __future__ import annotations

from pathlib import Path

import pytest

from profilegen.tracer.host import running as late
from profilegen.tracer.host.running import ALL_CAPABILITIES, tasks_of


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ...]:
    """A cgroup with the thread 7, which has namespaces and a program, and one that has ended."""
    monkeypatch.setattr(late, "_PROC", tmp_path / "proc")
    (tmp_path / "cgroup.threads").write_text("7\n8\n")
    namespaces = tmp_path / "proc" / "7" / "ns"
    namespaces.mkdir(parents=True)
    for kind in ("user", "mnt"):
        (namespaces / kind).touch()
    (tmp_path / "proc" / "7" / "exe").symlink_to("/bin/web")
    return (tmp_path,)


def status(folder: Path, *lines: str) -> None:
    (folder / "proc" / "7" / "status").write_text("\n".join(("Seccomp:\t2", "Seccomp_filters:\t1", *lines)))


def test_a_thread_has_what_the_container_was_given(folders: tuple[Path, ...]) -> None:
    status(folders[0], "CapBnd:\t00000000a80425fb")
    (task,) = tasks_of(folders)
    inodes = [(folders[0] / "proc" / "7" / "ns" / kind).stat().st_ino for kind in ("user", "mnt")]
    assert (task.thread, task.filters, task.confined, task.program) == (7, 1, True, "/bin/web")
    assert [task.user_ns, task.mount_ns] == inodes
    assert task.bounding_set == 0xA80425FB


def test_nothing_is_beyond_a_bounding_set_that_is_not_known(folders: tuple[Path, ...]) -> None:
    status(folders[0])
    (task,) = tasks_of(folders)
    assert task.bounding_set == ALL_CAPABILITIES
