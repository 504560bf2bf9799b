"""Committed profiles with the least that was missing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.conditions import Condition, Operator
from profilegen.formats.apparmor.read import letters_for, path_rules
from profilegen.profiles.amend import with_abis, with_calls, with_capabilities, with_paths
from profilegen.seccomp.document import Document
from profilegen.seccomp.flags import capabilities_of
from profilegen.seccomp.matching import allows
from profilegen.seccomp.read import parse
from profilegen.seccomp.resolve import resolve

NAMES = st.sampled_from(["read", "write", "socket", "ioctl"])
CONDITIONS = st.sampled_from(
    [
        (),
        ((Condition(0, Operator.EQUAL, 2),),),
        ((Condition(0, Operator.EQUAL, 38), Condition(1, Operator.EQUAL, 5)),),
    ]
)
ENTRIES = st.fixed_dictionaries(
    {
        "names": st.lists(NAMES, min_size=1, unique=True),
        "action": st.sampled_from(["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"]),
    }
)


def document(entries: list[dict[str, object]]) -> Document:
    return parse(json.dumps({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": entries}).encode(), "x").document


@given(st.lists(ENTRIES, max_size=3), st.dictionaries(NAMES, CONDITIONS))
def test_what_is_added_is_allowed_and_nothing_is_taken_away(
    entries: list[dict[str, object]], calls: dict[str, tuple[tuple[Condition, ...], ...]]
) -> None:
    before = resolve(document(entries), Abi.X86_64, frozenset())
    after = resolve(with_calls(document(entries), calls.items()), Abi.X86_64, frozenset())
    for name in ("read", "write", "socket", "ioctl"):
        was, now = before.allowed_for(name), after.allowed_for(name)
        wanted = calls.get(name)
        if wanted is None:
            assert was == now
        elif not wanted:
            assert now == ()
        if was is not None:
            assert all(allows(now, one) for one in was or ((),))


def test_an_architecture_is_listed_once() -> None:
    one = document([])
    assert with_abis(one, []) is one
    assert with_abis(with_abis(one, ["SCMP_ARCH_X86"]), ["SCMP_ARCH_X86"]).architectures == ("SCMP_ARCH_X86",)


@pytest.mark.parametrize(
    "flags", ["--cap-drop=ALL\n", "--cap-drop=ALL\n--cap-add=CHOWN\n--security-opt=x\n", ""]
)
def test_flags_keep_what_they_have(flags: str) -> None:
    after = with_capabilities(flags, [Capability.CAP_NET_RAW])
    assert {*flags.split(), "--cap-add=NET_RAW"} == set(after.split())
    assert capabilities_of(after) >= {Capability.CAP_NET_RAW}
    assert with_capabilities(after, [Capability.CAP_NET_RAW]) == after


def test_a_line_about_a_file_is_read_back() -> None:
    text = 'profile x {\n  "/etc/a" r,  # opened\n  deny "/etc/b" w,\n}\n'
    rules = tuple(path_rules(with_paths(text, ['"/etc/b\\040" rw,'])))
    assert letters_for(rules, "/etc/b ") == {"r", "w"}
    assert letters_for(rules, "/etc/b") == set()
    assert letters_for(rules, "/etc/a") == {"r"}
