"""Smaller profiles of one subject: the control run, the search, what is written, what stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.conditions import Operator
from profilegen.enforce.control import control
from profilegen.enforce.minimize import Minimizer
from profilegen.enforce.runner import Ran
from profilegen.errors import CommandFailsError, ExitCode, NothingTestedError, ProfilesNotUsedError
from profilegen.formats.capabilities import Listing, text_of
from profilegen.profiles.committed import Profiles, read
from profilegen.seccomp.document import Argument, Document
from profilegen.seccomp.filter import Action

FLAGS = ("--cap-drop=ALL", "--cap-add=AUDIT_WRITE", "--cap-add=CHOWN", "--cap-add=KILL")
SECCOMP = {
    "defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [
        {"names": ["chown", "kill", "mkdir", "read", "write"], "action": "SCMP_ACT_ALLOW"},
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
    ],
}
PROFILES = Profiles(FLAGS, Document.model_validate(SECCOMP))
SECONDS = 1.0


class Suite:
    """Tests that pass wherever a container starts and may do what they need; ``flaky`` runs fail."""

    def __init__(self, *needed: str, flaky: tuple[int, ...] = (), output: str = "it broke") -> None:
        self.needed = frozenset(needed)
        self.flaky = flaky
        self.output = output
        self.runs: list[Profiles] = []
        self.limits: list[float | None] = []

    def __call__(self, profiles: Profiles, seconds: float | None) -> Ran:
        self.runs.append(profiles)
        self.limits.append(seconds)
        return self.ran(self.works(profiles) and len(self.runs) not in self.flaky)

    def works(self, profiles: Profiles) -> bool:
        there = {*(one.value for one in profiles.capabilities), *profiles.syscalls}
        killing = profiles.seccomp is None or profiles.seccomp.defaultAction is not Action.ERRNO
        return not killing and self.needed <= there

    def ran(self, passed: bool) -> Ran:
        return Ran(0 if passed else 3, SECONDS, self.output)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A subject's folder as emit writes it."""
    folder = tmp_path / "web"
    folder.mkdir()
    PROFILES.write(folder)
    granted = {Capability(f"CAP_{flag[10:]}"): "granted to sshd" for flag in FLAGS[1:]}
    (folder / "capabilities.txt").write_text(text_of(Listing("web", granted)))
    return folder


def minimizer(
    folder: Path, tests: Callable[[Profiles, float | None], Ran], repeat: int = 1, command: str = "test"
) -> tuple[Minimizer, list[str]]:
    said: list[str] = []
    return Minimizer(folder, read(folder), tuple(command.split()), tests, repeat, said.append), said


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def evidence(folder: Path) -> dict[str, dict[str, str]]:
    content = json.loads((folder / "minimized.json").read_text())
    return {name: content[name] for name in ("needed", "dispensable")}


def test_the_smaller_profiles_and_the_evidence_are_written(folder: Path) -> None:
    one, said = minimizer(folder, Suite("CAP_CHOWN"))
    result = one.minimize(syscalls=False)
    assert result.dispensable["CAP_AUDIT_WRITE"] == "granted to sshd; the tests pass without"
    assert set(result.needed) == {"CAP_CHOWN"}
    assert evidence(folder) == {"needed": result.needed, "dispensable": result.dispensable}
    assert read(folder) == PROFILES.without({"CAP_AUDIT_WRITE", "CAP_KILL"})
    text = (folder / "capabilities.txt").read_text()
    assert "# without AUDIT_WRITE: granted to sshd; the tests pass without\n" in text
    assert said[2:5] == [
        "without AUDIT_WRITE: pass, about 2 s to go",
        "without CHOWN: fail, about 1 s to go",
        "without KILL: pass",
    ]


def test_calls_are_tried_too(folder: Path) -> None:
    one, _ = minimizer(folder, Suite("CAP_CHOWN", "mkdir"))
    assert set(one.minimize(syscalls=True).dispensable) >= {"chown", "kill"}
    assert read(folder).syscalls == ("mkdir", "read", "write")  # read and write are the runtime's


def test_many_calls_are_counted(folder: Path) -> None:
    names = [f"call{number}" for number in range(20)]
    many = {**SECCOMP, "syscalls": [{"names": [*names, "mkdir"], "action": "SCMP_ACT_ALLOW"}]}
    Profiles(FLAGS[:1], Document.model_validate(many)).write(folder)
    one, said = minimizer(folder, Suite("mkdir"))
    one.minimize(syscalls=True)
    assert "without 21 more calls: fail" in said
    assert "without 10 more calls: pass" in said


def test_a_flaky_failure_is_outvoted(folder: Path) -> None:
    one, _ = minimizer(folder, Suite("CAP_CHOWN", flaky=(4,)), 2)
    assert "CAP_AUDIT_WRITE" in one.minimize(syscalls=False).dispensable


class TestRefused:
    """What says nothing about the container changes nothing."""

    @pytest.fixture(autouse=True)
    def _nothing_changes(self, folder: Path) -> object:
        before = files(folder)
        yield
        assert files(folder) == before

    def test_a_command_that_detaches_is_not_even_run(self, folder: Path) -> None:
        tests = Suite()
        with pytest.raises(NothingTestedError):
            minimizer(folder, tests, command="docker run -itd image")[0].minimize(syscalls=True)
        assert not tests.runs

    def test_a_command_that_fails_with_everything_ends_it_at_once(self, folder: Path) -> None:
        tests = Suite(flaky=(1,), output="one\ntwo\x1b[31m")
        with pytest.raises(CommandFailsError, match=r"unchanged profiles \(status 3\)") as caught:
            minimizer(folder, tests, 3)[0].minimize(syscalls=False)
        assert len(tests.runs) == 1
        assert caught.value.details == ("one", "two\x1b[31m")

    def test_of_one_that_fails_without_a_word_this_is_said(self, folder: Path) -> None:
        with pytest.raises(CommandFailsError, match="wrote nothing") as caught:
            minimizer(folder, Suite(flaky=(1,), output=""))[0].minimize(syscalls=False)
        assert caught.value.details == ()

    def test_a_command_that_starts_no_container_ends_it_before_the_control_run(self, folder: Path) -> None:
        class Elsewhere(Suite):
            def ran(self, passed: bool) -> Ran:
                return Ran(0 if passed else 3, SECONDS, "", used=False)

        tests = Elsewhere()
        with pytest.raises(ProfilesNotUsedError, match="PROFILEGEN_ARGS_WEB") as caught:
            minimizer(folder, tests)[0].minimize(syscalls=False)
        assert "compose: not possible yet" in caught.value.hint
        assert len(tests.runs) == 1

    def test_tests_that_pass_the_control_run_test_nothing(self, folder: Path) -> None:
        class Blind(Suite):
            def works(self, profiles: Profiles) -> bool:  # noqa: ARG002
                return True

        with pytest.raises(NothingTestedError, match="killed at its start") as caught:
            minimizer(folder, Blind())[0].minimize(syscalls=True)
        assert caught.value.exit_code is ExitCode.USAGE
        assert "wait for the container" in caught.value.hint

    def test_tests_that_pass_it_without_a_container_neither(self, folder: Path) -> None:
        class Deaf(Suite):
            """A script that starts a container and does not notice when that fails."""

            def __call__(self, profiles: Profiles, seconds: float | None) -> Ran:
                return Ran(0, SECONDS, "", used=super().__call__(profiles, seconds).passed)

        with pytest.raises(NothingTestedError, match="killed at its start"):
            minimizer(folder, Deaf())[0].minimize(syscalls=True)

    def test_that_every_call_and_capability_can_go_is_not_believed(self, folder: Path) -> None:
        with pytest.raises(NothingTestedError, match="any of the 3 system calls") as caught:
            minimizer(folder, Suite())[0].minimize(syscalls=True)
        assert caught.value.exit_code is ExitCode.USAGE


def test_the_control_run_is_bounded_as_every_run_of_the_search(folder: Path) -> None:
    tests = Suite("CAP_CHOWN")
    minimizer(folder, tests)[0].minimize(syscalls=False)
    assert tests.limits[0] is None
    assert len(set(tests.limits[1:])) == 1
    assert tests.limits[1] is not None


def test_a_control_run_that_hangs_has_failed(folder: Path) -> None:
    class Waiting(Suite):
        def ran(self, passed: bool) -> Ran:
            return Ran(0 if passed else None, SECONDS, "")

    assert minimizer(folder, Waiting("CAP_CHOWN"))[0].minimize(syscalls=False).dispensable


def test_under_the_control_no_program_can_end_well_or_say_a_word() -> None:
    profiles = control(PROFILES)
    assert profiles.flags == ("--cap-drop=ALL",)
    assert profiles.seccomp is not None
    assert profiles.seccomp.defaultAction is Action.KILL_PROCESS
    assert not {"exit", "exit_group", "mkdir"} & set(profiles.syscalls)
    assert {"execve", "close", "prctl"} <= set(profiles.syscalls)  # a runtime starts its program
    (write,) = (rule for rule in profiles.seccomp.syscalls if "write" in rule.names)
    assert write.args == (Argument(index=0, value=2, op=Operator.GREATER),)


def test_profiles_without_seccomp_have_a_control_too(tmp_path: Path) -> None:
    profiles = control(Profiles(FLAGS, None))
    profiles.write(tmp_path)
    assert read(tmp_path) == profiles


def test_a_program_may_need_no_capability(folder: Path) -> None:
    minimizer(folder, Suite("mkdir"))[0].minimize(syscalls=True)
    assert read(folder).flags == ("--cap-drop=ALL",)
    assert "mkdir" in read(folder).syscalls


def test_all_capabilities_may_go_where_no_call_is_tried(folder: Path) -> None:
    minimizer(folder, Suite())[0].minimize(syscalls=False)
    assert read(folder).flags == ("--cap-drop=ALL",)


def test_a_pass_in_which_no_container_started_is_none(folder: Path) -> None:
    class Careless(Suite):
        """A script that passes if its container cannot start without CHOWN."""

        def __call__(self, profiles: Profiles, seconds: float | None) -> Ran:
            super().__call__(profiles, seconds)
            if profiles.seccomp is None or profiles.seccomp.defaultAction is not Action.ERRNO:
                return self.ran(passed=False)
            return Ran(0, SECONDS, "", used=Capability.CAP_CHOWN in profiles.capabilities)

    assert set(minimizer(folder, Careless())[0].minimize(syscalls=False).needed) == {"CAP_CHOWN"}


def test_nothing_is_rewritten_if_nothing_can_go(folder: Path) -> None:
    before = files(folder)
    one, said = minimizer(folder, Suite("CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_KILL"))
    one.minimize(syscalls=False)
    after = files(folder)
    assert set(after.pop("minimized.json"))
    assert after == before
    assert said[-1] == "nothing can go: the profiles stay as they are"


class TestAgain:
    """Several searches in one folder."""

    def test_the_originals_are_those_of_the_first(self, folder: Path) -> None:
        before = files(folder)
        minimizer(folder, Suite("CAP_CHOWN", "mkdir"))[0].minimize(syscalls=False)
        minimizer(folder, Suite("CAP_CHOWN", "mkdir"))[0].minimize(syscalls=True)
        after = files(folder)
        for name, text in before.items():
            assert after[f"{name}.before-minimize"] == text
            assert after[name] != text

    def test_the_evidence_of_the_first_stays(self, folder: Path) -> None:
        minimizer(folder, Suite("CAP_CHOWN", "mkdir"))[0].minimize(syscalls=True)
        first = evidence(folder)
        again = minimizer(folder, Suite("CAP_CHOWN", "mkdir"))[0].minimize(syscalls=True)
        assert evidence(folder) == first
        assert again.dispensable == first["dispensable"]

    def test_what_the_first_tests_need_the_second_cannot_take(self, folder: Path) -> None:
        minimizer(folder, Suite("CAP_CHOWN"), command="one")[0].minimize(syscalls=False)
        two, said = minimizer(folder, Suite("mkdir"), command="two")
        two.minimize(syscalls=True)
        assert read(folder).capabilities == (Capability.CAP_CHOWN,)
        assert set(evidence(folder)["needed"]) == {"CAP_CHOWN", "mkdir"}
        assert any("need CHOWN" in line for line in said)

    def test_that_the_rest_can_go_is_believed_then(self, folder: Path) -> None:
        minimizer(folder, Suite("CAP_CHOWN"), command="one")[0].minimize(syscalls=False)
        minimizer(folder, Suite(), command="two")[0].minimize(syscalls=True)
        assert read(folder).capabilities == (Capability.CAP_CHOWN,)
        assert read(folder).syscalls == ("read", "write")

    def test_the_same_tests_may_have_become_content_with_less(self, folder: Path) -> None:
        minimizer(folder, Suite("CAP_CHOWN", "CAP_KILL"))[0].minimize(syscalls=False)
        minimizer(folder, Suite("CAP_CHOWN"))[0].minimize(syscalls=False)
        assert read(folder).capabilities == (Capability.CAP_CHOWN,)
        assert set(evidence(folder)["needed"]) == {"CAP_CHOWN"}
        assert set(evidence(folder)["dispensable"]) == {"CAP_AUDIT_WRITE", "CAP_KILL"}

    def test_the_same_question_is_asked_again_and_kept_once(self, folder: Path) -> None:
        needed = ("CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_KILL")
        for _ in range(2):
            tests = Suite(*needed)
            minimizer(folder, tests)[0].minimize(syscalls=False)
            assert len(tests.runs) == 5
        assert len(json.loads((folder / "minimized.json").read_text())["searches"]) == 1

    def test_what_was_put_back_is_no_longer_dispensable(self, folder: Path) -> None:
        minimizer(folder, Suite("CAP_CHOWN"))[0].minimize(syscalls=False)
        PROFILES.write(folder)
        minimizer(folder, Suite("CAP_CHOWN", "CAP_KILL"))[0].minimize(syscalls=False)
        assert set(evidence(folder)["dispensable"]) == {"CAP_AUDIT_WRITE"}

    def test_profiles_that_emit_has_made_anew_have_new_originals(self, folder: Path) -> None:
        minimizer(folder, Suite("CAP_CHOWN"))[0].minimize(syscalls=False)
        (folder / "minimized.json").rename(folder / "minimized.json.orig")  # as emit does
        Profiles((*FLAGS, "--cap-add=SETUID"), PROFILES.seccomp).write(folder)
        minimizer(folder, Suite("CAP_CHOWN"))[0].minimize(syscalls=False)
        assert "SETUID" in (folder / "docker-run.args.before-minimize").read_text()


class TestInterrupted:
    class Stopped(Suite):
        def __call__(self, profiles: Profiles, seconds: float | None) -> Ran:
            if len(self.runs) == 4:
                raise KeyboardInterrupt
            return super().__call__(profiles, seconds)

    def test_it_goes_on_where_it_was(self, folder: Path) -> None:
        with pytest.raises(KeyboardInterrupt):
            minimizer(folder, self.Stopped("CAP_CHOWN"))[0].minimize(syscalls=False)
        assert read(folder) == PROFILES
        tests = Suite("CAP_CHOWN")
        one, said = minimizer(folder, tests)
        one.minimize(syscalls=False)
        assert len(tests.runs) == 3
        assert said[0] == "2 verdicts of an earlier start are kept"

    def test_for_another_command_it_begins_anew(self, folder: Path) -> None:
        with pytest.raises(KeyboardInterrupt):
            minimizer(folder, self.Stopped("CAP_CHOWN"))[0].minimize(syscalls=False)
        tests = Suite("CAP_CHOWN")
        minimizer(folder, tests, command="other")[0].minimize(syscalls=False)
        assert len(tests.runs) == 5

    @pytest.mark.parametrize("text", ["[]", "{", '{"needed": {}, "dispensable": {}, "searches": [{}]}'])
    def test_a_damaged_journal_is_none(self, folder: Path, text: str) -> None:
        (folder / "minimized.json").write_text(text)
        tests = Suite("CAP_CHOWN")
        minimizer(folder, tests)[0].minimize(syscalls=False)
        assert len(tests.runs) == 5
        assert json.loads((folder / "minimized.json").read_text())["version"] == 1

    def test_that_everything_fell_is_tried_anew(self, folder: Path) -> None:
        """The script may have been mended, by the same name; evidence of other searches stays."""
        minimizer(folder, Suite("CAP_CHOWN", "CAP_KILL"))[0].minimize(syscalls=False)
        before = files(folder)
        with pytest.raises(NothingTestedError):
            minimizer(folder, Suite())[0].minimize(syscalls=True)
        assert files(folder) == before


class TestExchange:
    """A capability that is needed gives way to a less powerful one that the kernel takes in its place."""

    @pytest.fixture(autouse=True)
    def _powerful(self, folder: Path) -> None:
        flags = (
            "--cap-drop=ALL",
            "--cap-add=CHOWN",
            "--cap-add=SYS_ADMIN",
            "--security-opt=no-new-privileges",
        )
        Profiles(flags, PROFILES.seccomp).write(folder)
        granted = dict.fromkeys((Capability.CAP_CHOWN, Capability.CAP_SYS_ADMIN), "granted to perf")
        perfmon = {Capability.CAP_SYS_ADMIN: (Capability.CAP_PERFMON,)}
        (folder / "capabilities.txt").write_text(text_of(Listing("web", granted, instead=perfmon)))

    def suite(self, *enough: str) -> Callable[[Profiles, float | None], Ran]:
        """They pass with one of these."""
        suite = Suite()

        def run(profiles: Profiles, _: float | None) -> Ran:
            given = {one.docker for one in profiles.capabilities}
            return suite.ran(bool(given.intersection(enough)) and suite.works(profiles))

        return run

    def test_it_is_taken_where_the_tests_pass_with_it(self, folder: Path) -> None:
        one, said = minimizer(folder, self.suite("SYS_ADMIN", "PERFMON"))
        result = one.minimize(syscalls=False)
        assert read(folder).flags == (
            "--cap-drop=ALL",
            "--cap-add=PERFMON",
            "--security-opt=no-new-privileges",
        )
        assert "with PERFMON in place of SYS_ADMIN: pass" in "\n".join(said)
        assert result.needed == {
            "CAP_PERFMON": "in place of SYS_ADMIN: granted to perf; the tests fail without"
        }
        assert result.dispensable["CAP_SYS_ADMIN"] == (
            "granted to perf; the tests pass with PERFMON in its place"
        )
        text = (folder / "capabilities.txt").read_text()
        assert "# PERFMON: in place of SYS_ADMIN: granted to perf" in text
        assert "# without SYS_ADMIN: granted to perf; the tests pass with PERFMON in its place" in text

    def test_it_is_not_taken_where_they_fail_with_it(self, folder: Path) -> None:
        one, said = minimizer(folder, self.suite("SYS_ADMIN"))
        assert set(one.minimize(syscalls=False).needed) == {"CAP_SYS_ADMIN"}
        assert read(folder).capabilities == (Capability.CAP_SYS_ADMIN,)
        assert any(text.startswith("with PERFMON in place of SYS_ADMIN: fail") for text in said)
        assert "# SYS_ADMIN or PERFMON: granted to perf" in (folder / "capabilities.txt").read_text()

    def test_a_more_powerful_one_is_never_tried(self, folder: Path) -> None:
        Profiles(("--cap-drop=ALL", "--cap-add=DAC_OVERRIDE"), PROFILES.seccomp).write(folder)
        one, said = minimizer(folder, self.suite("DAC_OVERRIDE", "DAC_READ_SEARCH"))
        one.minimize(syscalls=False)
        assert not any("in place of" in text for text in said)
        assert read(folder).capabilities == (Capability.CAP_DAC_OVERRIDE,)
