"""A recording as text: one section for each kind of fact."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from profilegen.policy.capability_need import Need, execve_needs, need_of
from profilegen.recording import CapabilityUse, End, Recording, SeccompMode, Start
from profilegen.recording.gaps import answered_enosys, gaps
from profilegen.recording.left_out import left_out
from profilegen.recording.run_count import runs_of
from profilegen.recording.unseen import unseen
from profilegen.render.by_test import sentences
from profilegen.render.words import answer_name, arguments_in_words, seen_once
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from profilegen.recording.evidence.base import Seen
    from profilegen.recording.evidence.files import ExecutedFile

Row = tuple[str, ...]
_LONGEST = 200  # characters of a cell

_SECCOMP = {SeccompMode.FILTER: "on", SeccompMode.UNCONFINED: "off", SeccompMode.UNKNOWN: "not known"}
_NO_PROFILE = ("", "unconfined")


def show(recording: Recording) -> RenderableType:
    """Everything that is known about the subject; nothing in it can steer the terminal."""
    title = f"{recording.subject}: {runs_of(recording).words}"
    calls = (
        _section(
            f"System calls, {abi}",
            ("name", "phase", "first program"),
            [(c.name, ", ".join(c.phases), _first(c.programs), _once(c, recording)) for c in group],
        )
        for abi, group in groupby(recording.syscalls, key=lambda call: call.abi)
    )
    sections = (
        _section("Containers", ("name", "image", "runtime", "seccomp"), _containers(recording)),
        _section("Completeness", (), [(line,) for line in _completeness(recording)]),
        _section("Coverage", (), [(line,) for line in sentences(recording)]),
        *calls,
        _section(
            "Refused by the filter",
            ("name", "abi", "answer", "first program"),
            [
                (c.name, c.abi, answer_name(c), _first(c.programs), _once(c, recording))
                for c in recording.refused
            ],
        ),
        *_capabilities(recording),
        _section(
            "Arguments",
            ("name", "abi", "values", "phase"),
            [
                (c.name, c.abi, arguments_in_words(c), ", ".join(c.phases), _once(c, recording))
                for c in recording.arguments
            ],
        ),
        _section(
            "Executed",
            (),
            [
                (f.path, f"for {f.interpreted}" if f.interpreted else "", _privileges(f))
                for f in recording.executed
            ],
        ),
        _section("Files", (), [(p.path, ", ".join(p.access)) for p in recording.paths]),
        _section(
            "Ports below 1024, bound where no capability is asked for",
            ("port", "free from", "first program"),
            [
                (str(p.port), str(p.start), _first(p.programs), _once(p, recording))
                for p in recording.low_ports
            ],
        ),
    )
    return Group(Text(title, style="bold"), *(section for section in sections if section is not None))


def _containers(recording: Recording) -> Iterable[Row]:
    for container in recording.containers:
        notes = [
            note
            for note, applies in (
                ("late", container.late),
                ("started again", container.start is Start.AGAIN),
                (f"{container.end}", container.end is not End.UNKNOWN),
                ("privileged", container.privileged),
                ("no new privileges", container.no_new_privileges),
                (f"daemon under {container.daemon_label}", container.daemon_label not in _NO_PROFILE),
            )
            if applies
        ]
        runtime = (
            f"{container.engine} {container.engine_version}, {container.runtime} {container.runtime_version}"
        )
        yield container.name, container.image, runtime, _SECCOMP[container.seccomp], ", ".join(notes)


def _completeness(recording: Recording) -> list[str]:
    lines = [f"gap: {gap.text}" for gap in gaps(recording)]
    lines += [
        f"note: {c.name} ran with seccomp off"
        for c in recording.containers
        if c.seccomp is SeccompMode.UNCONFINED
    ]
    lines += [f"note: {text}" for text in answered_enosys(recording)]
    lines += [f"note: {text}" for text in left_out(recording)]
    lines += [f"not seen: {one.text}" for one in unseen(recording) if not one.emit_adds]
    return lines if any(line.startswith("gap") for line in lines) else ["complete: nothing was lost", *lines]


def _capabilities(recording: Recording) -> Iterable[RenderableType | None]:
    """What ``--cap-add`` takes first, then the rest with the reason why it does not."""
    needs = [
        (capability, file.path, _once(file, recording))
        for file in recording.executed
        for capability in execve_needs(file)
    ]
    yield _section("Capabilities that an execve needs (file capabilities)", ("name", "of"), needs)
    for kind in reversed(Need):
        rows = [
            (
                c.capability,
                c.abi,
                ", ".join(c.syscalls),
                _first(c.programs),
                _first(c.askers) if c.use is CapabilityUse.CHECKED else f"not checked: {c.use}",
                _once(c, recording),
            )
            for c in recording.capabilities
            if need_of(c, recording.paths) is kind
        ]
        yield _section(f"Capabilities {kind}", ("name", "abi", "in", "first program", "checked in"), rows)


def _privileges(file: ExecutedFile) -> str:
    words = [*(["setuid"] if file.set_user else []), *(["setgid"] if file.set_group else [])]
    words += [capability.value for capability in sorted({*file.file_capabilities, *file.given})]
    return " ".join(words if file.examined else [*words, "file capabilities not known"])


def _section(title: str, head: Row, rows: Iterable[Row]) -> RenderableType | None:
    """A title with the number of its rows over a table; nothing if there are none."""
    cells = [tuple(printable(cell, _LONGEST) for cell in row) for row in rows]
    if not cells:
        return None
    table = Table(box=None, pad_edge=False, show_header=bool(head), header_style="dim", padding=(0, 2, 0, 2))
    for index in range(max(map(len, cells))):
        table.add_column(Text(head[index] if index < len(head) else ""), overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    return Group(Text(f"\n{title} ({len(cells)})", style="bold"), table)


def _first(programs: Sequence[str]) -> str:
    return programs[0] if programs else ""


def _once(item: Seen, recording: Recording) -> str:
    return "seen once" if seen_once(item, recording) else ""
