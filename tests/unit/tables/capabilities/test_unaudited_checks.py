"""Capability checks without audit: the data, what it decides, and what is told of it."""

from __future__ import annotations

import re

import pytest

from profilegen.capabilities import Capability
from profilegen.errors import DataFileError
from profilegen.files import resources
from profilegen.policy.capability_need import Need, need_of, refused_to_program
from profilegen.policy.model import Severity
from profilegen.recording import Access, CapabilityCheck, PathAccess
from profilegen.recording.merge import merge
from profilegen.tables.capabilities.borrowed_credentials import borrowed
from profilegen.tables.capabilities.unaudited_checks import (
    Consequence,
    UnauditedCheck,
    unaudited_check,
    unaudited_checks,
)
from profilegen.tables.rows import read
from profilegen.tracer.host.unaudited import UNAUDITED
from tests.support.recordings import check, policy_of, recording, texts

ROWS = read("unaudited_checks.csv", UnauditedCheck)
WRITTEN = (PathAccess(path="/proc/sys/net/ipv4/ip_forward", access=(Access.WRITE,)),)
READ = (PathAccess(path="/proc/sys/net/core/somaxconn", access=(Access.READ,)),)


def asked(capability: str, *stacks: str, **changes: object) -> CapabilityCheck:
    """A granted check without audit."""
    asker = stacks[0].split()[0] if stacks else ""
    return check(
        capability=Capability[f"CAP_{capability}"], audited=False, askers=stacks, asked_by=asker, **changes
    )


class TestData:
    @pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.function} {sorted(row.through)}")
    def test_a_line_has_functions_a_meaning_and_a_source(self, row: UnauditedCheck) -> None:
        assert row.function
        assert all(re.fullmatch(r"[a-z_0-9]+", name) for name in (*row.function, *row.through))
        assert all(path.startswith("/proc/sys/") for path in row.writes)
        assert re.fullmatch(r"(\d+\.\d+)?", row.since)
        assert row.meaning
        assert re.search(r"\w+/\w+\.c\b", row.source)

    def test_a_function_without_a_further_one_is_there_once(self) -> None:
        for (function, capability), found in unaudited_checks().items():
            anywhere = {(one.consequence, one.writes) for one in found if not one.through}
            assert len(anywhere) <= 1, (function, capability)

    def test_whoever_asks_without_one_of_the_common_functions_is_in_it(self) -> None:
        common = {
            "capable_noaudit",
            "has_capability_noaudit",
            "has_ns_capability_noaudit",
            "ns_capable_noaudit",
        }
        known = {function for function, _ in unaudited_checks()}
        assert set(UNAUDITED) - common <= known

    def test_a_damaged_line_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = resources.read_table("unaudited_checks.csv").replace(",never,", ",perhaps,", 1)
        monkeypatch.setattr(resources, "read_table", lambda _: text)
        with pytest.raises(DataFileError, match=r"unaudited_checks\.csv has a damaged line \d"):
            unaudited_checks.__wrapped__()


class TestPlaces:
    def test_the_innermost_known_function_tells(self) -> None:
        found = unaudited_check(Capability.CAP_SYS_ADMIN, ("helper", "do_seccomp", "simple_xattr_list"))
        assert found is not None
        assert found.consequence is Consequence.FAILS

    def test_a_further_function_comes_first(self) -> None:
        for stack, consequence in (
            (("kallsyms_show_value", "kallsyms_open"), Consequence.FAILS),
            (("kallsyms_show_value", "modules_open"), Consequence.LESS),
        ):
            found = unaudited_check(Capability.CAP_SYSLOG, stack)
            assert found is not None
            assert found.consequence is consequence

    @pytest.mark.parametrize("prefix", ["__x64_", "__arm64_", "__ia32_", "__do_", "__se_"])
    def test_all_functions_of_a_system_call_are_one(self, prefix: str) -> None:
        assert unaudited_check(Capability.CAP_SYS_ADMIN, (f"{prefix}sys_landlock_restrict_self",))

    def test_another_capability_or_function_is_not_known(self) -> None:
        assert unaudited_check(Capability.CAP_CHOWN, ("do_seccomp",)) is None
        assert unaudited_check(Capability.CAP_SYS_ADMIN, ("nobody_knows",)) is None


@pytest.mark.parametrize(
    ("one", "paths", "kind"),
    [
        (asked("SYS_ADMIN", "do_seccomp __x64_sys_seccomp"), (), Need.NEEDED),
        (asked("SYS_ADMIN", "simple_xattr_list"), (), Need.UNAUDITED),
        (asked("SYS_ADMIN", "security_vm_enough_memory_mm dup_mmap"), (), Need.UNAUDITED),
        (asked("SYS_ADMIN", "nobody_knows"), (), Need.UNAUDITED),
        (asked("SYS_PTRACE", "__ptrace_may_access do_task_stat"), (), Need.LESS),
        (asked("SYSLOG", "kallsyms_show_value modules_open"), (), Need.LESS),
        (
            asked("SYSLOG", "kallsyms_show_value modules_open", "kallsyms_show_value kallsyms_open"),
            (),
            Need.NEEDED,
        ),
        (asked("NET_ADMIN", "net_ctl_permissions", by_root=False), WRITTEN, Need.NEEDED),
        (asked("NET_ADMIN", "net_ctl_permissions", by_root=True), WRITTEN, Need.UNAUDITED),
        (asked("NET_ADMIN", "net_ctl_permissions", by_root=False), READ, Need.UNAUDITED),
        (asked("NET_ADMIN", "net_ctl_permissions", by_root=False), (), Need.UNAUDITED),
        (
            asked("NET_ADMIN", "net_ctl_permissions", by_root=False, own_credentials=False),
            WRITTEN,
            Need.BORROWED,
        ),
        # Without names of functions the call decides, as it does in recordings that have none.
        (asked("SYS_ADMIN", syscalls=("seccomp",)), (), Need.NEEDED),
        (asked("SYS_ADMIN", syscalls=("mmap",)), (), Need.UNAUDITED),
    ],
)
def test_who_asked_decides(one: CapabilityCheck, paths: tuple[PathAccess, ...], kind: Need) -> None:
    assert need_of(one, paths) is kind


def test_of_more_stacks_than_are_kept_the_gravest_place_counts() -> None:
    """Those that there was no room for may have come through another function."""
    less = "kallsyms_show_value modules_open"
    stacks = tuple(f"{less} caller_{number}" for number in range(4))
    assert need_of(asked("SYSLOG", *stacks)) is Need.NEEDED
    assert need_of(asked("SYSLOG", *stacks[:3])) is Need.LESS


def test_a_refused_one_is_told_only_where_it_decides() -> None:
    assert refused_to_program(asked("SYS_ADMIN", "do_seccomp", granted=False))
    assert not refused_to_program(asked("SYS_ADMIN", "security_vm_enough_memory_mm", granted=False))


def test_merging_keeps_apart_who_asked() -> None:
    """A need behind what only shows less is not lost, in whatever order they were seen."""
    one, other = asked("SYS_ADMIN", "simple_xattr_list"), asked("SYS_ADMIN", "do_seccomp")
    merged = merge([recording(capabilities=(one,)), recording(capabilities=(other,))])
    assert {need_of(item) for item in merged.capabilities} == {
        Need.NEEDED,
        Need.UNAUDITED,
    }


class TestNotes:
    def notes(self, *checks: CapabilityCheck) -> str:
        return "\n".join(texts(policy_of(recording(capabilities=checks)), Severity.NOTE))

    def test_what_shows_less_is_named_and_not_kept(self) -> None:
        one = asked("SYS_PTRACE", "__ptrace_may_access ptrace_may_access do_task_stat")
        policy = policy_of(recording(capabilities=(one,)))
        assert not policy.capabilities
        text = "SYS_PTRACE was looked at without audit and is not kept; without it /proc/PID/stat"
        assert self.notes(one).count(text) == 1

    def test_what_is_kept_for_another_reason_is_not_named(self) -> None:
        less, need = (
            asked("SYSLOG", f"kallsyms_show_value {function}")
            for function in ("modules_open", "kallsyms_open")
        )
        assert "without audit" in self.notes(less)
        assert "without audit" not in self.notes(less, need)

    def test_what_never_matters_is_not_named(self) -> None:
        assert "without audit" not in self.notes(asked("SYS_ADMIN", "security_vm_enough_memory_mm"))
        assert "without audit" not in self.notes(asked("NET_ADMIN", "net_ctl_permissions", by_root=True))

    def test_a_function_that_nobody_knows_is_named(self) -> None:
        assert "by nobody_knows of the kernel" in self.notes(asked("SYS_ADMIN", "nobody_knows"))

    def test_hidden_names_are_told(self) -> None:
        assert "kernel.kptr_restrict" in self.notes(asked("SYSLOG", syscalls=("openat",)))


class TestCopiedCredentials:
    def test_a_copy_is_the_program_s_own(self) -> None:
        assert need_of(check(own_credentials=False, copied_credentials=True)) is Need.NEEDED
        assert need_of(check(own_credentials=False)) is Need.BORROWED

    @pytest.mark.parametrize(
        ("stack", "taken"),
        [
            ("generic_permission inode_permission ovl_permission inode_permission", True),
            ("generic_permission ovl_permission inode_permission do_faccessat", False),
            ("setattr_prepare ext4_setattr notify_change ovl_setattr", True),
            ("setattr_prepare ovl_setattr notify_change chown_common", False),
            ("generic_permission inode_permission do_faccessat", False),
            ("", False),
        ],
    )
    def test_overlayfs_takes_its_mounter_s_for_what_it_asks_below(self, stack: str, taken: bool) -> None:
        assert borrowed(stack.split()) is taken
