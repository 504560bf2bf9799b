"""Which capabilities the kernel asks for in turn, how powerful each is, and who knows its name."""

from __future__ import annotations

import pytest

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.tables.capabilities.asked_in_turn import instead_of, less_powerful, turns
from profilegen.tables.capabilities.capability_powers import by_power, powers
from profilegen.tables.engines.engine_capabilities import unknown_until

ADMIN, PERFMON, NET_ADMIN = Capability.CAP_SYS_ADMIN, Capability.CAP_PERFMON, Capability.CAP_NET_ADMIN
OVERRIDE, READ = Capability.CAP_DAC_OVERRIDE, Capability.CAP_DAC_READ_SEARCH
RAW = Capability.CAP_NET_RAW
LOOKUP = ("inode_permission", "link_path_walk")


def test_every_capability_has_a_rank_and_who_is_beyond_dockers_default_says_what_it_opens() -> None:
    assert powers().keys() == set(Capability)
    assert {one for one, power in powers().items() if not power.opens} <= {
        *DOCKER_DEFAULT,
        Capability.CAP_LEASE,
        Capability.CAP_NET_BROADCAST,
    }
    assert {power.rank for power in powers().values()} == set(range(1, 10))


def test_whoever_is_asked_for_in_place_of_sys_admin_is_less_powerful() -> None:
    assert all(by_power(turn.first) < by_power(ADMIN) for turn in turns() if turn.next is ADMIN)
    assert by_power(RAW) < by_power(NET_ADMIN)


@pytest.mark.parametrize(
    ("granted", "before", "askers", "kernel", "instead"),
    [
        # Granted first: the kernel would have asked for the next one.
        (PERFMON, None, (), "6.18.5", (ADMIN,)),
        (READ, None, LOOKUP, "6.1.0-13-amd64", (OVERRIDE,)),
        (READ, None, ("do_handle_open",), "6.1", ()),
        (READ, None, (), "6.1", ()),
        # Granted next: only right behind a refusal of the first one.
        (ADMIN, PERFMON, ("__do_sys_perf_event_open",), "6.1", (PERFMON,)),
        (ADMIN, None, ("__do_sys_perf_event_open",), "6.1", ()),
        (ADMIN, READ, LOOKUP, "6.1", ()),
        (OVERRIDE, READ, LOOKUP, "5.10", (READ,)),
        (OVERRIDE, None, LOOKUP, "5.10", ()),
        # By kernel and function.
        (RAW, None, ("sk_setsockopt",), "6.1", (NET_ADMIN,)),
        (RAW, None, ("sock_setsockopt",), "5.10", ()),
        (RAW, None, ("inet_create",), "6.1", ()),
        (ADMIN, Capability.CAP_SYSLOG, ("check_syslog_permissions",), "6.1.5", (Capability.CAP_SYSLOG,)),
        (Capability.CAP_SYSLOG, None, ("check_syslog_permissions",), "6.12.1", ()),
        (ADMIN, None, ("__x64_sys_ioprio_set",), "6.12", (Capability.CAP_SYS_NICE,)),
        (ADMIN, None, ("__arm64_sys_ioprio_set",), "6.12", (Capability.CAP_SYS_NICE,)),
        (PERFMON, None, (), "", ()),
    ],
)
def test_what_would_have_done_instead(
    granted: Capability,
    before: Capability | None,
    askers: tuple[str, ...],
    kernel: str,
    instead: tuple[Capability, ...],
) -> None:
    assert instead_of(granted, before, askers, kernel) == instead


def test_what_is_less_powerful_comes_in_order() -> None:
    found = less_powerful(ADMIN)
    assert found == tuple(sorted(found, key=by_power))
    assert set(found) >= {PERFMON, Capability.CAP_BPF, Capability.CAP_CHECKPOINT_RESTORE, NET_ADMIN}
    assert less_powerful(NET_ADMIN) == (RAW,)
    assert less_powerful(OVERRIDE) == ()


@pytest.mark.parametrize(
    ("engine", "version", "since"),
    [
        ("docker", "20.10.24+dfsg1", "23.0"),
        ("docker", "23.0.1", None),
        ("docker", "26.1.5", None),
        ("docker", "", None),
        ("podman", "4.3.1", None),
        ("", "", None),
    ],
)
def test_an_older_engine_does_not_know_the_name(engine: str, version: str, since: str | None) -> None:
    assert unknown_until(engine, version, PERFMON) == since
    assert unknown_until(engine, version, ADMIN) is None
