"""Which capability is kept where the kernel asks for several in turn and one of them is enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.formats.capabilities import listing_of, parse, render
from profilegen.policy.model import Policy, Severity
from profilegen.policy.options import DeriveOptions
from profilegen.recording import CapabilityCheck, Container, Phase
from profilegen.render.policy import render as summary
from profilegen.seccomp.reference import DOCKER
from tests.support.recordings import RUNC, check, derive, recording, texts

ADMIN, PERFMON, BPF = Capability.CAP_SYS_ADMIN, Capability.CAP_PERFMON, Capability.CAP_BPF
OVERRIDE, READ = Capability.CAP_DAC_OVERRIDE, Capability.CAP_DAC_READ_SEARCH
RAW, NET_ADMIN = Capability.CAP_NET_RAW, Capability.CAP_NET_ADMIN
OLD = RUNC.model_copy(update={"engine": "docker", "engine_version": "20.10.24+dfsg1"})
NEW = RUNC.model_copy(update={"engine": "docker", "engine_version": "26.1.5"})


def pair(granted: Capability, *instead: Capability, call: str = "openat") -> CapabilityCheck:
    return check(capability=granted, instead=instead, syscalls=(call,))


def policy(
    *checks: CapabilityCheck, container: Container = NEW, has: frozenset[Capability] = DOCKER_DEFAULT
) -> Policy:
    options = DeriveOptions(measure=replace(DOCKER, capabilities=has))
    return derive([recording(container=container, capabilities=checks)], options)


def kept(one: Policy) -> list[Capability]:
    return [rule.capability for rule in one.capabilities]


@pytest.mark.parametrize(
    "seen",
    [
        (pair(READ, OVERRIDE),),
        (pair(OVERRIDE, READ),),
        (pair(READ, OVERRIDE), pair(OVERRIDE, READ)),
        (pair(READ, OVERRIDE), check(capability=OVERRIDE, syscalls=("unlink",))),
    ],
)
def test_what_the_measure_has_is_kept_alone_whichever_was_granted(seen: tuple[CapabilityCheck, ...]) -> None:
    one = policy(*seen)
    assert kept(one) == [OVERRIDE]
    assert not one.wider


def test_another_measure_keeps_the_other_one() -> None:
    assert kept(policy(pair(OVERRIDE, READ), has=frozenset({READ}))) == [READ]


def test_what_neither_the_measure_nor_another_need_has_is_the_less_powerful_one() -> None:
    for seen in (pair(PERFMON, ADMIN), pair(ADMIN, PERFMON)):
        assert kept(policy(seen)) == [PERFMON]
    assert kept(policy(pair(RAW, NET_ADMIN), has=frozenset())) == [RAW]


def test_one_that_is_needed_elsewhere_is_enough_for_the_pair() -> None:
    mount = check(capability=ADMIN, syscalls=("mount",))
    (rule,) = policy(pair(PERFMON, ADMIN), mount).capabilities
    assert rule.capability is ADMIN
    assert rule.instead == ()


def test_one_that_alone_is_needed_stays_beside_the_pair() -> None:
    by_handle = check(capability=READ, syscalls=("open_by_handle_at",))
    assert kept(policy(pair(READ, OVERRIDE), by_handle)) == [READ]
    write = check(capability=OVERRIDE, syscalls=("unlink",))
    assert kept(policy(pair(READ, OVERRIDE), by_handle, write)) == [OVERRIDE, READ]


def test_two_needs_take_two_less_powerful_ones_rather_than_one_powerful() -> None:
    seen = (pair(ADMIN, BPF, call="bpf"), pair(ADMIN, PERFMON, call="perf_event_open"))
    assert kept(policy(*seen)) == [BPF, PERFMON]


def test_one_that_meets_two_needs_makes_the_other_dispensable() -> None:
    seen = (pair(RAW, NET_ADMIN, call="setsockopt"), pair(ADMIN, NET_ADMIN, call="bpf"))
    assert kept(policy(*seen)) == [NET_ADMIN]


@pytest.mark.parametrize(
    "changes", [{"phase": Phase.RUNTIME}, {"own_credentials": False}, {"granted": False}, {"audited": False}]
)
def test_what_is_no_need_keeps_neither(changes: dict[str, object]) -> None:
    assert kept(policy(pair(READ, OVERRIDE).model_copy(update=changes))) == []


class TestEngines:
    """Docker before 23.0 has no name for PERFMON, BPF and CHECKPOINT_RESTORE."""

    def test_an_older_one_gets_the_older_name_and_is_told_what_a_newer_one_takes(self) -> None:
        one = policy(pair(ADMIN, PERFMON), container=OLD)
        assert kept(one) == [ADMIN]
        assert texts(one, Severity.NOTE)[0] == (
            "SYS_ADMIN is kept where PERFMON is enough, which Docker 20.10.24+dfsg1 does not know: "
            "from 23.0 on give --cap-add=PERFMON in its place"
        )

    def test_two_names_stand_for_the_one(self) -> None:
        seen = (pair(ADMIN, BPF, call="bpf"), pair(ADMIN, PERFMON, call="perf_event_open"))
        one = policy(*seen, container=OLD)
        assert kept(one) == [ADMIN]
        assert "give --cap-add=BPF --cap-add=PERFMON in its place" in texts(one, Severity.NOTE)[0]

    def test_a_newer_one_is_told_nothing(self) -> None:
        assert not any("does not know" in text for text in texts(policy(pair(ADMIN, PERFMON)), Severity.NOTE))

    def test_one_older_engine_among_several_is_enough(self) -> None:
        both = recording(container=OLD, capabilities=(pair(ADMIN, PERFMON),))
        newer = NEW.model_copy(update={"id": "0" * 64})
        both = both.model_copy(update={"containers": (*both.containers, newer)})
        assert kept(derive([both])) == [ADMIN]


class TestNamed:
    """The other one is named wherever the kept one is."""

    READ_ONLY = policy(pair(READ, OVERRIDE))

    def test_in_the_reason(self) -> None:
        (rule,) = self.READ_ONLY.capabilities
        assert rule.reasons[0].text == (
            "DAC_READ_SEARCH was granted to /bin/chown in openat, and this one is enough for that"
        )
        (rule,) = policy(pair(OVERRIDE, READ)).capabilities
        assert rule.reasons[0].text.endswith("in openat, for which DAC_READ_SEARCH is enough too")

    def test_in_the_summary(self) -> None:
        assert "1 capability (Docker's default: 14): DAC_OVERRIDE (or DAC_READ_SEARCH)\n" in summary(
            self.READ_ONLY
        )

    def test_in_the_listing_which_can_be_read_back(self) -> None:
        text = render(self.READ_ONLY)
        assert "# DAC_OVERRIDE or DAC_READ_SEARCH: DAC_READ_SEARCH was granted to /bin/chown" in text
        assert parse("web", text) == listing_of(self.READ_ONLY)

    def test_a_refusal_of_it_is_not_told_besides(self) -> None:
        one = policy(pair(OVERRIDE, READ), check(capability=READ, granted=False))
        assert not any("refused while recording" in text for text in texts(one, Severity.NOTE))
