"""Laws of what is decided by hand, for any recording: an allow never narrows, a deny never widens."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from profilegen.capabilities import Capability
from profilegen.conditions import WHOLE_INT, Condition, Operator
from profilegen.errors import UsageError
from profilegen.policy.decisions import Decision
from profilegen.policy.model import Policy
from profilegen.policy.options import Args
from profilegen.recording import Access, Recording
from profilegen.seccomp.matching import covers
from tests.support.recordings import derive
from tests.unit.policy.test_laws import ANYWAY, recorded

NAMES = ["read", "openat", "socket", "clone", "clone3", "personality", "ioctl", "mlock", "ptrace", "uselib"]
arguments = st.sampled_from([(), (Condition(0, Operator.MASKED_EQUAL, WHOLE_INT, 38),)])
errnos = st.sampled_from(["", "EPERM", "ENOSYS", "EACCES"])


def decisions(allow: bool) -> st.SearchStrategy[tuple[Decision, ...]]:
    """Some allows, or some denials, about anything."""
    answer = st.just("") if allow else errnos
    calls = st.builds(
        Decision, st.just(allow), st.just("why"), st.sampled_from(NAMES), arguments, errno=answer
    )
    capabilities = st.builds(
        Decision, st.just(allow), st.just("why"), capability=st.sampled_from([*Capability])
    )
    access = st.sampled_from([(Access.READ,), (Access.READ, Access.WRITE)])
    paths = st.builds(
        Decision,
        st.just(allow),
        st.just("why"),
        path=st.sampled_from(["/etc/hosts", "/srv/a"]),
        access=access,
    )
    sockets = st.builds(
        Decision, st.just(allow), st.just("why"), socket=st.sampled_from(["AF_ALG", "AF_INET"])
    )
    return st.lists(calls | capabilities | paths | sockets, min_size=1, max_size=4).map(tuple)


def is_within(small: Policy, large: Policy) -> bool:
    """Whether the larger one allows whatever the smaller one does."""
    rules = {rule.name: rule.conditions for rule in large.syscalls if rule.errno is None}
    for rule in small.syscalls:
        if rule.errno is not None:
            continue
        if rule.name not in rules:
            return False
        wide = rules[rule.name]
        if wide and not (rule.conditions and all(covers(wide, one) for one in rule.conditions)):
            return False
    access = {rule.path: set(rule.access) for rule in large.files}
    kept = {rule.capability for rule in large.capabilities}
    sockets = {(rule.family, rule.type) for rule in large.networks}
    return (
        {rule.capability for rule in small.capabilities} <= kept
        and all(set(rule.access) <= access.get(rule.path, set()) for rule in small.files)
        and {(rule.family, rule.type) for rule in small.networks} <= sockets
        and set(small.abis) <= set(large.abis)
    )


@given(recorded, decisions(allow=True), st.sampled_from(Args))
def test_an_allow_never_narrows(recording: Recording, made: tuple[Decision, ...], args: Args) -> None:
    options = replace(ANYWAY, args=args)
    before, after = derive([recording], options), derive([recording], replace(options, decisions=made))
    assert is_within(before, after)
    there = {rule.name for rule in after.syscalls if rule.errno is None}
    kept = {rule.capability for rule in after.capabilities}
    for one in made:
        assert not one.syscall or one.syscall in there
        assert one.capability is None or one.capability in kept


@given(recorded, decisions(allow=False), st.sampled_from(Args))
def test_a_deny_never_widens(recording: Recording, made: tuple[Decision, ...], args: Args) -> None:
    options = replace(ANYWAY, args=args)
    try:
        after = derive([recording], replace(options, decisions=made))
    except UsageError:  # no seccomp profile can refuse these arguments and keep the others
        assume(False)
    assert is_within(after, derive([recording], options))
    there = {rule.name for rule in after.syscalls if rule.errno is None}
    kept = {rule.capability for rule in after.capabilities}
    for one in made:
        assert not one.syscall or one.arguments or one.syscall not in there
        assert one.capability not in kept


@given(recorded, decisions(allow=True), decisions(allow=False))
def test_a_deny_beats_an_allow_whatever_the_order(
    recording: Recording, allows: tuple[Decision, ...], denials: tuple[Decision, ...]
) -> None:
    try:
        one = derive([recording], replace(ANYWAY, decisions=allows + denials))
        other = derive([recording], replace(ANYWAY, decisions=denials + allows))
    except UsageError:
        assume(False)
    assert (one.syscalls, one.capabilities) == (other.syscalls, other.capabilities)
    there = {rule.name for rule in one.syscalls if rule.errno is None}
    assert not there & {denial.syscall for denial in denials if not denial.arguments}
    assert not {rule.capability for rule in one.capabilities} & {denial.capability for denial in denials}
