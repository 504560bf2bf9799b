"""The recording file: what was saved comes back, anything else is one clear error."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profilegen.errors import ExitCode, ProfilegenError, RecordingTooNewError, RecordingUnreadableError
from profilegen.recording import Recording, dumps, load, normalise, save, store
from tests.support.strategies import recordings

RECORDING = Recording(subject="web", run_ids=("0" * 32,), hosts=(), containers=())
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def load_bytes(folder: Path, content: bytes) -> Recording:
    path = folder / "web.recording.json"
    path.write_bytes(content)
    return load(path)


@SAME_FOLDER
@given(recording=recordings())
def test_what_was_saved_comes_back(tmp_path: Path, recording: Recording) -> None:
    path = tmp_path / "web.recording.json"
    save(recording, path)
    assert load(path) == normalise(recording)
    first = path.read_bytes()
    save(load(path), path)
    assert path.read_bytes() == first == dumps(normalise(recording)).encode("ascii")


def test_the_file_is_json_with_sorted_keys_and_a_final_newline(tmp_path: Path) -> None:
    path = tmp_path / "web.recording.json"
    save(RECORDING, path)
    text = path.read_text()
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


@SAME_FOLDER
@given(recording=recordings(), data=st.data())
def test_a_cut_file_is_unreadable(tmp_path: Path, recording: Recording, data: st.DataObject) -> None:
    whole = dumps(recording).encode()
    cut = data.draw(
        st.integers(0, len(whole) - 2)
    )  # the last byte is the newline, without it nothing is lost
    with pytest.raises(RecordingUnreadableError):
        load_bytes(tmp_path, whole[:cut])


@SAME_FOLDER
@given(content=st.binary(max_size=200))
def test_bytes_are_unreadable(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RecordingUnreadableError):
        load_bytes(tmp_path, content)


@SAME_FOLDER
@given(value=json_values)
def test_json_of_something_else_is_unreadable(tmp_path: Path, value: Any) -> None:
    with pytest.raises(RecordingUnreadableError):
        load_bytes(tmp_path, json.dumps(value).encode())


@SAME_FOLDER
@given(recording=recordings(), value=json_values, data=st.data())
def test_a_field_with_another_value_loads_or_is_unreadable(
    tmp_path: Path, recording: Recording, value: Any, data: st.DataObject
) -> None:
    document = json.loads(dumps(recording))
    place: Any = document
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = value
    try:
        assert normalise(load_bytes(tmp_path, json.dumps(document).encode())).subject
    except ProfilegenError as error:
        assert error.exit_code is ExitCode.USAGE  # noqa: PT017  loading it is right too, and usual for texts


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"not json", "damaged or not JSON"),
        (b'{"schema_version": 1', "damaged or not JSON"),
        (b"\xff\xfe\x00", "damaged or not JSON"),
        (b"[" * 100_000, "recursion"),
        (b'{"schema_version": ' + b"9" * 5000 + b"}", "damaged or not JSON"),
        (b"[]", "should be an object"),
        (b"{}", "schema_version"),
        (b'{"defaultAction": "SCMP_ACT_ERRNO"}', "is a seccomp profile, not a recording"),
        (b'{"schema_version": 0}', "schema_version"),
        (b'{"schema_version": true}', "schema_version"),
        (b'{"schema_version": "1"}', "schema_version"),
        (dumps(RECORDING).encode().replace(b'"subject"', b'"new_field": 1, "subject"'), "new_field"),
        (dumps(RECORDING).encode().replace(b'"web"', b'"../../etc"'), "subject"),
        (dumps(RECORDING).encode().replace(b'"syscalls": []', b'"syscalls": {}'), "syscalls"),
        (dumps(RECORDING).encode().replace(b'"subject"', b'"\\u001b[2J": 1, "subject"'), r"\\x1b\[2J"),
    ],
)
def test_the_error_is_one_sentence_that_names_file_and_cause(
    tmp_path: Path, content: bytes, cause: str
) -> None:
    with pytest.raises(RecordingUnreadableError, match=cause) as caught:
        load_bytes(tmp_path, content)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "web.recording.json" in caught.value.cause
    assert caught.value.cause.isprintable()
    assert len(caught.value.cause) < len(str(tmp_path)) + 300


@pytest.mark.parametrize("version", [2, 2**40])
def test_a_recording_from_the_future_says_so(tmp_path: Path, version: int) -> None:
    with pytest.raises(RecordingTooNewError, match=str(version)) as caught:
        load_bytes(tmp_path, json.dumps({"schema_version": version, "novelty": []}).encode())
    assert caught.value.exit_code is ExitCode.USAGE


def test_what_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", tmp_path / "nul\0", tmp_path / ("x" * 300)):
        with pytest.raises(RecordingUnreadableError):
            load(path)


def test_what_to_type_next_depends_on_what_happened(tmp_path: Path) -> None:
    def next_after(path: Path) -> tuple[str, str]:
        with pytest.raises(RecordingUnreadableError) as caught:
            load(path)
        return caught.value.cause.removeprefix(str(path)), caught.value.hint

    assert next_after(tmp_path / "a b" / "c.json") == (" does not exist", f"ls {tmp_path}")
    assert next_after(Path("nothere.json")) == (" does not exist", "ls .")
    (tmp_path / "a b").mkdir()
    assert next_after(tmp_path / "a b" / "c.json") == (" does not exist", f"ls '{tmp_path}/a b'")
    assert next_after(tmp_path / "a b")[1] == f"ls -ld '{tmp_path}/a b'"
    damaged, profile = tmp_path / "damaged.json", tmp_path / "seccomp.json"
    damaged.write_text(dumps(RECORDING)[:-20])
    profile.write_text('{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": []}')
    assert next_after(damaged)[1].startswith("record again: ")
    assert "record again" not in next_after(profile)[1]


def test_a_file_without_end_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SIZE_LIMIT", 1 << 20)
    with pytest.raises(RecordingUnreadableError, match="1 MiB"):
        load(Path("/dev/zero"))


def test_a_pipe_can_be_read(tmp_path: Path) -> None:
    """``profilegen show <(zcat web.recording.json.gz)``."""
    path = tmp_path / "web.recording.json"
    save(RECORDING, path)
    reader, writer = os.pipe()
    os.write(writer, path.read_bytes())
    os.close(writer)
    try:
        assert load(Path(f"/dev/fd/{reader}")) == RECORDING
    finally:
        os.close(reader)
