"""Two profiles by meaning: laws of diff."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.profiles.confinement import Confinement
from profilegen.review.diff.diff import diff
from profilegen.review.diff.recordings import diff_recordings
from profilegen.review.findings import Finding, Level, Report, Rule, Subject
from profilegen.seccomp.matching import admits
from profilegen.seccomp.read import parse
from tests.support.oci import ALLOWED, AmbiguousError, evaluate
from tests.support.recordings import arguments, recording

NAMES = ("socket", "personality", "ioctl")
VALUES = st.sampled_from([0, 1, 2, 3, 7, 8, 16, 38, 40, 0xFFFFFFFF])
conditions = st.fixed_dictionaries(
    {"index": st.integers(0, 1), "value": VALUES,
     "op": st.sampled_from(["SCMP_CMP_EQ", "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_GE"])}
) | st.fixed_dictionaries(
    {"index": st.integers(0, 1), "value": st.sampled_from([1, 3, 0xF]), "valueTwo": VALUES,
     "op": st.just("SCMP_CMP_MASKED_EQ")}
)  # fmt: skip
allowing = st.fixed_dictionaries(
    {
        "names": st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
        "action": st.just("SCMP_ACT_ALLOW"),
        "args": st.lists(conditions, max_size=2, unique_by=lambda one: one["index"]),  # type: ignore[index]
    }
)
answering = st.fixed_dictionaries(
    {
        "names": st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
        "action": st.just("SCMP_ACT_ERRNO"),
        "errnoRet": st.sampled_from([1, 13]),
    }
)


def profiles(*entries: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "defaultAction": st.sampled_from(["SCMP_ACT_ERRNO", "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW"]),
            "defaultErrnoRet": st.sampled_from([1, 38]),
            "architectures": st.just(["SCMP_ARCH_X86_64"]),
            "syscalls": st.lists(st.one_of(*entries), max_size=4),
        }
    )


anything = profiles(allowing, answering)
only_allowing = profiles(allowing).map(lambda one: {**one, "defaultAction": "SCMP_ACT_ERRNO"})
capabilities = st.none() | st.frozensets(st.sampled_from(Capability), max_size=2)


def confinement(content: dict[str, Any], capabilities: frozenset[Capability] | None = None) -> Confinement:
    return Confinement("web", {None: parse(json.dumps(content).encode(), "x").document}, capabilities)


def difference(old: Confinement, new: Confinement) -> Report:
    return diff({"web": old}, {"web": new}, arches=[Abi.X86_64])


def facts(report: Report, rule: Rule) -> set[tuple[Subject, str, object]]:
    return {(one.about, one.name, one.conditions) for one in report.findings if one.rule is rule}


@given(anything, capabilities)
def test_a_profile_does_not_differ_from_itself(
    content: dict[str, Any], kept: frozenset[Capability] | None
) -> None:
    one = confinement(content, kept)
    assert difference(one, one).findings == ()


@given(anything, anything, capabilities, capabilities)
def test_what_is_wider_one_way_is_narrower_the_other_way(
    old: dict[str, Any],
    new: dict[str, Any],
    before: frozenset[Capability] | None,
    after: frozenset[Capability] | None,
) -> None:
    one, other = confinement(old, before), confinement(new, after)
    forth, back = difference(one, other), difference(other, one)
    assert facts(forth, Rule.WIDER) == facts(back, Rule.NARROWER)
    assert facts(forth, Rule.NARROWER) == facts(back, Rule.WIDER)
    assert facts(forth, Rule.CHANGED) == facts(back, Rule.CHANGED)


calls = st.lists(st.tuples(st.sampled_from(NAMES), st.lists(VALUES, min_size=6, max_size=6)), max_size=12)


def lets_through(content: dict[str, Any], name: str, values: list[int]) -> bool:
    return evaluate(content, "SCMP_ARCH_X86_64", name, values) == ALLOWED


def tells(finding: Finding, name: str, values: list[int]) -> bool:
    if finding.name == "defaultAction":
        return True
    return finding.name == name and (
        not finding.conditions or admits(finding.conditions, dict(enumerate(values)))
    )


@given(anything, anything, calls)
def test_whatever_became_possible_by_libseccomp_is_found(
    old: dict[str, Any], new: dict[str, Any], made: list[tuple[str, list[int]]]
) -> None:
    wider = [one for one in difference(confinement(old), confinement(new)).findings if one.rule is Rule.WIDER]
    for name, values in made:
        with suppress(AmbiguousError):  # two rules of one profile hold: its tree decides
            if not lets_through(new, name, values) or lets_through(old, name, values):
                continue
            assert any(tells(one, name, values) for one in wider), (name, values)


@given(only_allowing, only_allowing)
def test_what_is_found_became_possible_by_libseccomp(old: dict[str, Any], new: dict[str, Any]) -> None:
    for one in difference(confinement(old), confinement(new)).findings:
        if one.rule is not Rule.WIDER or "for example" not in one.text:
            continue
        example = one.text.partition("for example ")[2]
        values = [0] * 6
        for part in example.split(" and "):
            _, index, _, value = part.split()
            values[int(index)] = int(value, 0)
        assert lets_through(new, one.name, values), one.text
        assert not lets_through(old, one.name, values), one.text


ALLOW = {"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"]}


def allowing_calls(*names: str, **more: Any) -> Confinement:
    entry = {"names": list(names), "action": "SCMP_ACT_ALLOW"}
    return confinement({**ALLOW, "syscalls": [entry], **more})


def test_a_dangerous_call_says_what_it_opens_and_is_wider_than_the_default() -> None:
    (finding,) = difference(allowing_calls("read"), allowing_calls("read", "bpf")).findings
    assert (finding.rule, finding.level, finding.name) == (Rule.WIDER, Level.ERROR, "bpf")
    assert finding.opens
    assert finding.wider


def test_a_capability_is_wider_and_one_that_docker_gives_is_not_wider_than_its_default() -> None:
    one = replace(allowing_calls("read"), capabilities=frozenset())
    two = replace(one, capabilities=frozenset({Capability.CAP_CHOWN, Capability.CAP_BPF}))
    found = difference(one, two).findings
    assert [(finding.name, finding.wider) for finding in found] == [("CAP_BPF", True), ("CAP_CHOWN", False)]
    assert not difference(replace(one, capabilities=None), replace(one, capabilities=DOCKER_DEFAULT)).findings


def test_another_default_and_another_answer_are_changes_that_do_not_fail() -> None:
    report = difference(allowing_calls("read", defaultErrnoRet=1), allowing_calls("read", defaultErrnoRet=38))
    assert [(one.rule, one.name) for one in report.findings] == [(Rule.CHANGED, "defaultAction")]
    assert not report.failed


def test_a_rule_of_apparmor_is_wider_and_a_deny_that_goes_is_too() -> None:
    one = replace(allowing_calls("read"), apparmor='profile x {\n  "/a" r,  # opened\n  deny /b w,\n}\n')
    two = replace(one, apparmor='profile x {\n  "/a" rw,  # more\n}\n')
    assert facts(difference(one, two), Rule.WIDER) == {
        (Subject.PATH, '"/a" rw', ()),
        (Subject.PATH, "deny /b w", ()),
    }


def test_profiles_that_are_gone_are_wider() -> None:
    one = allowing_calls("read")
    assert diff({"web": one}, {}).failed
    assert not diff({}, {"web": one}).failed


def test_recordings_differ_by_what_only_one_has() -> None:
    old = recording("read", "socket", arguments=(arguments("socket", 2, 1),))
    more = (arguments("socket", 2, 1), arguments("socket", 38, 5))
    new = recording("read", "socket", "sync", arguments=more)
    found = diff_recordings([old], [new]).findings
    assert sorted(one.text.partition(" by ")[0] for one in found) == [
        "socket with argument 0 = 38 and argument 1 = 5 is newly seen",
        "sync is newly seen",
    ]
    assert not diff_recordings([old], [old]).findings
    assert all(one.rule is Rule.NARROWER for one in diff_recordings([new], [old]).findings)


@pytest.mark.parametrize("number", [500, 5000])
def test_a_hostile_profile_with_thousands_of_alternatives_is_never_quiet(number: int) -> None:
    many = [
        {
            "names": ["ioctl"],
            "action": "SCMP_ACT_ALLOW",
            "args": [{"index": index, "value": value + index, "op": "SCMP_CMP_NE"} for index in range(3)],
        }
        for value in range(number)
    ]
    hostile = confinement({**ALLOW, "syscalls": many})
    assert difference(allowing_calls("read"), hostile).failed
