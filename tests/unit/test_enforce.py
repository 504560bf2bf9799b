"""Smaller profiles: what is searched, what is run, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.arch import Abi
from profilegen.capabilities import Capability
from profilegen.emit.capabilities import Listing, parse, text_of
from profilegen.enforce.minimize import Minimizer
from profilegen.enforce.profiles import Profiles, read
from profilegen.enforce.runner import Ran, starting_word, variable, with_flags
from profilegen.enforce.search import by_halves, one_by_one
from profilegen.errors import CommandFailsError, ProfilesUnreadableError

ITEMS = tuple("abcdefghij")
FLAGS = ("--cap-drop=ALL", "--cap-add=AUDIT_WRITE", "--cap-add=CHOWN", "--cap-add=KILL")
SECCOMP = {
    "defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [
        {"names": ["chown", "read", "write"], "action": "SCMP_ACT_ALLOW"},
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
    ],
}
PROFILES = Profiles(FLAGS, SECCOMP)


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
    assert smaller.seccomp["syscalls"][1] == SECCOMP["syscalls"][1]
    smaller.write(tmp_path)
    assert read(tmp_path) == smaller


def test_of_several_architectures_the_machines_own_profile_is_taken(tmp_path: Path) -> None:
    PROFILES.write(tmp_path)
    own = Profiles(FLAGS, {**SECCOMP, "defaultErrnoRet": 1}, f"seccomp.{Abi.of_machine().docker}.json")
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


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("docker run image", 1),
        ("/usr/bin/podman create image", 1),
        ("docker container run image", 2),
        ("docker --host unix:///x run image", 3),
        ("docker --debug run image", 2),
        ("docker exec it run", None),
        ("docker compose run web", None),
        ("sh -c run", None),
        ("docker", None),
    ],
)
def test_flags_go_in_after_run(command: str, place: int | None) -> None:
    words = command.split()
    assert starting_word(words) == place
    if place is not None:
        found = with_flags(words, place, ["--x"])
        assert found[place + 1] == "--x"
        assert [word for word in found if word != "--x"] == words


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
    )
)
def test_a_listing_is_read_as_it_was_written(listing: Listing) -> None:
    assert parse("web", text_of(listing)) == listing


class Suite:
    """A command that needs CHOWN alone; ``flaky`` runs fail whatever they have."""

    def __init__(self, *flaky: int) -> None:
        self.runs = 0
        self.flaky = flaky

    def __call__(self, profiles: Profiles, _seconds: float | None) -> Ran:
        self.runs += 1
        passed = Capability.CAP_CHOWN in profiles.capabilities and self.runs not in self.flaky
        return Ran(0 if passed else 1, 1.0, "it broke")


def minimizer(folder: Path, tests: Suite, repeat: int = 1) -> tuple[Minimizer, list[str]]:
    said: list[str] = []
    return Minimizer(folder, read(folder), ("test",), tests, repeat, said.append), said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    PROFILES.write(tmp_path)
    listing = Listing(
        tmp_path.name, {Capability(f"CAP_{flag[10:]}"): "granted to sshd" for flag in FLAGS[1:]}
    )
    (tmp_path / "capabilities.txt").write_text(text_of(listing))
    return tmp_path


def test_the_smaller_profiles_and_the_evidence_are_written(folder: Path) -> None:
    one, said = minimizer(folder, Suite())
    result = one.minimize(syscalls=False)
    assert result.dispensable["CAP_AUDIT_WRITE"] == "granted to sshd; the tests pass without"
    assert set(result.needed) == {"CAP_CHOWN"}
    assert read(folder) == PROFILES.without({"CAP_AUDIT_WRITE", "CAP_KILL"})
    text = (folder / "capabilities.txt").read_text()
    assert "# without AUDIT_WRITE: granted to sshd; the tests pass without\n" in text
    assert "s to go" in said[1]


def test_calls_are_tried_too(folder: Path) -> None:
    one, _ = minimizer(folder, Suite())
    assert "chown" in one.minimize(syscalls=True).dispensable
    assert read(folder).syscalls == ("read", "write")  # the runtime's own: without them nothing starts


def test_a_command_that_fails_with_everything_ends_it_at_once(folder: Path) -> None:
    tests = Suite(1)
    with pytest.raises(CommandFailsError, match="it broke"):
        minimizer(folder, tests, 3)[0].minimize(syscalls=False)
    assert tests.runs == 1
    assert read(folder) == PROFILES


def test_a_flaky_failure_is_outvoted(folder: Path) -> None:
    one, _ = minimizer(folder, Suite(3), 2)
    assert "CAP_AUDIT_WRITE" in one.minimize(syscalls=False).dispensable


def test_an_interrupted_search_goes_on_where_it_was(folder: Path) -> None:
    class Interrupted(Suite):
        def __call__(self, profiles: Profiles, seconds: float | None) -> Ran:
            if self.runs == 3:
                raise KeyboardInterrupt
            return super().__call__(profiles, seconds)

    with pytest.raises(KeyboardInterrupt):
        minimizer(folder, Interrupted())[0].minimize(syscalls=False)
    tests = Suite()
    one, said = minimizer(folder, tests)
    one.minimize(syscalls=False)
    assert tests.runs == 2
    assert "2 verdicts" in said[0]


def test_a_damaged_journal_is_none(folder: Path) -> None:
    (folder / "minimized.json").write_text("[]")
    tests = Suite()
    minimizer(folder, tests)[0].minimize(syscalls=False)
    assert tests.runs == 4
    assert json.loads((folder / "minimized.json").read_text())["version"] == 1
