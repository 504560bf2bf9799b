"""Golden pairs: SUBJECT.recording.json in, the files of SUBJECT/ out, byte for byte.

After a change that is meant, remake them and read the difference:
``profilegen emit tests/golden/*.recording.json -o tests/golden``
"""

from __future__ import annotations

from pathlib import Path

from profilegen.emit import formats
from profilegen.policy import Options, derive
from profilegen.policy.capability_class import CapabilityClass, capability_class
from profilegen.recording import load

GOLDEN = Path(__file__).parent


def emits_what_is_stored(subject: str) -> None:
    policy = derive([load(GOLDEN / f"{subject}.recording.json")], Options(need_paths=True))
    stored = {path.name: path.read_text() for path in (GOLDEN / subject).iterdir()}
    assert stored == {one.file: one.render(policy) for one in formats().values()}


def test_every_golden_recording_has_a_test() -> None:
    subjects = {path.name.removesuffix(".recording.json") for path in GOLDEN.glob("*.recording.json")}
    assert {f"test_{subject}" for subject in subjects} <= globals().keys()


def test_ls() -> None:
    """``docker run debian:12 ls /``: capabilities of overlayfs and of runc are not the program's."""
    emits_what_is_stored("ls")


def test_server() -> None:
    """``docker run server``: a script starts it; threads, sockets, refused calls, four capabilities."""
    emits_what_is_stored("server")


def test_sandbox() -> None:
    """``docker run --security-opt seccomp=unconfined sandbox``: wider than Docker's default in all ways."""
    emits_what_is_stored("sandbox")


def test_everyclass() -> None:
    """``docker run --cap-add SYS_ADMIN --security-opt seccomp=unconfined``, and every reason for no need.

    ``chown 1 /tmp; unshare -Ur chroot / true; echo >>/etc/bash.bashrc; ping -c1 127.0.0.1``: beside what
    is needed (CHOWN, and NET_RAW of ping's file) overlayfs, memory overcommit, a user namespace and refusals.
    """
    emits_what_is_stored("everyclass")
    checks = load(GOLDEN / "everyclass.recording.json").capabilities
    assert {capability_class(check) for check in checks} == set(CapabilityClass) - {CapabilityClass.RUNTIME}


def test_static32() -> None:
    """``docker run static32 /static32``: 32-bit calls alone, the runtime's are 64-bit."""
    emits_what_is_stored("static32")


def test_strict() -> None:
    """``podman run --security-opt no-new-privileges --runtime crun calls``: next to nothing is needed."""
    emits_what_is_stored("strict")
