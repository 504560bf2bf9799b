"""The door for Python programs."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
from inspect import cleandoc
from pathlib import Path

import pytest

from profilegen import api
from profilegen.cli.emit import emit
from profilegen.errors import ExitCode
from tests.support.recordings import recording

GOLDEN = Path(__file__).parents[1] / "golden"


def written(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_the_example_of_its_docstring_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "recordings").mkdir()
    shutil.copy(GOLDEN / "server.recording.json", tmp_path / "recordings")
    monkeypatch.chdir(tmp_path)
    _, _, rest = cleandoc(api.__doc__ or "").partition("::\n\n")
    lines = rest.partition("\n\nEach error")[0].splitlines()
    exec("\n".join(line[4:] for line in lines), {})  # noqa: S102 - our own docstring
    assert (tmp_path / "profiles" / "server" / "seccomp.arm64.json").exists()


def test_it_writes_what_emit_writes(tmp_path: Path) -> None:
    path = GOLDEN / "server.recording.json"
    emit([path], tmp_path / "emit", arch=["amd64", "arm64"])
    profiles = api.make_profiles([api.load(str(path))], architectures=["amd64", "arm64"])
    assert not profiles.write(tmp_path / "api")
    assert written(tmp_path / "api") == written(tmp_path / "emit")
    assert {f"{subject}/{file}": text for (subject, file), text in profiles.files.items()} == written(
        tmp_path / "emit"
    )


def test_writing_again_says_what_is_gone(tmp_path: Path) -> None:
    api.make_profiles([recording("read", "uname")]).write(tmp_path)
    (note,) = api.make_profiles([recording("read")]).write(tmp_path)
    assert "no longer allows uname" in note


def test_what_is_made_by_hand_goes_through_merge() -> None:
    sorted_, shuffled = recording("read", "uname"), recording("uname", "read", "uname")
    assert api.merge([shuffled]) == api.merge([sorted_, shuffled])
    assert api.make_profiles([api.merge([shuffled])]).files == api.make_profiles([sorted_]).files


def test_every_error_is_one_of_ours(tmp_path: Path) -> None:
    with pytest.raises(api.ProfilegenError) as caught:
        api.load(tmp_path / "none.recording.json")
    assert caught.value.exit_code is ExitCode.USAGE
    with pytest.raises(api.ProfilegenError, match="--arch"):
        api.make_profiles([recording("read")], multi_arch=True)
    with pytest.raises(api.ProfilegenError, match="compose file"):
        api.make_profiles([recording("read")], formats=["compose"])
    with pytest.raises(api.ProfilegenError):
        api.merge([])


def test_it_takes_every_choice_of_emit() -> None:
    """But for what is about files and the terminal."""
    names = set(inspect.signature(api.make_profiles).parameters)
    cli = set(inspect.signature(emit).parameters)
    assert cli - names == {"arch", "output", "no_wider", "as_json", "check", "absolute"}
    assert names - cli == {"architectures"}


def test_everything_that_is_named_is_there_and_documented() -> None:
    for name in api.__all__:
        assert inspect.getdoc(getattr(api, name))


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import profilegen; print(*(set(sys.modules) - before))"
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(api.__file__).parents[1])},
    )
    assert ran.stdout.split() == ["profilegen"]


def test_check_finds_what_the_command_finds(tmp_path: Path) -> None:
    before, after = recording("read"), recording("read", "sync")
    api.make_profiles([before]).write(tmp_path)
    assert api.check([before], tmp_path).findings == ()
    report = api.check([after], tmp_path)
    assert report.failed
    assert [(one.rule, one.name) for one in report.findings] == [("new-call", "sync")]


def test_diff_finds_what_the_command_finds(tmp_path: Path) -> None:
    for name, calls in (("old", ("read",)), ("new", ("read", "sync"))):
        api.make_profiles([recording(*calls)]).write(tmp_path / name)
    wider = api.diff(tmp_path / "old", tmp_path / "new")
    assert wider.failed
    assert [one.name for one in wider.findings] == ["sync"]
    assert not api.diff(tmp_path / "new", tmp_path / "old").failed
    assert not api.diff(tmp_path / "new", tmp_path / "new", architectures=["amd64"]).findings
    with pytest.raises(api.ProfilegenError):
        api.diff(tmp_path / "none", tmp_path / "new")
