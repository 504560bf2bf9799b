"""What confines containers is read from whatever files have it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.errors import ProfilegenError
from profilegen.profiles.inputs.read import read_confinements

GOLDEN = Path(__file__).parents[3] / "golden"
NET_RAW, CHOWN = Capability.CAP_NET_RAW, Capability.CAP_CHOWN
PROFILE = {
    "defaultAction": "SCMP_ACT_ERRNO",
    "architectures": ["SCMP_ARCH_X86_64"],
    "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}],
}
POD = """
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      securityContext: {seccompProfile: {type: Localhost, localhostProfile: profiles/web.json}}
      containers:
      - name: web
        securityContext: {capabilities: {drop: [ALL], add: [NET_RAW]}}
      - name: side
        securityContext: {seccompProfile: {type: RuntimeDefault}}
      - name: root
        securityContext: {privileged: true}
"""


def test_a_folder_that_emit_wrote(tmp_path: Path) -> None:
    (tmp_path / "server").symlink_to(GOLDEN / "server")
    (tmp_path / "notes.txt").write_text("")
    for found in (read_confinements(tmp_path), read_confinements(GOLDEN / "server")):
        (one,) = found
        assert one.subject == "server"
        assert set(one.arches) == {Abi.ARM64, Abi.S390X, Abi.X86_64}
        assert one.filter(Abi.X86_64).allowed_for("read") == ()
        assert one.filter(Abi.X86_64).allowed_for("ptrace") is None
        assert CHOWN in one.bounding_set
        assert NET_RAW not in one.bounding_set
        assert one.apparmor


def test_a_profile_for_another_architecture_is_its_own(tmp_path: Path) -> None:
    for name in ("seccomp.json", "seccomp.arm64.json", "seccomp.old.json"):
        (tmp_path / name).write_text(json.dumps({**PROFILE, "architectures": []}))
    (one,) = read_confinements(tmp_path)
    assert set(one.documents) == {None, Abi.ARM64}
    assert one.capabilities is None


def test_a_seccomp_profile_alone_as_json_or_as_a_resource_in_yaml(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps(PROFILE))
    resource = {"kind": "SeccompProfile", "metadata": {"name": "x"}, "spec": PROFILE}
    (tmp_path / "p.yaml").write_text(json.dumps(resource))
    for name in ("p.json", "p.yaml"):
        (one,) = read_confinements(tmp_path / name)
        assert one.filter(Abi.X86_64).allowed_for("read") == ()
        assert one.bounding_set == DOCKER_DEFAULT


def test_a_compose_file(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles/web.json").write_text(json.dumps(PROFILE))
    (tmp_path / "compose.yaml").write_text(
        "services:\n"
        "  web: {security_opt: ['seccomp:profiles/web.json'], cap_drop: [ALL], cap_add: [NET_RAW]}\n"
        "  db: {cap_drop: [CHOWN]}\n"
        "  all: {privileged: true}\n"
        "  open: {security_opt: ['seccomp=unconfined']}\n"
        "  plain:\n"
    )
    everything, db, unconfined, plain, web = read_confinements(tmp_path / "compose.yaml")
    assert web.bounding_set == {NET_RAW}
    assert web.filter(Abi.X86_64).allowed_for("write") is None
    assert db.bounding_set == DOCKER_DEFAULT - {CHOWN}
    assert db.filter(Abi.X86_64).allowed_for("ptrace") == ()
    assert db.filter(Abi.X86_64).allowed_for("bpf") is None
    assert everything.bounding_set == set(Capability)
    assert everything.filter(Abi.X86_64).allowed_for("bpf") == ()
    assert unconfined.filter(Abi.X86_64).allowed_for("bpf") == ()
    assert plain.bounding_set == DOCKER_DEFAULT


def test_a_manifest_of_kubernetes(tmp_path: Path) -> None:
    (tmp_path / "web.json").write_text(json.dumps(PROFILE))
    (tmp_path / "pod.yaml").write_text(POD)
    root, side, web = read_confinements(tmp_path / "pod.yaml")
    assert web.bounding_set == {NET_RAW}
    assert web.filter(Abi.X86_64).allowed_for("write") is None
    assert side.filter(Abi.X86_64).allowed_for("bpf") is None
    assert root.bounding_set == set(Capability)


@pytest.mark.parametrize(
    ("name", "text", "cause"),
    [
        ("gone.json", None, "does not exist"),
        ("a.yaml", "a: 1", "neither a compose file nor"),
        ("a.yaml", "services: {web: [1]}", "service web is not a mapping"),
        ("a.yaml", "services: {web: {cap_add: CHOWN}}", "cap_add is not a list"),
        ("a.yaml", "services: {web: {cap_add: [FLY]}}", "FLY is not a capability"),
        ("a.yaml", "services: {web: {security_opt: ['seccomp:no.json']}}", "does not exist"),
        ("a.yaml", POD, "lies on the node"),
        ("a.json", "{", "not a seccomp profile"),
        ("a.json", "[1", "not a seccomp profile"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_cause(
    tmp_path: Path, name: str, text: str | None, cause: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(ProfilegenError) as caught:
        read_confinements(tmp_path / name)
    assert cause in caught.value.cause
    assert caught.value.exit_code == 2


def test_a_folder_without_profiles_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProfilegenError, match="has no profiles"):
        read_confinements(tmp_path)
