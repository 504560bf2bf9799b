"""A file that somebody has edited is told from what profilegen wrote, and never lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from profilegen import render
from profilegen.cli.app import app
from profilegen.enforce import replacement
from profilegen.errors import ProfilesUnreadableError, UsageError
from profilegen.formats.reasons_content import digest
from profilegen.profiles import committed, ours, replace
from profilegen.profiles.make import Made, make
from profilegen.profiles.request import parse
from profilegen.recording import Recording
from profilegen.recording.merge import normalise
from tests.support.recordings import ADMIN, recording
from tests.unit.policy.test_laws import recorded

SCHEMAS = Path(render.__file__).parents[1] / "schemas"
READ = ("read", "write", "execve")


def made(*names: str, **options: object) -> Made:
    return make([recording(*names)], parse(**options))  # type: ignore[arg-type]


def emitted(place: Path, *names: str, **options: object) -> list[str]:
    """What emit says about files that it did not write so."""
    return [note for note in replace.write(place, made(*names, **options)) if ".orig" in note]


def test_what_emit_wrote_is_replaced_without_a_word(tmp_path: Path) -> None:
    assert not emitted(tmp_path, *READ)
    assert not emitted(tmp_path, *READ, "sync")
    assert not list(tmp_path.rglob("*.orig*"))


def test_an_edit_is_kept_beside_and_said_once(tmp_path: Path) -> None:
    emitted(tmp_path, *READ)
    path = tmp_path / "web" / "docker-run.args"
    path.write_text("--by-hand\n")
    (said,) = emitted(tmp_path, *READ)
    assert said == f"{path} was not as profilegen had written it: kept as docker-run.args.orig"
    assert path.with_name("docker-run.args.orig").read_text() == "--by-hand\n"
    assert "--by-hand" not in path.read_text()
    assert not emitted(tmp_path, *READ)


def test_the_copy_of_another_edit_is_not_overwritten(tmp_path: Path) -> None:
    emitted(tmp_path, *READ)
    path = tmp_path / "web" / "docker-run.args"
    for text in ("--one\n", "--two\n", "--one\n"):
        path.write_text(text)
        emitted(tmp_path, *READ)
    kept = {one.name: one.read_text() for one in path.parent.glob("*.orig*")}
    assert kept == {"docker-run.args.orig": "--one\n", "docker-run.args.orig.2": "--two\n"}


def test_what_is_no_text_is_kept_too(tmp_path: Path) -> None:
    emitted(tmp_path, *READ)
    path = tmp_path / "web" / "apparmor"
    for content in (b"\xff1", b"\xff2"):
        path.write_bytes(content)
        assert len(emitted(tmp_path, *READ)) == 1
    assert [path.with_name(f"apparmor.orig{end}").read_bytes() for end in ("", ".2")] == [b"\xff1", b"\xff2"]


def test_a_profile_of_somebody_else_is_kept(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "seccomp.json").write_text("{}\n")
    assert len(emitted(tmp_path, *READ)) == 1
    assert (tmp_path / "web" / "seccomp.json.orig").read_text() == "{}\n"


def test_one_format_alone_is_not_taken_for_an_edit_later(tmp_path: Path) -> None:
    emitted(tmp_path, *READ)
    emitted(tmp_path, *READ, with_apparmor=True, formats=["docker-run"])
    assert not emitted(tmp_path, *READ)


def test_what_profilegen_changes_itself_is_none(tmp_path: Path) -> None:
    emitted(tmp_path, *READ)
    (tmp_path / "web" / "docker-run.args").write_text("--smaller\n")
    ours.renew(tmp_path / "web", {"docker-run.args": ()})
    assert not emitted(tmp_path, *READ)


def test_damaged_reasons_or_those_of_somebody_else_are_an_error_to_read_and_kept(tmp_path: Path) -> None:
    emitted(tmp_path, *READ)
    (tmp_path / "web" / "reasons.json").write_text("{}")
    with pytest.raises(ProfilesUnreadableError, match="is not what emit writes"):
        ours.read_each(tmp_path)
    ours.renew(tmp_path / "web", {"seccomp.json": ()})
    assert (tmp_path / "web" / "reasons.json").read_text() == "{}"
    (said,) = emitted(tmp_path, *READ)
    assert said.endswith("kept as reasons.json.orig")
    assert ours.read_each(tmp_path)[0].subject == "web"


def test_a_folder_without_reasons_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProfilesUnreadableError, match=r"has no reasons\.json"):
        ours.read_each(tmp_path)


@given(recorded)
def test_each_line_of_every_file_has_its_reason(one: Recording) -> None:
    whole = make([normalise(one)], parse(allow_incomplete=True, allow_unknown=True))
    ((subject, _),) = whole.reasons
    content = json.loads(whole.reasons[subject, "reasons.json"])
    others = {file: text for (_, file), text in whole.files.items() if file != "reasons.json"}
    assert content["files"] == {file: digest(text.encode()) for file, text in others.items()}
    (policy,) = whole.policies
    (profile,) = content["profiles"]
    assert [line["name"] for line in profile["calls"]] == [rule.name for rule in policy.syscalls]
    kept = [rule.capability for rule in policy.capabilities]
    assert [line["name"] for line in content["capabilities"]] == kept
    assert all(line["reasons"] for kind in ("capabilities", "paths", "networks") for line in content[kind])
    assert all(line["reasons"] for line in profile["calls"])


def test_minimize_takes_the_reasons_from_there_and_leaves_no_edit_behind(tmp_path: Path) -> None:
    emitted(tmp_path, *READ)
    web = tmp_path / "web"
    known = ours.read_each(web)[0]
    assert replacement.reasons(web) == {one.name: one.reasons[0].text for one in known.capabilities}
    smaller = committed.read(web).without(["write"])
    replacement.replace(web, smaller, {}, {"write": "the tests pass without it"})
    (profile,) = ours.read_each(web)[0].profiles
    assert "write" not in {line.name for line in profile.calls}
    assert "read" in {line.name for line in profile.calls}
    assert not emitted(tmp_path, *READ)
    assert '"write"' in (web / "seccomp.json").read_text()


def test_a_capability_that_minimize_exchanges_has_its_reason(tmp_path: Path) -> None:
    made_of = recording("read", capabilities=(ADMIN,))
    list(replace.write(tmp_path, make([made_of], parse())))
    web = tmp_path / "web"
    smaller = committed.read(web).without([committed.exchange("CAP_SYS_ADMIN", "CAP_PERFMON")])
    because = "in place of SYS_ADMIN"
    replacement.replace(web, smaller, {"CAP_PERFMON": because}, {"CAP_SYS_ADMIN": "passes with the other"})
    known = ours.read_each(web)[0]
    assert [(line.name, line.reasons[0].text) for line in known.capabilities] == [("CAP_PERFMON", because)]
    assert not [line for line in known.profiles[0].calls if line.name.startswith("CAP_")]


def test_show_prints_each_line_with_its_reason(tmp_path: Path) -> None:
    emitted(tmp_path, *READ)
    shown = CliRunner().invoke(app, ["show", "--profile", str(tmp_path)])
    assert shown.exit_code == 0, shown.output
    (line,) = [line for line in shown.stdout.splitlines() if line.startswith("write ")]
    assert line.split()[1:5] == ["allowed", "called", "by", "/bin/a;"]
    few = CliRunner().invoke(app, ["show", "--profile", str(tmp_path / "web"), "--risk"])
    assert "write" not in few.stdout
    printed = CliRunner().invoke(app, ["show", "--profile", str(tmp_path), "--json"])
    for name, content in (("show", json.loads(printed.stdout)), ("reasons", json.loads(one_file(tmp_path)))):
        schema = json.loads((SCHEMAS / f"{name}.json").read_text())
        Draft202012Validator(schema).validate(content)


def one_file(place: Path) -> str:
    return (place / "web" / "reasons.json").read_text()


@pytest.mark.parametrize("words", [["show"], ["show", "a.recording.json", "--profile", "b"]])
def test_show_takes_a_recording_or_profiles(words: list[str]) -> None:
    with pytest.raises(UsageError):
        CliRunner().invoke(app, words, catch_exceptions=False)
