"""The contract of ``profilegen init``, called as a function."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from profilegen.cli.init import init
from profilegen.errors import ExitCode, InputError, ProjectFileError
from profilegen.project.load import load


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_in_an_empty_folder_it_writes_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    init()
    assert load().subjects == {}
    assert capsys.readouterr().err == (
        "profilegen: wrote profilegen.toml: review and commit it\n"
        "next: profilegen record -- COMMAND    # which runs your tests\n"
    )


def test_it_finds_services_recordings_and_profiles(capsys: pytest.CaptureFixture[str]) -> None:
    Path("compose.yaml").write_text(
        'services: {web: {image: "r/web:1"}, db: {build: .}, "a.b": {image: "${X}"}, none: }\n'
    )
    Path("seen").mkdir()
    Path("seen/cron.recording.json").touch()
    Path("profiles/old").mkdir(parents=True)
    Path("profiles/old/seccomp.json").touch()
    init()
    project = load()
    assert project.recordings == Path("seen")
    assert {name: one.image for name, one in project.subjects.items()} == {
        "a.b": "",
        "cron": "",
        "db": "",
        "none": "",
        "old": "",
        "web": "r/web:1",
    }
    assert "from seen/, profiles/, compose.yaml" in capsys.readouterr().err


def test_a_dockerfile_alone_is_named_as_its_folder(tmp_path: Path) -> None:
    Path("Dockerfile").touch()
    init()
    assert list(load().subjects) == [tmp_path.name]


@pytest.mark.parametrize(
    ("name", "text"), [("profilegen.toml", ""), ("pyproject.toml", "[tool.profilegen]\n")]
)
def test_an_existing_one_is_left_alone(name: str, text: str) -> None:
    Path(name).write_text(text)
    with pytest.raises(ProjectFileError, match="is there already") as caught:
        init()
    assert caught.value.exit_code is ExitCode.USAGE
    assert Path(name).read_text() == text


def test_a_hostile_compose_file_is_an_error_or_text() -> None:
    Path("compose.yaml").write_text('services: {"a\\"]\\n[x": {image: "\\u001b[2J\\"\\n[evil]"}}\n')
    init()
    document = tomllib.loads(Path("profilegen.toml").read_text())
    assert document.keys() == {"recordings", "profiles", "subject"}
    assert load().subjects.keys() == {"a____x"}
    Path("profilegen.toml").unlink()
    Path("compose.yaml").write_text("a: [\n")
    with pytest.raises(InputError):
        init()
    assert not Path("profilegen.toml").exists()
