"""Each check tells a machine that can record from one that cannot."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from profilegen.doctor import apparmor, ebpf, kernel
from profilegen.doctor.check import Check, exit_code
from profilegen.doctor.machine import examine
from profilegen.errors import ExitCode, NotPrivilegedError
from profilegen.tracer.host.rights import held_rights
from profilegen.tracer.layout import PERF_EVENTS, TRACEPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable


def file_with(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("release", "ok"),
    [("5.10.0-9-amd64", True), ("6.18.44-fc", True), ("5.9.16", False), ("4.19", False), ("strange", False)],
)
def test_kernel(release: str, ok: bool) -> None:
    assert kernel.kernel(release).ok is ok


@pytest.mark.parametrize(("machine", "ok"), [("x86_64", True), ("aarch64", True), ("s390x", False)])
def test_architecture(machine: str, ok: bool) -> None:
    assert kernel.architecture(machine).ok is ok


def test_btf_is_there_whole_or_not(tmp_path: Path) -> None:
    assert not kernel.btf(tmp_path / "missing").ok
    assert not kernel.btf(file_with(tmp_path, "no BTF")).ok


def test_a_missing_tracepoint_is_named(tmp_path: Path) -> None:
    strings = "".join(f"\0btf_trace_{name}" for name in TRACEPOINTS) + "\0"
    assert kernel.tracepoints(file_with(tmp_path, strings), through_perf=False).ok
    older = file_with(tmp_path, strings.replace("cap_capable", "cap_other"))
    found = kernel.tracepoints(older, tmp_path / "kprobe")
    assert not found.ok
    assert found.found == "missing cap_capable"
    (tmp_path / "kprobe").mkdir()
    (tmp_path / "kprobe" / "type").write_text("8\n")
    assert kernel.tracepoints(older, tmp_path / "kprobe").ok
    assert not kernel.tracepoints(tmp_path / "missing").ok


def test_a_kernel_that_preempts_programs_must_tell_of_its_tracepoints(tmp_path: Path) -> None:
    types = file_with(tmp_path, "".join(f"\0btf_trace_{name}" for name in TRACEPOINTS) + "\0")
    (tmp_path / "events").mkdir()
    for name, system in PERF_EVENTS.items():
        assert not kernel.tracepoints(types, tracefs=(tmp_path,), through_perf=True).ok
        (tmp_path / "events" / system / name).mkdir(parents=True)
        (tmp_path / "events" / system / name / "id").write_text("7\n")
    assert kernel.tracepoints(types, tracefs=(tmp_path,), through_perf=True).ok


@pytest.mark.parametrize(
    ("mask", "ok"),
    [
        (1 << 21, True),  # CAP_SYS_ADMIN
        (1 << 38 | 1 << 39, True),  # CAP_PERFMON, CAP_BPF
        (1 << 38, False),
        (1 << 39, False),
        (0, False),
        (0x1FFFFFFFFFF, True),
    ],
)
def test_rights(tmp_path: Path, mask: int, ok: bool) -> None:
    status = f"Name:\tpython\nCapPrm:\t000001ffffffffff\nCapEff:\t{mask:016x}\n"
    assert ebpf.rights(file_with(tmp_path, status)).ok is ok


def hint_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int, namespace: Path) -> str:
    monkeypatch.setattr("os.geteuid", lambda: user)
    with pytest.raises(NotPrivilegedError) as caught:
        held_rights(file_with(tmp_path, "CapEff:\t0000000000000000\n"), namespace)
    return caught.value.hint


def test_root_without_rights_is_not_told_to_become_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pid").write_text("")  # an inode that is not the host's
    assert "sudo profilegen" in hint_for(tmp_path, monkeypatch, 1000, tmp_path / "pid")
    contained = hint_for(tmp_path, monkeypatch, 0, tmp_path / "pid")
    assert contained.startswith("this container lacks them: record on the host")
    assert "this container" not in hint_for(tmp_path, monkeypatch, 0, tmp_path / "missing")
    assert "sudo profilegen" not in contained


def test_rights_are_missing_where_nothing_is_known(tmp_path: Path) -> None:
    assert not ebpf.rights(tmp_path / "missing").ok


def test_bcc() -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    assert ebpf.bcc(lambda _: SimpleNamespace(BPF=object, __version__="0.26.0")) == Check(
        "BCC", ok=True, found="0.26.0"
    )

    def something_else(_: str) -> Any:
        return SimpleNamespace()  # the package of that name on PyPI

    for load in (missing, something_else):
        alone, cached = ebpf.bcc(load, lambda: False), ebpf.bcc(load, lambda: True)
        assert (alone.ok, alone.failure) == (False, ExitCode.CANNOT_TRACE)
        assert (cached.ok, cached.failure) == (False, ExitCode.OK)
        assert "the compiled programs for this kernel are in the cache" in cached.found
        assert cached.hint == alone.hint


@pytest.mark.parametrize(
    ("mounts", "found"),
    [
        ("41 31 0:38 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup"),
        (
            (
                "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
            ),
            "/sys/fs/cgroup/unified",
        ),
    ],
)
def test_cgroup2_alone_or_hybrid(tmp_path: Path, mounts: str, found: str) -> None:
    check = kernel.cgroup2(file_with(tmp_path, mounts))
    assert (check.ok, check.found) == (True, found)


def test_no_cgroup2(tmp_path: Path) -> None:
    only_v1 = "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
    assert not kernel.cgroup2(file_with(tmp_path, only_v1)).ok


@pytest.mark.parametrize(
    ("state", "ok"),
    [
        ("[none] integrity confidentiality\n", True),
        ("none [integrity] confidentiality\n", True),
        ("none integrity [confidentiality]\n", False),
        ("", True),
    ],
)
def test_lockdown(tmp_path: Path, state: str, ok: bool) -> None:
    assert kernel.lockdown(file_with(tmp_path, state)).ok is ok


@pytest.mark.parametrize(
    ("actions", "ok"), [("kill trap errno log allow\n", True), ("log allow\n", False), ("", False)]
)
def test_seccomp(tmp_path: Path, actions: str, ok: bool) -> None:
    assert kernel.seccomp(file_with(tmp_path, actions)).ok is ok


@pytest.mark.parametrize("check", [apparmor.apparmor, lambda p: apparmor.apparmor_parser(str(p))])
def test_apparmor_is_a_note_and_never_a_failure(tmp_path: Path, check: Callable[[Path], Check]) -> None:
    found = check(tmp_path / "missing")
    assert (found.ok, found.needed, exit_code([found])) == (False, False, ExitCode.OK)


def test_apparmor_is_seen(tmp_path: Path) -> None:
    assert apparmor.apparmor(file_with(tmp_path, "Y\n")).ok


def test_the_exit_code_is_that_of_the_first_failing_class() -> None:
    fine = Check("fine", ok=True, found="")
    old = Check("kernel", ok=False, found="")
    engine = Check("engine", ok=False, found="", failure=ExitCode.NO_CONTAINER)
    assert exit_code([fine]) == ExitCode.OK
    assert exit_code([engine, fine, old]) == ExitCode.CANNOT_TRACE
    assert exit_code([engine, fine]) == ExitCode.NO_CONTAINER


def test_what_is_not_ok_says_what_to_type() -> None:
    nowhere = Path("/nonexistent")
    checks = [
        kernel.kernel("4.19"),
        kernel.architecture("vax"),
        *(
            check(nowhere)
            for check in (kernel.btf, kernel.tracepoints, ebpf.rights, kernel.seccomp, apparmor.apparmor)
        ),
        apparmor.apparmor_parser(str(nowhere)),
    ]
    for check in checks:
        assert not check.ok
        assert check.hint
        assert check.found


@pytest.mark.kernel
@pytest.mark.engine
def test_this_machine_can_record() -> None:
    checks = examine()
    assert exit_code(checks) is ExitCode.OK, [check for check in checks if not check.ok]
    assert len({check.name for check in checks}) == len(checks)
    assert json.dumps([check.found for check in checks]).isprintable()
