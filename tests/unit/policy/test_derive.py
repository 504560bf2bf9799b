"""The architecture of a policy: the recorded one, or the chosen one."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.errors import UsageError
from profilegen.policy.derive import derive_each
from profilegen.policy.options import DeriveOptions
from profilegen.recording import (
    Host,
    Recording,
)
from tests.support.recordings import (
    allowed,
    call,
    derive,
    policy_of,
    recording,
)


class TestArchitecture:
    def test_the_recorded_one_is_the_default(self) -> None:
        assert policy_of(recording()).arch is Abi.X86_64

    def two(self) -> Recording:
        hosts = (Host(kernel="6.1", arch=Abi.ARM64), Host(kernel="6.1", arch=Abi.X86_64))
        return recording(hosts=hosts, syscalls=(call("openat", Abi.ARM64), call("open")))

    def test_of_two_recorded_ones_the_user_chooses(self) -> None:
        with pytest.raises(UsageError, match="names arm64 and amd64"):
            derive([self.two()])
        names = allowed(derive([self.two()], DeriveOptions(arch=Abi.ARM64)))
        assert "open" not in names
        assert "time" not in names

    def test_of_two_recorded_ones_that_were_asked_for_the_first_is_the_main_one(self) -> None:
        policies = derive_each([self.two()], None, [Abi.ARM64, Abi.X86_64])
        assert [(one.arch, one.main) for one in policies] == [(Abi.ARM64, True), (Abi.X86_64, False)]
