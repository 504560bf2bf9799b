"""Names of files: exactly the bytes that they are, but for what differs in every run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from tests.support.aadfa import FileRules, compiled
from tests.support.recorded import Recorded
from tests.support.recorder import only, profilegen, record_command, recording
from tests.support.workloads import WORKLOADS

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

SCRIPT = r"""
mkdir /names && cd /names
echo text >'a\b'
echo text >"$(printf '\377')"
echo text >"$(printf 'wh?\nat')"
cp --preserve=xattr "$(command -v ping)" 'p\ing'
'/names/p\ing' -q -c 1 127.0.0.1
"""


def test_a_file_is_not_mistaken_for_one_that_is_called_as_its_name_is_written(tmp_path: Path) -> None:
    done = record_command(
        tmp_path,
        *("docker", "run", "--rm", "--network=none", "--name", "names"),
        *("profilegen-test/privileges", "sh", "-c", SCRIPT),
        options=("--container", "names"),
    )
    assert done.status == 0, done.err
    (ping,) = (file for file in only(tmp_path).executed if file.path.startswith("/names/"))
    assert ping.path == r"/names/p\x5cing"
    assert ping.examined
    assert Capability.CAP_NET_RAW in ping.file_capabilities

    emitted = profilegen("emit", str(tmp_path / "names.recording.json"), "-o", str(tmp_path))
    assert emitted.status == 0, emitted.err
    rules = FileRules(compiled((tmp_path / "names" / "apparmor").read_text()))
    for name in (b"a\\b", b"\xff", b"wh?\nat"):
        assert "w" in rules.rights(b"/names/" + name), name
    assert {"m", "r", "x"} <= set(rules.rights(b"/names/p\\ing"))
    for other in (b"a\\x5cb", b"a\\134b", b"ab", b"\\xff", b"\\377", b"wh?at", b"w\nat", b"p\\x5cing"):
        assert not rules.rights(b"/names/" + other), other


def test_a_second_recording_of_a_database_makes_the_same_profile(
    recorded: Callable[[str], Recorded], tmp_path: Path
) -> None:
    """Its shared memory, a process's temporary files and its tables have numbers for names."""
    first = recorded("database")
    name = first.profiles.name
    with (
        recording("-o", str(tmp_path), "--container", name),
        WORKLOADS["database"].started(name) as started,
    ):
        WORKLOADS["database"].drive(started)
    assert {item.path for item in only(tmp_path).paths} != {item.path for item in first.recording.paths}
    emitted = profilegen("emit", str(tmp_path / f"{name}.recording.json"), "-o", str(tmp_path))
    assert emitted.status == 0, emitted.err
    assert (tmp_path / name / "apparmor").read_bytes() == (first.profiles / "apparmor").read_bytes()
