"""Golden pairs: SUBJECT.recording.json in, the files of SUBJECT/ out, byte for byte.

After a change that is meant, remake them and read the difference:
``profilegen emit tests/golden/*.recording.json -o tests/golden``, with the ``--arch`` of those with several.
"""

from __future__ import annotations

from pathlib import Path

from profilegen.abi import Abi
from profilegen.policy.capability_need import Need, need_of
from profilegen.profiles.make import make
from profilegen.profiles.request import parse
from profilegen.recording import load

GOLDEN = Path(__file__).parent


def emits_what_is_stored(subject: str, *arches: Abi) -> None:
    made = make([load(GOLDEN / f"{subject}.recording.json")], parse(arches=[one.docker for one in arches]))
    stored = {(subject, path.name): path.read_text() for path in (GOLDEN / subject).iterdir()}
    assert stored == made.files


def test_every_golden_recording_has_a_test() -> None:
    subjects = {path.name.removesuffix(".recording.json") for path in GOLDEN.glob("*.recording.json")}
    assert {f"test_{subject}" for subject in subjects} <= globals().keys()


def test_ls() -> None:
    """``docker run debian:12 ls /``: capabilities of overlayfs and of runc are not the program's."""
    emits_what_is_stored("ls")


def test_server() -> None:
    """``docker run server``: a script starts it; threads, sockets, refused calls, four capabilities.

    Beside its own profile those of arm64 and of s390x, where a libc makes its sockets through socketcall.
    """
    emits_what_is_stored("server", Abi.X86_64, Abi.ARM64, Abi.S390X)


def test_sandbox() -> None:
    """``docker run --security-opt seccomp=unconfined sandbox``: wider than Docker's default in all ways."""
    emits_what_is_stored("sandbox")


def test_everyclass() -> None:
    """``docker run --cap-add SYS_ADMIN --security-opt seccomp=unconfined``, and every reason for no need.

    ``chown 1 /tmp; unshare -Ur chroot / true; echo >>/etc/bash.bashrc; ping -c1 127.0.0.1``: beside what
    is needed (CHOWN, and NET_RAW of ping's file) overlayfs, memory overcommit, a user namespace, what ping
    keeps of what it had, and refusals.
    """
    emits_what_is_stored("everyclass")
    checks = load(GOLDEN / "everyclass.recording.json").capabilities
    never_here = {Need.RUNTIME, Need.LESS}
    assert {need_of(check) for check in checks} == set(Need) - never_here


def test_static32() -> None:
    """``docker run static32 /static32``: 32-bit calls alone, on arm64 of arm; the runtime's are 64-bit."""
    emits_what_is_stored("static32", Abi.X86_64, Abi.ARM64)


def test_strict() -> None:
    """``podman run --security-opt no-new-privileges --runtime crun calls``: next to nothing is needed."""
    emits_what_is_stored("strict")
