"""The contract of ``profilegen merge``, called as a function."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path

import pytest

from profilegen.cli.emit import emit
from profilegen.cli.merge import merge
from profilegen.errors import ExitCode, OutputError, RecordingUnreadableError, UsageError
from profilegen.recording import Recording, load, save
from tests.support.recordings import RUNC, recording


def saved(path: Path, one: Recording) -> Path:
    save(one, path)
    return path


def run(number: int) -> tuple[str, ...]:
    return (f"{number:032x}",)


def test_runs_become_one_recording_whatever_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = saved(tmp_path / "1.recording.json", recording("read", run_ids=run(1)))
    two = saved(tmp_path / "2.recording.json.gz", recording("sync", run_ids=run(2)))
    for number, files in enumerate([[one, two], [two, one, one], [tmp_path]]):
        merge(files, str(tmp_path / f"out{number}"))
    texts = {(tmp_path / f"out{number}").read_bytes() for number in range(3)}
    assert len(texts) == 1
    merged = load(tmp_path / "out0")
    assert [call.name for call in merged.syscalls] == ["read", "sync"]
    assert merged.run_ids == (*run(1), *run(2))
    assert f"merged 2 files into {tmp_path}/out0: web, 2 runs" in capsys.readouterr().err


def test_compressed_it_has_the_same_bytes_every_time_and_emit_reads_it(tmp_path: Path) -> None:
    one = saved(tmp_path / "a.recording.json", recording("read"))
    for name in ("x.recording.json.gz", "y.recording.json.gz"):
        merge([one], str(tmp_path / name))
    packed = (tmp_path / "x.recording.json.gz").read_bytes()
    assert packed == (tmp_path / "y.recording.json.gz").read_bytes()
    assert gzip.decompress(packed) == one.read_bytes()
    emit([tmp_path / "x.recording.json.gz"], tmp_path / "profiles")
    assert (tmp_path / "profiles/web/seccomp.json").exists()


@pytest.mark.parametrize("separator", ["\n", "\0"])
def test_names_come_from_standard_input(
    separator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [str(saved(tmp_path / f"{name}.recording.json", recording(name))) for name in ("read", "sync")]
    names.append("")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(separator.join(names).encode())))
    merge(output="-", from_stdin=True)
    shown = capsys.readouterr()
    assert '"name": "sync"' in shown.out
    assert "merged 2 files into standard output" in shown.err


def test_another_subject_is_refused_unless_a_name_is_given(tmp_path: Path) -> None:
    files = [
        saved(tmp_path / f"{name}.recording.json", recording("read", subject=name)) for name in ("a", "b")
    ]
    with pytest.raises(UsageError, match=r"a\.recording\.json is of a, and .*/b\.recording\.json of b"):
        merge(files, str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
    merge(files, str(tmp_path / "out"), subject="both")
    assert load(tmp_path / "out").subject == "both"


def test_another_image_is_refused_unless_asked_for(tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        image = {"image": f"image-{name}", "image_id": f"sha256:{name * 64}"}
        one = recording("read", container=RUNC.model_copy(update=image))
        files.append(saved(tmp_path / f"{name}.recording.json", one))
    with pytest.raises(
        UsageError, match=r"a\.recording\.json is of image-a a{12}, and .* of image-b b{12}"
    ) as caught:
        merge(files, str(tmp_path / "out"))
    assert caught.value.exit_code is ExitCode.USAGE
    merge(files, str(tmp_path / "out"), any_image=True)
    assert len(load(tmp_path / "out").containers) == 2


def test_services_of_several_projects_are_no_one_subject(tmp_path: Path) -> None:
    for name in ("a", "b"):
        container = RUNC.model_copy(update={"service": "web", "project": f"/srv/{name}:compose.yml"})
        save(recording("read", container=container), tmp_path / f"{name}.recording.json")
    with pytest.raises(UsageError, match="of services of several projects"):
        merge([tmp_path], str(tmp_path / "out"))
    merge([tmp_path], str(tmp_path / "out"), subject="web")
    assert load(tmp_path / "out").subject == "web"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"{}", "is not a recording: schema_version: Field required"),
        (b"[" * 100, "is not a recording: it is damaged or not JSON"),
        (gzip.compress(b"{}", mtime=0)[:-3], "cannot be read: it is compressed, and cut"),
        (gzip.compress(b"{}", mtime=0) + b"x", "cannot be read: it is compressed, and cut or followed"),
        (b"\x1f\x8bxxxx", "cannot be read: it is damaged"),
    ],
)
def test_what_is_no_recording_is_named_and_nothing_is_written(
    content: bytes, cause: str, tmp_path: Path
) -> None:
    good = saved(tmp_path / "good.recording.json", recording("read"))
    bad = tmp_path / "bad.recording.json"
    bad.write_bytes(content)
    with pytest.raises(RecordingUnreadableError, match=rf"bad\.recording\.json {re.escape(cause)}"):
        merge([good, bad], str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_wrong_item_is_named_with_its_place_in_the_file(tmp_path: Path) -> None:
    good = saved(tmp_path / "good.recording.json", recording("read", "sync"))
    bad = tmp_path / "bad.recording.json"
    bad.write_text(good.read_text().replace('"name": "sync"', '"name": "SYNC"'))
    with pytest.raises(RecordingUnreadableError, match=r"bad\.recording\.json .* syscalls\.1\.name: "):
        merge([good, bad], str(tmp_path / "out"))


def test_without_recordings_or_output_it_says_what_is_missing(tmp_path: Path) -> None:
    one = saved(tmp_path / "a.recording.json", recording("read"))
    with pytest.raises(UsageError, match="-o / --output is missing"):
        merge([one])
    with pytest.raises(UsageError, match="there is no recording to merge"):
        merge(output=str(tmp_path / "out"))
    with pytest.raises(OutputError):
        merge([one], str(tmp_path / "no" / "out"))


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profilegen.recording.store.SIZE_LIMIT", 1024)
    bomb = tmp_path / "a.recording.json.gz"
    bomb.write_bytes(gzip.compress(b" " * 1_000_000))
    with pytest.raises(RecordingUnreadableError, match="it has more than"):
        merge([bomb], str(tmp_path / "out"))
