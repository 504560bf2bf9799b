"""The capabilities of a committed profile are those of the flags beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.cli.emit import emit
from profilegen.errors import ExitCode, SeccompUnreadableError, WiderThanDefaultError
from profilegen.recording import save
from profilegen.seccomp.flags import ARGUMENTS, capabilities_beside
from tests.support.recordings import ADMIN, check, recording

CHOWN, KILL = Capability.CAP_CHOWN, Capability.CAP_KILL


def beside(folder: Path, text: str) -> frozenset[Capability] | None:
    (folder / ARGUMENTS).write_text(text)
    return capabilities_beside(folder / "seccomp.json")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("--cap-drop=ALL\n", frozenset()),
        ("--cap-drop=ALL\n--cap-add=CHOWN\n--cap-add=KILL\n", {CHOWN, KILL}),
        ("--cap-drop ALL\n--cap-add CAP_CHOWN --cap-add=kill", {CHOWN, KILL}),
        ("", DOCKER_DEFAULT),
        ("--security-opt=no-new-privileges\n", DOCKER_DEFAULT),
        ("--cap-drop=CHOWN\n", DOCKER_DEFAULT - {CHOWN}),
        ("--cap-add=SYS_ADMIN\n", DOCKER_DEFAULT | {Capability.CAP_SYS_ADMIN}),
        ("--cap-add=ALL\n--cap-drop=CHOWN\n", frozenset(Capability) - {CHOWN}),
        ("--cap-drop=ALL\n--cap-add=ALL\n", frozenset(Capability)),
    ],
)
def test_flags_are_counted_as_docker_counts_them(
    text: str, expected: frozenset[Capability], tmp_path: Path
) -> None:
    assert beside(tmp_path, text) == frozenset(expected)


def test_without_the_file_nothing_is_known(tmp_path: Path) -> None:
    assert capabilities_beside(tmp_path / "seccomp.json") is None


@pytest.mark.parametrize("text", ["--cap-add=CHWON\n", "--cap-add\n", "--cap-add=\x1b[2J\n"])
def test_what_docker_would_refuse_is_an_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(SeccompUnreadableError, match="is not a capability") as caught:
        beside(tmp_path, text)
    assert caught.value.cause.isprintable()
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ARGUMENTS).mkdir()
    with pytest.raises(SeccompUnreadableError, match="cannot be read"):
        capabilities_beside(tmp_path / "seccomp.json")


class TestEmit:
    """``emit --no-wider --default-profile COMMITTED/seccomp.json``."""

    def committed(self, folder: Path, *, chown: bool) -> tuple[Path, Path]:
        """The profiles of a recording, and that of the next run, which has CHOWN."""
        path, out = folder / "web.recording.json", folder / "committed"
        save(recording("read", capabilities=(check(),) if chown else ()), path)
        emit([path], out)
        save(recording("read", capabilities=(check(),)), path)
        return path, out / "web" / "seccomp.json"

    def test_a_capability_that_was_not_committed_is_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path, seccomp = self.committed(tmp_path, chown=False)
        with pytest.raises(WiderThanDefaultError, match="CAP_CHOWN"):
            emit([path], tmp_path / "out", default_profile=seccomp, no_wider=True)
        shown = capsys.readouterr().err
        assert "  new: CHOWN, granted to /bin/chown in fchownat; docker-run.args does not add it\n" in shown
        assert not (tmp_path / "out").exists()

    def test_one_that_was_committed_is_not(self, tmp_path: Path) -> None:
        path, seccomp = self.committed(tmp_path, chown=True)
        emit([path], tmp_path / "out", default_profile=seccomp, no_wider=True)

    def test_one_beyond_dockers_default_is_not_either(self, tmp_path: Path) -> None:
        path = tmp_path / "web.recording.json"
        save(recording("read", capabilities=(ADMIN,)), path)
        emit([path], tmp_path / "committed")
        seccomp = tmp_path / "committed/web/seccomp.json"
        emit([path], tmp_path / "out", default_profile=seccomp, no_wider=True)

    def test_without_the_flags_dockers_default_is_the_measure(self, tmp_path: Path) -> None:
        path, seccomp = self.committed(tmp_path, chown=False)
        (seccomp.parent / ARGUMENTS).unlink()
        emit([path], tmp_path / "out", default_profile=seccomp, no_wider=True)
        save(recording("read", capabilities=(ADMIN,)), path)
        with pytest.raises(WiderThanDefaultError, match="CAP_SYS_ADMIN"):
            emit([path], tmp_path / "out2", default_profile=seccomp, no_wider=True)
