"""Calls that were refused by an ABI that made none have no rule: the profile does not list the ABI."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.policy.model import Severity
from profilegen.policy.options import DeriveOptions
from profilegen.recording import (
    RefusedSyscall,
)
from tests.support.recordings import (
    RUN,
    call,
    derive,
    recording,
    rules,
    texts,
)


@pytest.mark.parametrize(
    ("name", "arch", "absent"),
    [("waitpid", Abi.X86_64, "waitpid"), ("fstat", Abi.ARM64, "fstat64"), ("umask", Abi.X86_64, "umask")],
)
def test_it_is_left_out_and_told(name: str, arch: Abi, absent: str) -> None:
    refused = RefusedSyscall(runs=(RUN,), abi=Abi.I386, name=name, errno=1)
    policy = derive([recording("read", refused=(refused,))], DeriveOptions(arch=arch, portable=False))
    assert not rules(policy, absent)
    narrow = Abi.I386 if arch is Abi.X86_64 else Abi.ARM
    text = f"{narrow} calls were refused and none was made: the profile does not list {narrow}"
    assert any(note.startswith(text) for note in texts(policy, Severity.NOTE))


def test_it_keeps_its_errno_where_the_abi_is_listed() -> None:
    refused = RefusedSyscall(runs=(RUN,), abi=Abi.I386, name="stime", errno=1)
    made = (call("read"), call("write", Abi.I386))
    (rule,) = rules(derive([recording(syscalls=made, refused=(refused,))]), "stime")
    assert rule.errno == 1
