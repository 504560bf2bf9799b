"""Seccomp profiles in the form of Kubernetes, and those that only some engines read alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from profilegen.abi import Abi
from profilegen.cli.emit import emit
from profilegen.errors import SeccompUnreadableError
from profilegen.recording import save
from profilegen.seccomp.read import Loaded, parse
from profilegen.seccomp.resolve import resolve
from tests.support.recordings import recording

SPEC: dict[str, Any] = {
    "defaultAction": "SCMP_ACT_ERRNO",
    "architectures": ["SCMP_ARCH_X86_64"],
    "syscalls": [{"action": "SCMP_ACT_ALLOW", "names": ["read"]}],
}
API = "security-profiles-operator.x-k8s.io/v1beta1"


def resource(name: str = "web", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": API,
        "kind": "SeccompProfile",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {**SPEC, **spec},
        "status": {"path": "/x"},
    }


def read(content: Any) -> Loaded:
    return parse(json.dumps(content).encode(), "x.json")


def opens(loaded: Loaded, name: str) -> bool:
    return resolve(loaded.document, Abi.X86_64, frozenset()).allowed_for(name) is not None


@pytest.mark.parametrize(
    "content",
    [
        SPEC,
        resource(),
        [resource()],
        {"apiVersion": "v1", "kind": "List", "items": [{"kind": "Pod"}, resource()]},
        {"apiVersion": API, "kind": "SeccompProfileList", "items": [resource()]},
        {"apiVersion": API, "kind": "SeccompProfileList", "items": [{"spec": SPEC}]},
    ],
    ids=["plain", "alone", "array", "list", "typed list", "typed list without kinds"],
)
def test_the_spec_of_a_seccompprofile_is_a_profile(content: Any) -> None:
    found = read(content)
    assert opens(found, "read")
    assert not opens(found, "write")
    assert not found.warnings


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ([], "a list without a SeccompProfile"),
        ({"kind": "List", "items": [{"kind": "Pod"}]}, "no SeccompProfile in it"),
        ({"kind": "List"}, "no SeccompProfile in it"),
        ({"kind": "SeccompProfileRecording"}, "no SeccompProfile in it"),
        ([resource("a"), resource("b")], "2 of SeccompProfile in it, and one is needed: a, b"),
        ({"kind": "SeccompProfile"}, "valid dictionary"),
        ({"kind": "SeccompProfile", "spec": []}, "valid dictionary"),
        ({"kind": ["SeccompProfile"]}, "defaultAction"),
    ],
)
def test_a_resource_without_one_profile_is_refused(content: Any, cause: str) -> None:
    with pytest.raises(SeccompUnreadableError, match=cause):
        read(content)


def test_a_base_profile_that_is_elsewhere_is_told() -> None:
    (text,) = read(resource(baseProfileName="runc-v1.0.0")).warnings
    assert text == "x.json: its base profile runc-v1.0.0 is not in the file, and counts as allowing nothing"


@pytest.mark.parametrize(
    "text", ["apiVersion: v1\nkind: SeccompProfile\n", "---\nspec:\n  a: b\n", "# mine\nspec: 1\n", "spec:\n"]
)
def test_yaml_is_refused_with_the_command_that_converts_it(text: str) -> None:
    with pytest.raises(SeccompUnreadableError, match="is YAML") as caught:
        parse(text.encode(), "x.yaml")
    assert caught.value.hint.startswith("yq -o=json . ")


class TestSpellings:
    """Go's JSON ignores case, so Docker and Podman take what crun does not."""

    CONTENT: dict[str, Any] = {  # noqa: RUF012
        "defaultAction": "SCMP_ACT_ERRNO",
        "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subarchitectures": ["SCMP_ARCH_X86"]}],
        "Syscalls": [{"Names": ["read"], "action": "SCMP_ACT_ALLOW"}],
    }

    def test_another_case_is_read_as_docker_does(self) -> None:
        found = read(self.CONTENT)
        assert opens(found, "read")
        assert Abi.I386 in resolve(found.document, Abi.X86_64, frozenset()).abis

    def test_each_is_told_once_with_the_engines_that_read_it_differently(self) -> None:
        texts = read(self.CONTENT).warnings
        assert texts[0] == (
            "x.json: subarchitectures is read as subArchitectures, as Docker and Podman do, which ignore "
            "case; crun and youki ignore the field"
        )
        assert [text.split()[1] for text in texts] == ["subarchitectures", "Names", "Syscalls"]

    def test_two_spellings_of_one_field_are_refused(self) -> None:
        with pytest.raises(SeccompUnreadableError, match="there twice"):
            read({**self.CONTENT, "syscalls": []})

    def test_emit_says_it_on_stderr(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path, measure = tmp_path / "web.recording.json", tmp_path / "measure.json"
        save(recording("read"), path)
        measure.write_text(json.dumps(self.CONTENT))
        emit([path], tmp_path / "out", default_profile=measure)
        assert "measure.json: subarchitectures is read as subArchitectures" in capsys.readouterr().err
