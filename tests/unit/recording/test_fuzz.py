"""A recording file made by an enemy: every reader takes it or refuses it with one clear error."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profilegen.recording import Recording, dumps, load
from profilegen.recording.store import STRUCTURE_LIMIT
from tests.support.readers import read_everything
from tests.support.strategies import recordings

SAME_FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150
)
MEMORY = 1536 * 1024 * 1024  # bytes of address space, the interpreter's own included
SECONDS = 120

HEAD = f'{{"schema_version":1,"subject":"x","run_ids":["{"0" * 32}"],"hosts":[],"containers":[],'
HOSTILE = [
    "\x1b]0;owned\x07\x1b[2J",
    "a\n  /** rwlkix,\n",
    '"} /** rw, {"',
    "../../etc/passwd",
    "/\x7f\x9b\u202e\u2066",
    "/proc/1/task/2/fd/3",
    "/{a,b}[c]*?@{PROC}^\\",
    "/" + "\U0001f419" * 1024,
    "\ud800",
    "--cap-add=ALL",
    "[red]x[/red]",
    "x" * 4096,
]
ENEMYS = st.one_of(
    st.sampled_from(HOSTILE),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.none(),
    st.booleans(),
    st.text(max_size=8),
    st.builds(list),  # a new one each time: what is drawn next may change it
    st.builds(dict),
    st.builds(lambda: [[[[{}]]]]),
)


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of the document with each of its keys or indexes."""
    for key in sorted(document) if isinstance(document, dict) else range(len(document)):
        yield document, key
        if isinstance(document[key], (dict, list)):
            yield from places(document[key])


@SAME_FOLDER
@given(recording=recordings(), data=st.data())
def test_a_document_near_the_schema(tmp_path: Path, recording: Recording, data: st.DataObject) -> None:
    """A few values replaced, removed, doubled or moved to where others belong."""
    document = json.loads(dumps(recording))
    for _ in range(data.draw(st.integers(1, 4))):
        every = list(places(document))
        if not every:
            break
        container, key = data.draw(st.sampled_from(every))
        match data.draw(st.sampled_from(["replace", "remove", "double", "swap"])):
            case "replace":
                container[key] = data.draw(ENEMYS)
            case "remove":
                del container[key]
            case "double" if isinstance(container, list):
                container.append(container[key])
            case _:
                other, place = data.draw(st.sampled_from(every))
                container[key] = json.loads(json.dumps(other[place]))
    path = tmp_path / "x.recording.json"
    path.write_text(json.dumps(document))
    read_everything(path)


@SAME_FOLDER
@given(recording=recordings(), text=st.sampled_from(HOSTILE))
def test_hostile_text_wherever_text_may_stand(tmp_path: Path, recording: Recording, text: str) -> None:
    document = json.loads(dumps(recording))
    for container, key in list(places(document)):
        a_call = key == "name" and "abi" in container  # its name is a name of the kernel's
        if key in {"path", "interpreted", "name", "image", "kernel", "user", "engine"} and not a_call:
            container[key] = text
        if key in {"programs", "command"}:
            container[key] = [text]
    path = tmp_path / "x.recording.json"
    path.write_text(json.dumps(document))
    accepted = read_everything(path)
    if text != "\ud800":  # half a surrogate pair is no text
        assert accepted is not None


def test_the_enemys_texts_get_into_a_recording(tmp_path: Path) -> None:
    """The law above is not kept by refusing everything."""
    path = tmp_path / "x.recording.json"
    content = [{"access": ["read"], "path": text} for text in HOSTILE if text != "\ud800"]
    path.write_text(HEAD + f'"paths":{json.dumps(content)}}}')
    assert len(load(path).paths) == len(content)


DENSE = {
    "empty lists": lambda: HEAD + '"paths":[' + "[]," * 30_000_000 + "0]}",
    "empty items": lambda: HEAD + '"paths":[' + "{}," * (STRUCTURE_LIMIT // 2 - 100) + "{}]}",
    "numbers": lambda: HEAD + '"paths":[' + "0," * (STRUCTURE_LIMIT - 100) + "0]}",
    "unknown fields": lambda: HEAD + ",".join(f'"k{n}":0' for n in range(STRUCTURE_LIMIT - 100)) + "}",
    "doubled fields": lambda: HEAD + '"paths":0,' * (STRUCTURE_LIMIT - 100) + '"paths":0}',
    "depth": lambda: HEAD + '"paths":' + "[" * (STRUCTURE_LIMIT - 100),
    "a giant number": lambda: HEAD + '"paths":' + "9" * 50_000_000 + "}",
    "a giant float": lambda: HEAD + '"paths":1e' + "9" * 50_000_000 + "}",
    "a string without end": lambda: HEAD + '"paths":"' + "," * STRUCTURE_LIMIT + '\\"' * 50_000_000,
    "commas in a string": lambda: HEAD + '"paths":"' + "[,{" * 50_000_000 + '"}',
    "a giant subject": lambda: HEAD.replace('"x"', '"' + "x" * 200_000_000 + '"') + '"paths":[]}',
    "nothing but spaces": lambda: " " * 250_000_000,
}


@pytest.mark.parametrize("kind", sorted(DENSE))
def test_memory_and_time_are_bounded(tmp_path: Path, kind: str) -> None:
    """What costs a reader most a byte: refused by a process that may not have more than its share."""
    path = tmp_path / "x.recording.json"
    path.write_text(DENSE[kind]())
    done = subprocess.run(
        [sys.executable, "-m", "profilegen", "show", str(path)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    path.unlink()
    assert done.returncode == 2, done.stderr[-1000:]
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 1000


def test_a_terminal_without_unicode_gets_what_it_can_show(tmp_path: Path) -> None:
    path = tmp_path / "x.recording.json"
    path.write_text(HEAD + '"paths":[{"access":["read"],"path":"/\\u00fc"}]}')
    done = subprocess.run(
        [sys.executable, "-m", "profilegen", "show", str(path)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 0
    assert b"/\\xfc" in done.stdout
