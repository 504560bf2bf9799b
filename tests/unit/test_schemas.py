"""The JSON schemas that the package ships: they are those of the models, and every output fits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError
from typer.testing import CliRunner

from profilegen import render
from profilegen.cli.app import app
from profilegen.doctor.check import Check
from profilegen.enforce.minimize import Minimized
from profilegen.errors import ExitCode
from profilegen.recording import Recording, dumps
from profilegen.render.doctor_json import document as of_doctor
from profilegen.render.minimize_json import document as of_minimize
from profilegen.render.recording_json import documents
from profilegen.render.schemas import schemas
from profilegen.text import json_text
from tests.support.strategies import recordings

SCHEMAS = Path(render.__file__).parents[1] / "schemas"
GOLDEN = Path(__file__).parents[1] / "golden"
STORED = sorted(GOLDEN.glob("*.recording.json"))


def check(name: str, document: Any) -> None:
    """Raise ValidationError if it does not fit the shipped schema, numbers as JSON has them."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    Draft202012Validator(schema).validate(json.loads(json.dumps(document)))


def printed(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_shipped_ones_are_those_of_the_models() -> None:
    """Where they are not: scripts/remake-schemas."""
    shipped = {path.stem: path.read_text() for path in SCHEMAS.iterdir()}
    assert shipped == {name: json_text(schema) for name, schema in schemas().items()}


@pytest.mark.parametrize("name", sorted(schemas()))
def test_each_is_a_schema_with_a_name_and_a_version(name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    Draft202012Validator.check_schema(schema)
    *_, kind, version = schema["$id"].split(":")
    assert kind == name
    forms = [schema["$defs"][one["$ref"].split("/")[-1]] for one in schema.get("anyOf", ())] or [schema]
    for form in forms:
        said = {**form["properties"].get("version", {}), **form["properties"].get("schema_version", {})}
        assert said["const"] == int(version)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_golden_recordings_fit(path: Path) -> None:
    check("recording", json.loads(path.read_text()))


@settings(max_examples=50)
@given(recordings())
def test_every_recording_fits_and_so_does_what_show_prints(recording: Recording) -> None:
    check("recording", json.loads(dumps(recording)))
    for risk in (False, True):
        for folder in (False, True):
            check("show", documents([recording], risk=risk, folder=folder))


@pytest.mark.parametrize(
    "change", [{"schema_version": 2}, {"surplus": 1}, {"run_ids": []}, {"subject": "../x"}, {"hosts": None}]
)
def test_what_no_recording_has_does_not_fit(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        check("recording", {**json.loads(STORED[0].read_text()), **change})


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_what_show_and_emit_print_fits(path: Path, tmp_path: Path) -> None:
    check("show", printed("show", path, "--json"))
    check("show", printed("show", path, "--json", "--risk"))
    check("emit", printed("emit", path, "--json", "-o", tmp_path, "--arch", "amd64", "--arch", "arm64"))


def test_what_show_prints_of_a_folder_fits() -> None:
    check("show", printed("show", GOLDEN, "--json"))
    check("show", printed("show", GOLDEN, "--json", "--risk"))


def test_what_emit_prints_of_several_architectures_in_one_fits(tmp_path: Path) -> None:
    arguments = ("--multi-arch", "--arch", "amd64", "--arch", "arm64", "--json", "-o", tmp_path)
    check("emit", printed("emit", GOLDEN / "sandbox.recording.json", *arguments))


@pytest.mark.parametrize("arguments", [(), ("openat",), ("socket",), ("--arch", "amd64"), ("--arch", "386")])
def test_what_tables_prints_fits(arguments: tuple[str, ...]) -> None:
    check("tables", printed("tables", *arguments, "--json"))


def test_what_doctor_prints_fits() -> None:
    checks = [Check("kernel", ok=True, found="6.1"), Check("btf", ok=False, found="", hint="look")]
    document = of_doctor([*checks, Check("apparmor", ok=False, found="no", failure=ExitCode.OK)])
    check("doctor", document)
    assert [row["needed"] for row in document["checks"]] == [True, True, False]
    assert document["checks"][1]["failure"] == ExitCode.CANNOT_TRACE
    with pytest.raises(ValidationError):
        check("doctor", {**document, "ok": "yes"})


def test_what_minimize_prints_fits() -> None:
    document = of_minimize("web", Minimized({"CAP_CHOWN": "the tests fail without"}, {"chown": "pass"}))
    check("minimize", document)
    assert document["needed"] == {"CAP_CHOWN": "the tests fail without"}
    with pytest.raises(ValidationError):
        check("minimize", {**document, "needed": None})
