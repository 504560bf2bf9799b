"""Everything that reads a file of somebody else, in one call: what the fuzzers drive."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

from rich.console import Console

from profilegen.abi import Abi
from profilegen.capabilities import DOCKER_DEFAULT
from profilegen.errors import ExitCode, ProfilegenError
from profilegen.formats.registry import formats
from profilegen.policy.derive import derive_each
from profilegen.policy.options import DeriveOptions
from profilegen.recording import Recording, dumps, load
from profilegen.recording.gaps import gaps
from profilegen.recording.merge import merge
from profilegen.render.policy import render as render_summary
from profilegen.render.recording import show
from profilegen.render.recording_json import document
from profilegen.render.recording_line import summary
from profilegen.seccomp.read import load as load_profile
from profilegen.seccomp.reference import Reference
from profilegen.text import json_text

ACCEPTING = DeriveOptions(allow_incomplete=True, allow_unknown=True)


def read_everything(path: Path) -> Recording | None:
    """Load, merge, show, emit. None if the file is refused; any other exception is a bug.

    What would reach a terminal or a file is demanded to be text that neither obeys.
    """
    read_profile(path)
    try:
        recording = load(path)
    except ProfilegenError as error:
        demand(error, ExitCode.USAGE)
        return None
    assert merge([recording, recording]) == recording
    assert dumps(recording).isascii()
    for text in (
        json_text(document(recording)),
        shown(recording),
        summary(recording),
        *(gap.text for gap in gaps(recording)),
    ):
        assert only_text(text)
    for options in (DeriveOptions(), ACCEPTING):
        try:
            policies = derive_each([recording], options)
        except ProfilegenError as error:
            demand(error, ExitCode.USAGE, ExitCode.INCOMPLETE)
            continue
        for policy in policies:
            texts = {one.file: one.render(policy) for one in formats(with_apparmor=True).values()}
            json.loads(texts["seccomp.json"])
            assert all(map(only_text, texts.values()))
            assert only_text(render_summary(policy, apparmor="apparmor"))
    return recording


def read_profile(path: Path) -> None:
    """Take the file for a seccomp profile to be no wider than: it is one, or it is refused."""
    try:
        document = load_profile(path).document
    except ProfilegenError as error:
        demand(error, ExitCode.USAGE)
        return
    for arch in (Abi.X86_64, Abi.ARM64):
        for name in ("read", "socket"):
            Reference.of_document(document, "x").allows_for(name, arch, DOCKER_DEFAULT)


def demand(error: ProfilegenError, *codes: ExitCode) -> None:
    """One line with one of these exit codes."""
    assert error.exit_code in codes
    assert error.cause.isprintable()


def shown(recording: Recording) -> str:
    """As `profilegen show` prints it into a pipe."""
    out = StringIO()
    Console(file=out, width=1000, highlight=False).print(show(recording))
    return out.getvalue()


def only_text(text: str) -> bool:
    """Lines, and nothing in them that a terminal would obey."""
    return text.replace("\n", "").isprintable()
