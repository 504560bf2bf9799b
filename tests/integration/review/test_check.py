"""A container that begins to need more turns check red, with the call and the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.recorder import Done, profilegen

pytestmark = [pytest.mark.kernel, pytest.mark.engine]
NAME = "profilegen-check"
RUN = ("docker", "run", "--rm", "--network=none", "--name", NAME, "profilegen-test/busybox", "/bin/sh", "-c")


def recorded(place: Path, script: str) -> Done:
    done = profilegen("record", "-o", str(place), "--", *RUN, script)
    assert done.status == 0, done.err
    return done


def checked(place: Path, profiles: Path, *options: str) -> Done:
    return profilegen("check", str(place), "--profiles", str(profiles), *options)


def test_a_new_call_and_a_new_capability_are_found_and_settled(tmp_path: Path) -> None:
    before, after, profiles = tmp_path / "before", tmp_path / "after", tmp_path / "profiles"
    recorded(before, "echo hello")
    assert profilegen("emit", str(before), "-o", str(profiles)).status == 0
    clean = checked(before, profiles, "--strict")
    assert (clean.status, clean.out.splitlines()[-1]) == (0, "check: nothing")

    recorded(after, "touch /x; chown 33 /x; sync")
    found = checked(after, profiles, "--format", "json")
    assert found.status == 6, found.err
    errors = {one["name"]: one for one in json.loads(found.out)["findings"] if one["level"] == "error"}
    assert {"sync", "CAP_CHOWN"} <= errors.keys()
    assert errors["sync"]["programs"] == ["/bin/busybox"]
    assert errors["CAP_CHOWN"]["asked_by"]

    assert checked(after, profiles, "--update", "--even-in-ci").status == 0
    assert checked(after, profiles).status == 0
