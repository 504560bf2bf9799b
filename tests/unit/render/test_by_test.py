"""`show --by-test`, and what the tests have shown of what there is."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from profilegen.abi import Abi
from profilegen.cli.app import app
from profilegen.recording import Attribution, CallInTests, InTests, Recording, save
from tests.support.recordings import recording


def used(name: str, call: str = "", **seen: object) -> CallInTests:
    return CallInTests(abi=Abi.X86_64, name=name, seen=InTests(call=call, **seen))


@pytest.fixture
def one() -> Recording:
    calls = (
        used("bind", start_up=True),
        used("read", "0-2", start_up=True),
        used("sync", "1"),
        used("tee", setup="2"),
        used("mlock", one_of="0 1"),
    )
    names = ("t.py::a", "t.py::\x1b[31mb", "t.py::c")
    whole = recording("bind", "read", "sync", "tee", "mlock")
    return whole.model_copy(update={"attribution": Attribution(names=names, calls=calls)})


def shown(one: Recording, folder: Path, *options: str) -> str:
    save(one, folder / "web.recording.json")
    done = CliRunner().invoke(app, ["show", *options, str(folder / "web.recording.json")])
    assert done.exit_code == 0, done.output
    return done.output


def test_each_phase_of_a_test_has_a_row(one: Recording, tmp_path: Path) -> None:
    rows = [re.split(r" {2,}", line.strip()) for line in shown(one, tmp_path, "--by-test").splitlines()]
    found = {row[0]: row[1:] for row in rows}
    assert found["(start-up)"] == ["2", "bind"]
    assert found["t.py::a"] == ["1"]
    assert found["t.py::\\x1b[31mb"] == ["2", "sync"]
    assert found["t.py::c|setup"] == ["1", "tee"]
    assert found["one of t.py::\\x1b[31mb, t.py::a"] == ["1", "mlock"]


def test_show_says_how_much_is_known(one: Recording, tmp_path: Path) -> None:
    assert "seen by one test only: 2 calls; what another test calls is known already with " in shown(
        one, tmp_path
    )


def test_without_tests_it_says_how_to_have_some(tmp_path: Path) -> None:
    assert "pytest --profilegen" in shown(recording("read"), tmp_path, "--by-test")


def test_it_goes_with_a_recording_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["show", "--by-test", "--risk", str(tmp_path)])
    assert "--by-test goes with RECORDING|DIR alone" in str(done.exception)
