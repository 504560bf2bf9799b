"""A kernel that was booted with lockdown=confidentiality: nothing can be traced, and the reason is said."""

from pathlib import Path

import pytest

from tests.support.recorder import profilegen

pytestmark = [pytest.mark.kernel, pytest.mark.lockdown]


def test_record_names_the_cause(tmp_path: Path) -> None:
    done = profilegen("record", "-o", str(tmp_path), "--", "true")
    assert done.status == 3
    assert "lockdown is at confidentiality: eBPF may not read the kernel" in done.err
    assert "next: boot without lockdown=confidentiality" in done.err
    assert not list(tmp_path.iterdir())


def test_so_does_doctor() -> None:
    done = profilegen("doctor")
    assert done.status == 3
    assert "FAIL  lockdown: kernel lockdown is at confidentiality" in done.out
