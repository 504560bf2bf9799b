"""The guard: what is wider than the measure is left out, or is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.policy.model import Policy, Severity, What, Why
from profilegen.policy.options import DeriveOptions
from profilegen.recording import Recording
from profilegen.seccomp.matching import admits
from profilegen.seccomp.read import parse
from profilegen.seccomp.reference import Reference
from profilegen.tables.syscalls import table
from tests.support.recordings import ADMIN, RUNC, allowed, arguments, call, derive, recording, rules, texts


def measure(*refused: str, **fields: Any) -> Reference:
    """Allows everything but these names."""
    content = {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": list(refused), "action": "SCMP_ACT_ERRNO"}],
        **fields,
    }
    return Reference.of_document(parse(json.dumps(content).encode(), "other").document, "other.json")


def compared(one: Recording, with_what: Reference) -> Policy:
    return derive([one], DeriveOptions(measure=with_what))


class TestLeftOut:
    def test_what_timing_would_add(self) -> None:
        policy = compared(recording("futex"), measure("sched_yield"))
        assert "sched_yield" not in allowed(policy)
        assert not policy.wider
        (text,) = [text for text in texts(policy, Severity.NOTE) if "left out" in text]
        assert text.startswith("sched_yield (beside futex) is left out: ")
        assert text.endswith("other.json refuses it")

    def test_what_the_runtime_starts_without(self) -> None:
        policy = compared(recording(), measure("epoll_ctl"))
        assert "epoll_ctl" not in allowed(policy)
        assert not policy.wider

    def test_not_what_nobody_has_tried_to_start_without(self) -> None:
        crun = RUNC.model_copy(update={"runtime": "crun", "runtime_version": "1.8.1"})
        policy = compared(recording(container=crun), measure("pselect6", "close"))
        assert "pselect6" in allowed(policy)
        assert "close" not in allowed(policy)
        assert not rules(policy, "close")

    def test_then_a_libc_gets_the_errno_on_which_it_falls_back(self) -> None:
        one = recording(syscalls=(call("futex", Abi.I386), call("clock_gettime", Abi.I386)))
        listing = {"architectures": ["SCMP_ARCH_X86"]}
        assert "clock_gettime64" in allowed(compared(one, measure(**listing)))
        policy = compared(one, measure("clock_gettime64", **listing))
        assert [rule.errno for rule in rules(policy, "clock_gettime64")] == [38]

    def test_not_what_was_seen(self) -> None:
        policy = compared(recording("futex", "sched_yield"), measure("sched_yield"))
        (wider,) = policy.wider
        assert (wider.what, wider.name) == (What.CALL, "sched_yield")
        assert Why.OBSERVED in {reason.why for reason in wider.reasons}


class TestNamed:
    def test_what_the_runtime_does_not_start_without(self) -> None:
        (wider,) = compared(recording(), measure("capset")).wider
        assert wider.text == "capset: runc 1.1.5 calls it for exec; other.json refuses it"

    def test_an_abi_that_the_measure_kills(self) -> None:
        one = recording(syscalls=(call("write", Abi.I386),))
        (wider,) = compared(one, measure()).wider
        assert (wider.what, wider.name) == (What.ABI, "i386")
        assert not compared(one, measure(architectures=["SCMP_ARCH_X86"])).wider

    def test_a_capability_beyond_dockers_fourteen(self) -> None:
        (wider,) = derive([recording(capabilities=(ADMIN,))]).wider
        assert (wider.what, wider.name) == (What.CAPABILITY, "CAP_SYS_ADMIN")

    def test_arguments_with_the_capability_that_would_do(self) -> None:
        one = recording("clone", arguments=(arguments("clone", 0x10000000),))
        (wider,) = derive([one]).wider
        assert wider.what is What.ARGUMENTS
        assert wider.needs == (Capability.CAP_SYS_ADMIN,)
        assert not wider.unfiltered


def socket_rule(action: str, *args: tuple[int, str, int], **fields: Any) -> dict[str, Any]:
    conditions = [{"index": index, "op": f"SCMP_CMP_{op}", "value": value} for index, op, value in args]
    return {"names": ["socket"], "action": f"SCMP_ACT_{action}", "args": conditions, **fields}


class TestPodmansDefault:
    """Its rules for sockets overlap: EPERM for AF_VSOCK (40) lies within "not AF_NETLINK" (16)."""

    SOCKETS = (
        socket_rule("ERRNO", (0, "EQ", 16), (2, "EQ", 9), errnoRet=22),
        socket_rule("ALLOW", (2, "NE", 9)),
        socket_rule("ALLOW", (0, "NE", 16)),
        socket_rule("ERRNO", (0, "EQ", 40), errnoRet=1),
    )

    def policy(self, *sockets: tuple[int, int]) -> Policy:
        rest = [{"names": sorted(table(Abi.X86_64).names - {"socket"}), "action": "SCMP_ACT_ALLOW"}]
        other = measure(defaultAction="SCMP_ACT_ERRNO", defaultErrnoRet=38, syscalls=[*rest, *self.SOCKETS])
        made = tuple(arguments("socket", *one) for one in sockets)
        return compared(recording("socket", arguments=made), other)

    @pytest.mark.parametrize("made", [(2, 1), (1, 2), (38, 5), (39, 5), (41, 1)])
    def test_what_it_allows_is_not_wider(self, made: tuple[int, int]) -> None:
        policy = self.policy(made)
        assert not policy.wider
        (rule,) = rules(policy, "socket")
        assert [[one.value_two for one in some] for some in rule.conditions] == [list(made)]

    @pytest.mark.parametrize(
        ("made", "example"), [((40, 1), "refuses it"), ((16, 3), "refuses it with argument 2 = 9")]
    )
    def test_what_it_refuses_or_may_refuse_is_wider(self, made: tuple[int, int], example: str) -> None:
        """The protocol is not recorded, so that of a NETLINK socket may be the refused one."""
        (wider,) = self.policy((2, 1), made).wider
        assert (wider.what, wider.name) == (What.ARGUMENTS, "socket")
        assert [one.value_two for one in wider.conditions] == list(made)
        assert wider.text.endswith(f"other.json {example}")

    def test_where_arguments_are_not_known_its_conditions_are_kept(self) -> None:
        policy = self.policy()
        (rule,) = rules(policy, "socket")
        assert not policy.wider
        for family in (0, 2, 15, 16, 17, 23, 24, 39, 40, 41, 2**32):
            assert admits(rule.conditions, {0: family, 1: 1, 2: 0}) == (family not in {16, 40})

    def test_each_argument_is_compared_once_in_a_rule(self) -> None:
        (rule,) = rules(self.policy(), "socket")
        assert all(len({one.index for one in some}) == len(some) for some in rule.conditions)


class TestConditions:
    def test_those_of_the_measure_are_kept(self) -> None:
        only = {
            "names": ["read"],
            "action": "SCMP_ACT_ALLOW",
            "args": [{"index": 0, "op": "SCMP_CMP_LT", "value": 3}],
        }
        policy = compared(recording("read"), measure(defaultAction="SCMP_ACT_KILL", syscalls=[only]))
        (rule,) = rules(policy, "read")
        assert [(one.index, one.value) for (one,) in rule.conditions] == [(0, 3)]
        assert "read" not in {one.name for one in policy.wider}

    @pytest.mark.parametrize("refused", [(), ("socket",)])
    def test_those_of_docker_are_kept_where_the_measure_has_none(self, refused: tuple[str, ...]) -> None:
        policy = compared(recording("socket", arguments=(arguments("socket", 2, 1),)), measure(*refused))
        (rule,) = rules(policy, "socket")
        assert rule.conditions
        assert {one.name for one in policy.wider} == set(refused)
