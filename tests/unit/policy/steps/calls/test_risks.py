"""What the allowed calls of a policy open; 32-bit ones that stand for many calls among them."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.policy.model import Policy
from profilegen.policy.options import Args, DeriveOptions
from profilegen.recording import SyscallArguments
from profilegen.render.policy import render
from tests.support.recordings import RUN, arguments, call, derive, recording


def policy(*calls: str, abi: Abi = Abi.I386, values: tuple[SyscallArguments, ...] = ()) -> Policy:
    seen = tuple(call(name, abi) for name in calls)
    return derive([recording(syscalls=seen, arguments=values)], DeriveOptions(args=Args.STRICT))


def opened(one: Policy) -> list[str]:
    return [f"{risk.name}: {risk.opens}" for risk in one.risks]


def sub_call(name: str, number: int) -> SyscallArguments:
    return SyscallArguments(runs=(RUN,), abi=Abi.I386, name=name, values=((0, number),))


def test_an_open_socketcall_opens_every_address_family() -> None:
    found = "\n".join(opened(policy("socketcall")))
    for family in ("AF_ALG", "AF_PACKET", "AF_VSOCK"):
        assert f"socketcall: {family}: " in found
    assert "through its sub-call socket, whose arguments no filter sees" in found


@pytest.mark.parametrize(("number", "dangerous"), [(1, True), (3, False)])
def test_only_the_sub_calls_that_are_open_count(number: int, dangerous: bool) -> None:
    one = policy("socketcall", values=(sub_call("socketcall", number),))
    assert bool(one.risks) is dangerous
    assert all(risk.conditions[0].value_two == number for risk in one.risks)


@pytest.mark.parametrize(("number", "dangerous"), [(21, True), (0x10015, True), (1, False)])
def test_shared_memory_through_ipc_may_be_executable(number: int, dangerous: bool) -> None:
    """The version of the call is in the upper half, which is not recorded: arguments.csv masks it."""
    found = opened(policy("ipc", values=(sub_call("ipc", number & 0xFFFF),)))
    assert any("SHM_EXEC" in text for text in found) is dangerous


def test_the_summary_says_that_socketcall_is_dangerous() -> None:
    text = render(policy("socketcall"))
    assert ", 1 dangerous (socketcall)" in text
    assert "risk: socketcall opens AF_ALG: " in text
    assert "none dangerous" not in text


def test_a_64_bit_program_has_no_sub_calls() -> None:
    socket = arguments("socket", 2, 1)
    assert not policy("socket", abi=Abi.X86_64, values=(socket,)).risks
