"""What an earlier emit has left in the folder is not lost, and not left, without a word."""

import json
from pathlib import Path

import pytest

from profilegen.profiles import earlier
from profilegen.recording import of_service
from tests.support.recordings import recording


def seccomp(*names: str) -> str:
    return json.dumps(
        {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": names, "action": "SCMP_ACT_ALLOW"}]}
    )


def laid(folder: Path, **files: str) -> None:
    (folder / "web").mkdir(parents=True)
    for name, text in files.items():
        (folder / "web" / name.replace("__", "-").replace("_", ".")).write_text(text)


def test_flags_and_calls_that_go_are_named(tmp_path: Path) -> None:
    laid(
        tmp_path,
        docker__run_args="--cap-drop=ALL\n--cap-add=NET_RAW\n",
        seccomp_json=seccomp("read", "ptrace"),
    )
    texts = {
        ("web", "docker-run.args"): "--cap-drop=ALL\n",
        ("web", "seccomp.json"): seccomp("read", "write"),
    }
    assert list(earlier.taken_away(tmp_path, texts)) == [
        f"{tmp_path}/web/docker-run.args no longer has --cap-add=NET_RAW",
        f"{tmp_path}/web/seccomp.json no longer allows ptrace",
    ]


def test_what_only_grows_is_replaced_without_a_word(tmp_path: Path) -> None:
    laid(tmp_path, docker__run_args="--cap-drop=ALL\n", seccomp_json=seccomp("read"), apparmor="old")
    texts = {
        ("web", "docker-run.args"): "--cap-drop=ALL\n--cap-add=KILL\n",
        ("web", "seccomp.json"): seccomp("read", "write"),
        ("web", "apparmor"): "new",
        ("db", "seccomp.json"): seccomp("read"),
    }
    assert list(earlier.taken_away(tmp_path, texts)) == []


@pytest.mark.parametrize("damaged", ["", "[]", '{"syscalls": [1]}', '{"syscalls": [{"action": 1}]}', "\x1b{"])
def test_a_damaged_profile_is_replaced(tmp_path: Path, damaged: str) -> None:
    laid(tmp_path, seccomp_json=damaged)
    assert list(earlier.taken_away(tmp_path, {("web", "seccomp.json"): seccomp("read")})) == []


def test_an_architecture_that_is_not_renewed_is_named(tmp_path: Path) -> None:
    laid(tmp_path, seccomp_json="{}", seccomp_arm64_json="{}", translation_txt="", seccomp_json_orig="{}")
    again = {("web", "seccomp.json"): "{}"}
    first, second = earlier.not_renewed(tmp_path, again)
    assert first.startswith(f"{tmp_path}/web/seccomp.arm64.json is of an earlier emit")
    assert "--arch arm64" in first
    assert second.startswith(f"{tmp_path}/web/translation.txt")
    renewed = {**again, ("web", "seccomp.arm64.json"): "{}", ("web", "translation.txt"): ""}
    assert list(earlier.not_renewed(tmp_path, renewed)) == []
    assert list(earlier.not_renewed(tmp_path, {("web", "docker-run.args"): ""})) == []


def test_a_service_that_is_told_apart_now_leaves_its_old_profiles_named(tmp_path: Path) -> None:
    laid(tmp_path, seccomp_json="{}")
    ours = [of_service(recording("read"), "web", "a:f.yml")]
    (line,) = earlier.renamed(tmp_path, ours, {"a-web"})
    assert line.startswith(f"{tmp_path}/web is of an earlier emit")
    assert list(earlier.renamed(tmp_path, ours, {"web"})) == []
    assert list(earlier.renamed(tmp_path / "new", ours, {"a-web"})) == []
