"""Smaller profiles: what is searched, what is run, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.enforce.runner import variable
from profilegen.enforce.search import by_halves, one_by_one
from profilegen.errors import ProfilesUnreadableError
from profilegen.formats.capabilities import Listing, parse, text_of
from profilegen.profiles.committed import Profiles, read
from profilegen.seccomp.document import Document

ITEMS = tuple("abcdefghij")
FLAGS = ("--cap-drop=ALL", "--cap-add=AUDIT_WRITE", "--cap-add=CHOWN", "--cap-add=KILL")
SECCOMP = {
    "defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [
        {"names": ["chown", "read", "write"], "action": "SCMP_ACT_ALLOW"},
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
    ],
}
PROFILES = Profiles(FLAGS, Document.model_validate(SECCOMP))


@pytest.mark.parametrize("search", [one_by_one, by_halves])
@given(needed=st.frozensets(st.sampled_from(ITEMS)))
def test_exactly_what_is_needed_stays(search: object, needed: frozenset[str]) -> None:
    gone = search(ITEMS, lambda gone: not gone & needed)  # type: ignore[operator]
    assert gone == frozenset(ITEMS) - needed


@pytest.mark.parametrize("search", [one_by_one, by_halves])
def test_of_two_that_stand_for_one_another_one_stays(search: object) -> None:
    gone = search(ITEMS, lambda gone: not {"c", "h"} <= gone)  # type: ignore[operator]
    assert len(gone & {"c", "h"}) == 1


def test_halving_saves_runs_where_little_is_needed() -> None:
    runs = []

    def works(gone: frozenset[str]) -> bool:
        runs.append(gone)
        return "x7" not in gone

    names = [f"x{number}" for number in range(128)]
    assert len(by_halves(names, works)) == 127
    assert len(runs) < 20


def test_smaller_profiles_lack_just_that(tmp_path: Path) -> None:
    smaller = PROFILES.without({"CAP_CHOWN", "chown", "clone3"})
    assert smaller.capabilities == (Capability.CAP_AUDIT_WRITE, Capability.CAP_KILL)
    assert smaller.syscalls == ("read", "write")
    assert smaller.seccomp is not None
    assert smaller.seccomp.syscalls[1].model_dump(mode="json", exclude_unset=True) == SECCOMP["syscalls"][1]
    smaller.write(tmp_path)
    assert read(tmp_path) == smaller


def test_what_somebody_else_has_written_into_a_profile_stays(tmp_path: Path) -> None:
    theirs = {
        **SECCOMP,
        "listenerPath": "/run/agent",
        "syscalls": [
            {
                "name": "kill",
                "action": "SCMP_ACT_ALLOW",
                "comment": "ours",
                "includes": {"caps": ["CAP_KILL"]},
            },
            {"names": ["chown", "read"], "action": "SCMP_ACT_ALLOW", "owner": {"team": ["a"]}},
        ],
    }
    (tmp_path / "docker-run.args").write_text("--cap-drop=ALL\n")
    (tmp_path / "seccomp.json").write_text(json.dumps(theirs))
    read(tmp_path).without({"chown"}).write(tmp_path)
    theirs["syscalls"][1]["names"] = ["read"]  # type: ignore[index]
    assert json.loads((tmp_path / "seccomp.json").read_text()) == theirs


def test_of_several_architectures_the_machines_own_profile_is_taken(tmp_path: Path) -> None:
    PROFILES.write(tmp_path)
    own = Profiles(
        FLAGS,
        Document.model_validate({**SECCOMP, "defaultErrnoRet": 1}),
        f"seccomp.{Abi.of_machine().docker}.json",
    )
    own.write(tmp_path)
    assert read(tmp_path) == own
    assert json.loads((tmp_path / "seccomp.json").read_text()) == SECCOMP


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"syscalls": [1]}', '{"syscalls": [{"action": "SCMP_ACT_ALLOW"}]}']
)
def test_what_emit_has_not_written_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "docker-run.args").write_text("--cap-drop=ALL\n")
    (tmp_path / "seccomp.json").write_text(text)
    with pytest.raises(ProfilesUnreadableError):
        read(tmp_path)


def test_the_variable_of_a_subject() -> None:
    assert variable("web-app.1") == "PROFILEGEN_ARGS_WEB_APP_1"


capabilities = st.sampled_from(Capability)
reasons = st.dictionaries(
    capabilities, st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
)


@given(
    st.builds(
        Listing,
        subject=st.just("web"),
        kept=reasons,
        dispensable=reasons,
        unused=st.frozensets(capabilities).map(lambda some: tuple(sorted(some))),
        ambient=st.booleans(),
        elsewhere=st.text(st.characters(min_codepoint=33, max_codepoint=126)),
    )
)
def test_a_listing_is_read_as_it_was_written(listing: Listing) -> None:
    assert parse("web", text_of(listing)) == listing
