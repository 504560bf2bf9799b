"""The contract of ``profilegen emit``, called as a function."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.cli.app import app
from profilegen.cli.emit import emit
from profilegen.errors import (
    ExitCode,
    IncompleteRecordingError,
    OutputError,
    RecordingUnreadableError,
    SeccompUnreadableError,
    UsageError,
    WiderThanDefaultError,
)
from profilegen.formats.registry import formats
from profilegen.recording import Recording, SeccompMode, dumps, of_service, save
from profilegen.seccomp.reference import DOCKER
from tests.support.recordings import RUNC, check, recording, refusal

ALL = {"seccomp.json", "docker-run.args", "capabilities.txt", "apparmor", "reasons.json"}


def saved(folder: Path, one: Recording) -> Path:
    path = folder / f"{one.subject}.recording.json"
    save(one, path)
    return path


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_it_writes_its_files_for_every_subject_and_nothing_else(tmp_path: Path) -> None:
    web, db = recording("read"), recording("write").model_copy(update={"subject": "db"})
    out = tmp_path / "deep" / "profiles"
    emit([saved(tmp_path, web), saved(tmp_path, db)], out)
    assert files(out) == {f"{subject}/{name}" for subject in ("web", "db") for name in ALL}


def test_it_replaces_only_what_it_writes(tmp_path: Path) -> None:
    path = saved(tmp_path, recording("read"))
    (tmp_path / "out" / "web").mkdir(parents=True)
    (tmp_path / "out" / "web" / "seccomp.json").write_text("old")
    (tmp_path / "out" / "web" / "notes").write_text("mine")
    emit([path], tmp_path / "out", formats=["seccomp"])
    written = {"web/seccomp.json", "web/reasons.json"}
    assert files(tmp_path / "out") == {"web/notes", "web/seccomp.json.orig"} | written
    assert (tmp_path / "out" / "web" / "seccomp.json.orig").read_text() == "old"
    assert "read" in (tmp_path / "out" / "web" / "seccomp.json").read_text()


def test_recordings_of_one_subject_are_merged(tmp_path: Path) -> None:
    one = saved(tmp_path, recording("uname"))
    other = tmp_path / "again.recording.json"
    save(recording("umask"), other)
    emit([one, other], tmp_path / "out")
    text = (tmp_path / "out" / "web" / "seccomp.json").read_text()
    assert '"uname"' in text
    assert '"umask"' in text


def test_standard_output_gets_the_file_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, recording("read"))
    emit([path], tmp_path / "out")
    capsys.readouterr()
    emit([path], Path("-"), formats=["seccomp"])
    shown = capsys.readouterr()
    assert shown.out == (tmp_path / "out" / "web" / "seccomp.json").read_text()
    assert "309" in shown.err


def seccomp(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def test_each_architecture_that_was_not_recorded_has_its_own_seccomp_profile(tmp_path: Path) -> None:
    path = saved(tmp_path, recording("open"))
    emit([path], tmp_path / "out", arch=["arm64", "amd64", "riscv64"])
    assert files(tmp_path / "out") == {
        f"web/{name}" for name in (*ALL, "seccomp.arm64.json", "seccomp.riscv64.json", "translation.txt")
    }
    assert seccomp(tmp_path / "out/web/seccomp.json")["architectures"] == ["SCMP_ARCH_X86_64"]
    assert seccomp(tmp_path / "out/web/seccomp.arm64.json")["architectures"] == ["SCMP_ARCH_AARCH64"]
    lines = (tmp_path / "out/web/translation.txt").read_text().splitlines()
    assert any(line.startswith("arm64 openat translated: for open of amd64 (by /bin/a)") for line in lines)
    assert not [line for line in lines if line.startswith("amd64")]


def test_the_recorded_architecture_is_not_written_if_another_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    emit([saved(tmp_path, recording("open"))], tmp_path / "out", arch=["arm64"])
    expected = ALL - {"seccomp.json"} | {"seccomp.arm64.json", "translation.txt"}
    assert files(tmp_path / "out") == {f"web/{name}" for name in expected}
    shown = capsys.readouterr().err
    assert "web on arm64: " in shown
    assert "seccomp.arm64.json IMAGE" in shown


def test_one_profile_for_several_architectures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path, recording("open"))
    emit([path], tmp_path / "out", arch=["amd64", "arm64"], multi_arch=True, as_json=True)
    profile = seccomp(tmp_path / "out/web/seccomp.json")
    assert profile["architectures"] == ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"]
    assert {"open", "openat"} <= set(profile["syscalls"][0]["names"])
    assert files(tmp_path / "out") == {f"web/{name}" for name in (*ALL, "translation.txt")}
    (policy,) = json.loads(capsys.readouterr().out)["policies"]
    assert policy["abis"] == ["x86_64", "arm64"]


def test_standard_output_takes_one_architecture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path, recording("open"))
    emit([path], Path("-"), formats=["seccomp"], arch=["arm64"])
    assert json.loads(capsys.readouterr().out)["architectures"] == ["SCMP_ARCH_AARCH64"]
    with pytest.raises(UsageError, match="one file"):
        emit([path], Path("-"), formats=["seccomp"], arch=["arm64", "riscv64"])


def test_standard_output_takes_one_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one file"):
        emit([saved(tmp_path, recording("read"))], Path("-"))


def test_the_summary_names_what_is_wider_and_the_next_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    emit([saved(tmp_path, recording("mount"))], tmp_path / "out")
    shown = capsys.readouterr().err
    assert "WIDER than Docker's default: mount" in shown
    profiles = tmp_path / "out" / "web"
    command = (
        f"docker run $(cat {profiles}/docker-run.args) --security-opt seccomp={profiles}/seccomp.json IMAGE"
    )
    assert f"next: {command}\n" in shown


def test_no_wider_writes_nothing_and_says_what_would_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [
        saved(tmp_path, recording("read")),
        saved(tmp_path, recording("mount").model_copy(update={"subject": "db"})),
    ]
    with pytest.raises(WiderThanDefaultError) as caught:
        emit(paths, tmp_path / "out", no_wider=True, as_json=True)
    assert caught.value.exit_code is ExitCode.DRIFT
    assert "db: mount" in caught.value.cause
    assert "web" not in caught.value.cause
    assert not (tmp_path / "out").exists()
    shown = capsys.readouterr()
    assert [len(policy["wider"]) for policy in json.loads(shown.out)["policies"]] == [1, 0]
    assert "next: docker" not in shown.err
    emit(paths[:1], tmp_path / "out", no_wider=True)
    assert "web/seccomp.json" in files(tmp_path / "out")


def test_json_has_what_is_wider(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emit([saved(tmp_path, recording("mount"))], tmp_path / "out", as_json=True)
    (policy,) = json.loads(capsys.readouterr().out)["policies"]
    (wider,) = policy["wider"]
    assert wider == {
        "what": "call",
        "name": "mount",
        "conditions": [],
        "needs": ["CAP_SYS_ADMIN"],
        "reasons": [{"why": "observed", "text": "called by /bin/a"}],
        "text": "mount, called by /bin/a; Docker's default refuses it without CAP_SYS_ADMIN",
        "unfiltered": False,
    }
    (risk,) = policy["risks"]
    assert risk["name"] == "mount"
    assert "mount(2)" in risk["source"]


def test_another_profile_can_be_the_measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}')
    path = saved(tmp_path, recording("mount"))
    emit([path], tmp_path / "out", default_profile=other, no_wider=True)
    assert "new: " not in capsys.readouterr().err
    other.write_text('{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": []}')
    emit([path], tmp_path / "out", default_profile=other)
    assert "  new: mount, called by /bin/a; other.json refuses it\n" in capsys.readouterr().err
    with pytest.raises(WiderThanDefaultError) as caught:
        emit([path], tmp_path / "out", default_profile=other, no_wider=True)
    assert caught.value.hint == "review what is new, then emit without --no-wider and commit it"
    other.write_text("{}")
    with pytest.raises(SeccompUnreadableError, match="defaultAction"):
        emit([path], tmp_path / "out", default_profile=other)


def summary(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_the_summary_begins_with_how_much_is_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bounding = (Capability.CAP_CHOWN, Capability.CAP_KILL)
    container = RUNC.model_copy(update={"bounding_set": bounding})
    one = recording("keyctl", "add_key", "read", container=container, capabilities=(check(),))
    emit([saved(tmp_path, one)], tmp_path / "out")
    calls, beyond, capabilities, dropped, size, *rest = summary(capsys)
    entries = seccomp(tmp_path / "out/web/seccomp.json")["syscalls"]
    names = {name for one in entries if one["action"] == "SCMP_ACT_ALLOW" for name in one["names"]}
    assert calls == f"web: {len(names)} system calls allowed (Docker's default: 309)"
    assert beyond == "  of them refused by Docker's default: add_key keyctl"
    assert capabilities == "  1 capability (Docker's default: 14): CHOWN"
    assert dropped == "  dropped (granted while recording, not needed): KILL"
    assert size.startswith(
        f"  size: {calls.split()[1]} of 378 system calls, 1 with conditions on arguments ("
    )
    assert size.endswith("), 2 dangerous (add_key keyctl)")
    assert [line.split(":")[0].strip() for line in rest[:-1]] == sorted(
        (line.split(":")[0].strip() for line in rest[:-1]),
        key=["WIDER than Docker's default", "risk", "note"].index,
    )
    (risk,) = (line for line in rest if line.startswith("  risk: "))
    assert risk.startswith("  risk: add_key keyctl opens kernel keyrings")


def test_without_capabilities_the_summary_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emit([saved(tmp_path, recording("read"))], tmp_path / "out")
    assert "  no capabilities (Docker's default: 14)" in summary(capsys)


@pytest.mark.parametrize("options", [{"formats": ["apparmor"]}, {"with_apparmor": True}])
def test_what_the_apparmor_profile_lacks_is_for_who_asked_for_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: dict[str, Any]
) -> None:
    path = saved(tmp_path, recording("read"))
    emit([path], tmp_path / "out")
    assert not [line for line in summary(capsys) if "AppArmor" in line]
    emit([path], tmp_path / "a b", **options)
    (line,) = (line for line in summary(capsys) if "AppArmor" in line)
    assert f"apparmor_parser -r -C '{tmp_path}/a b/web/apparmor', run the tests" in line


def test_many_risks_are_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("ptrace", "bpf", "userfaultfd", "setns", "kcmp", "reboot", "acct", "syslog")
    emit([saved(tmp_path, recording(*names))], tmp_path / "out")
    shown = capsys.readouterr().err
    assert shown.count("  risk: ") == 7
    assert "risk: and 2 more" in shown


def test_many_notes_are_cut_and_so_is_what_they_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = tuple(refusal(name, 1) for name in sorted(DOCKER.allowed_names(Abi.X86_64, frozenset()))[:100])
    nowhere = tuple(f"no_such_call_{number}" for number in range(30))
    path = saved(tmp_path, recording("read", *nowhere, refused=refused))
    emit([path], tmp_path / "out", as_json=True)
    shown = capsys.readouterr()
    assert shown.err.count("  note: ") == 20 + len(["how many more there are"])
    assert re.search(r"note: and \d+ more, which --json has\n", shown.err)
    (listed,) = re.findall(r"note: (.*) were refused while recording by the profile", shown.err)
    assert re.fullmatch(r"(\w+, ){7}\w+ and \d+ more", listed)
    (policy,) = json.loads(shown.out)["policies"]
    (whole,) = [note["items"] for note in policy["notes"] if "refused while recording by" in note["text"]]
    assert set(whole) <= {item.name for item in refused}
    assert len(whole) > 50
    assert len([note for note in policy["notes"] if "has no such call" in note["text"]]) == 30


def test_what_was_seen_without_a_filter_is_listed_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = RUNC.model_copy(update={"seccomp": SeccompMode.UNCONFINED})
    emit([saved(tmp_path, recording("mount", "keyctl", container=bare))], tmp_path / "out")
    shown = capsys.readouterr().err
    assert "  seen; Docker's default refuses it: keyctl, mount (without CAP_SYS_ADMIN)\n" in shown
    assert "WIDER" not in shown


def test_json_has_every_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emit([saved(tmp_path, recording("uname"))], tmp_path / "out", as_json=True)
    content = json.loads(capsys.readouterr().out)
    assert content["schema_version"] == 1
    (policy,) = content["policies"]
    (rule,) = [rule for rule in policy["syscalls"] if rule["name"] == "uname"]
    assert rule["reasons"] == [{"why": "observed", "text": "called by /bin/a"}]


def test_the_errno_of_unknown_calls_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emit([saved(tmp_path, recording())], Path("-"), formats=["seccomp"], default_errno="EPERM")
    assert json.loads(capsys.readouterr().out)["defaultErrnoRet"] == 1


@pytest.mark.parametrize(
    "options",
    [
        {"formats": ["yaml"]},
        {"arch": ["sparc"]},
        {"arch": ["386"]},
        {"arch": ["arm64"], "multi_arch": True},
        {"arch": ["amd64", "s390x"], "multi_arch": True},
        {"arch": ["amd64", "mips64le"], "multi_arch": True},
        {"default_errno": "X"},
    ],
)
def test_what_does_not_exist_is_a_usage_error_and_writes_nothing(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    path = saved(tmp_path, recording("read"))
    with pytest.raises(UsageError):
        emit([path], tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_an_incomplete_recording_writes_nothing_for_anyone(tmp_path: Path) -> None:
    late = recording("read", container=RUNC.model_copy(update={"late": True})).model_copy(
        update={"subject": "db"}
    )
    paths = [saved(tmp_path, recording("read")), saved(tmp_path, late)]
    with pytest.raises(IncompleteRecordingError):
        emit(paths, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    emit(paths, tmp_path / "out", allow_incomplete=True)
    assert "db/seccomp.json" in files(tmp_path / "out")


def test_a_format_that_cannot_be_rendered_keeps_all_from_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> str:
        raise RuntimeError

    def one_broken(*, with_apparmor: bool = False) -> object:
        known = dict(formats(with_apparmor=with_apparmor))
        return {**known, "apparmor": known["apparmor"]._replace(render=broken)}

    monkeypatch.setattr("profilegen.formats.registry.formats", one_broken)
    with pytest.raises(RuntimeError):
        emit([saved(tmp_path, recording("read"))], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("subject", ["..", ".", "", "a/b", "../x", "a\\u0000b", "a\\n"])
def test_a_hostile_subject_is_no_recording(tmp_path: Path, subject: str) -> None:
    path = tmp_path / "hostile.recording.json"
    path.write_text(dumps(recording("read")).replace('"subject": "web"', f'"subject": "{subject}"'))
    with pytest.raises(RecordingUnreadableError):
        emit([path], tmp_path / "out")
    assert files(tmp_path) == {"hostile.recording.json"}


def test_a_symbolic_link_in_the_place_of_a_subject_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "web").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="symbolic link"):
        emit([saved(tmp_path, recording("read"))], tmp_path / "out")
    assert not files(tmp_path / "elsewhere")


def test_evidence_about_smaller_profiles_is_set_aside_when_they_are_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, web = saved(tmp_path, recording("read")), tmp_path / "out" / "web"
    emit([path], tmp_path / "out")
    (web / "minimized.json").write_text("{}")
    emit([path], tmp_path / "out")
    assert "minimized.json" not in capsys.readouterr().err
    (web / "docker-run.args").write_text("--cap-drop=ALL\n--cap-add=KILL\n")
    emit([path], tmp_path / "out")
    assert f"note: {web}/minimized.json is about the profiles that were replaced" in capsys.readouterr().err
    assert files(web) == {*ALL, "minimized.json.orig", "docker-run.args.orig"}


def of_project(folder: Path, project: str, *names: str) -> Path:
    one = of_service(recording(*names), "web", project)
    path = folder / f"{project[0]}.recording.json"
    save(one, path)
    return path


def test_a_service_of_two_projects_has_two_profiles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = of_project(tmp_path, "a:f.yml", "uname"), of_project(tmp_path, "b:f.yml", "umask")
    emit([a, b], tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a-web", "b-web"}
    assert "umask" not in (tmp_path / "out" / "a-web" / "seccomp.json").read_text()
    assert "the service web of a/f.yml: another project has a service" in capsys.readouterr().err
    emit([a], tmp_path / "alone")
    assert {path.name for path in (tmp_path / "alone").iterdir()} == {"web"}


def test_the_chosen_name_is_that_of_all_recordings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = recording("umask").model_copy(update={"subject": "db"})
    a, b = of_project(tmp_path, "a:f.yml", "uname"), of_project(tmp_path, "b:f.yml", "read")
    emit([a, b, saved(tmp_path, db)], tmp_path / "out", subject="shop")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"shop"}
    assert "merged as shop: the recordings of db, web" in capsys.readouterr().err
    with pytest.raises(UsageError):
        emit([a], tmp_path / "out", subject="../x")


def test_images_under_one_name_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2):
        image = {"image": f"nginx:{number}", "image_id": "sha256:" + str(number) * 64}
        save(
            recording("read", container=RUNC.model_copy(update=image)), tmp_path / f"{number}.recording.json"
        )
    emit([tmp_path / "1.recording.json"], tmp_path / "out")
    assert "images were recorded" not in capsys.readouterr().err
    emit([tmp_path / "1.recording.json", tmp_path / "2.recording.json"], tmp_path / "out")
    said = capsys.readouterr().err
    assert "2 images were recorded under this name" in said
    assert "nginx:1 111111111111, nginx:2 222222222222" in said


def test_help_names_every_format() -> None:
    """It is text: asking the registry would make every command wait for it."""
    (option,) = [one for one in typer.main.get_command(app).commands["emit"].params if one.name == "formats"]  # type: ignore[attr-defined]
    assert (
        set(re.findall(r"[a-z-]+", option.help.partition(": ")[2].replace(" or ", " "))) >= formats().keys()
    )
