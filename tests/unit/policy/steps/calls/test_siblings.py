"""Calls that another libc makes instead are allowed too."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.policy.model import Why
from profilegen.policy.options import DeriveOptions
from profilegen.recording import (
    Phase,
    Syscall,
)
from tests.support.recordings import (
    RUNC,
    allowed,
    call,
    derive,
    exactly,
    policy_of,
    recording,
    rules,
)


def test_what_another_libc_calls_instead_is_in() -> None:
    names = allowed(policy_of(recording("openat", "newfstatat", "set_tid_address")))
    assert {"open", "stat", "lstat", "fstat", "rseq", "prlimit64", "set_robust_list"} <= names


def test_each_has_the_calls_beside_it_and_the_source_as_its_reason() -> None:
    (rule,) = rules(policy_of(recording("openat")), "open")
    (reason,) = rule.reasons
    assert reason.why is Why.SIBLING
    assert reason.text.startswith("beside openat: musl src/fcntl/open.c")


def test_exact_leaves_them_out() -> None:
    names = allowed(derive([recording("openat", "set_tid_address")], DeriveOptions(portable=False)))
    assert not {"open", "rseq", "prlimit64", "creat"} & names


def test_a_path_is_not_opened_by_a_descriptor_alone() -> None:
    """newfstatat in place of fstat takes paths: only where paths can be opened anyway."""
    crun = RUNC.model_copy(update={"runtime": "crun"})
    assert "newfstatat" not in allowed(policy_of(recording("fstat", container=crun)))
    assert "newfstatat" in allowed(policy_of(recording("fstat", "open", container=crun)))


@pytest.mark.parametrize(
    ("seen", "added"),
    [
        ("unlinkat", "unlink rmdir"),
        ("unlink rmdir", "unlinkat"),
        ("fchownat", "chown lchown"),
        ("chown openat", "fchownat"),
        ("linkat", "link"),
        ("symlinkat", "symlink"),
        ("symlink", "symlinkat"),
        ("mkdirat", "mkdir"),
        ("mkdir", "mkdirat"),
        ("readlinkat", "readlink"),
        ("readlink", "readlinkat"),
    ],
)
def test_busybox_and_coreutils_call_the_one_or_the_other(seen: str, added: str) -> None:
    assert set(added.split()) <= allowed(policy_of(recording(*seen.split())))
    exact = allowed(derive([recording(*seen.split())], DeriveOptions(portable=False)))
    assert not exact & set(added.split())


@pytest.mark.parametrize(
    ("seen", "more"),
    [("unlink", "unlinkat"), ("rmdir", "unlinkat"), ("link", "linkat"), ("lchown", "fchownat")],
)
def test_what_would_open_more_is_not_added(seen: str, more: str) -> None:
    assert more not in allowed(policy_of(recording(seen)))


def test_the_runtimes_own_calls_have_none() -> None:
    start = Syscall(abi=Abi.X86_64, name="openat", phases=(Phase.RUNTIME,), programs=("/usr/bin/runc",))
    assert "open" not in allowed(policy_of(recording(syscalls=(start,))))


def test_a_fork_becomes_a_clone_without_namespaces() -> None:
    (rule,) = rules(policy_of(recording("fork")), "clone")
    assert rule.conditions == (exactly(0, 0x7E020000),)


def test_twins_with_64_bit_time_are_in_beside_32_bit_calls() -> None:
    names = allowed(policy_of(recording(syscalls=(call("futex", Abi.I386),))))
    assert "futex_time64" in names
    assert "futex_time64" not in allowed(policy_of(recording("futex")))
