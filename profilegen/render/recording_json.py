"""A recording as ``show --json`` prints it: the facts, with the words that a reader would look up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, cast

from pydantic import Field

from profilegen.policy.capability_need import need_of
from profilegen.recording.coverage import Coverage, of_runs, of_tests
from profilegen.recording.evidence.attribution import Attribution
from profilegen.recording.evidence.base import RunId, Seen
from profilegen.recording.evidence.calls import RefusedSyscall, Syscall, SyscallArguments, UnknownSyscall
from profilegen.recording.evidence.capabilities import CapabilityCheck
from profilegen.recording.evidence.containers import Container, Host
from profilegen.recording.evidence.files import ExecutedFile, PathAccess
from profilegen.recording.evidence.network import LowPort
from profilegen.recording.gaps import GapKind, gaps
from profilegen.recording.run_count import runs_of
from profilegen.recording.unseen import unseen
from profilegen.render.output import Output
from profilegen.render.risks import made
from profilegen.render.words import answer_name, seen_once
from profilegen.tables.sockets import family_name, type_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.recording import Recording

_Shown = TypeVar("_Shown", bound="Shown")


class Shown(Seen):
    """An item without its run ids; ``seen_once``: just one of several merged runs saw it."""

    runs: Annotated[tuple[RunId, ...], Field(exclude=True)] = ()
    seen_once: bool


class ShownSyscall(Shown, Syscall):
    """A call that was let through."""


class ShownArguments(Shown, SyscallArguments):
    """One combination of arguments."""


class ShownRefusal(Shown, RefusedSyscall):
    """A call that the filter answered, and what with."""

    errno_name: str


class ShownCapability(Shown, CapabilityCheck):
    """A capability check, its class, and whether it counts for ``--cap-add``."""

    class_: Annotated[str, Field(serialization_alias="class")]
    counts: bool


class ShownFile(Shown, ExecutedFile):
    """An executed file."""


class ShownPath(Shown, PathAccess):
    """A file that was opened or mapped."""


class ShownPort(Shown, LowPort):
    """A port below 1024."""


class ShownUnknown(Shown, UnknownSyscall):
    """A number that has no name."""


class Socket(Output):
    """Address family and type that ``socket`` was called with, by number and name."""

    family: int
    type: int
    family_name: str
    type_name: str


class NotSeen(Output):
    """Something that no run showed: a fixed word, a sentence, and what to do about it."""

    what: str
    text: str
    advice: str


class Coverages(Output):
    """How much the tests, and the runs, have shown; null: too few for an estimate."""

    tests: Coverage | None
    runs: Coverage | None


class ShownRecording(Output):
    """A recording without run ids."""

    version: Literal[1] = 1
    subject: str
    runs: int
    hosts: tuple[Host, ...]
    containers: tuple[Container, ...]
    gaps: tuple[str, ...]
    not_seen: tuple[NotSeen, ...]
    unknown_syscalls: tuple[ShownUnknown, ...]
    syscalls: tuple[ShownSyscall, ...]
    refused: tuple[ShownRefusal, ...]
    arguments: tuple[ShownArguments, ...]
    sockets: tuple[Socket, ...]
    capabilities: tuple[ShownCapability, ...]
    executed: tuple[ShownFile, ...]
    paths: tuple[ShownPath, ...]
    low_ports: tuple[ShownPort, ...]
    attribution: Attribution
    """Which tests used what."""
    coverage: Coverages


class ShownFolder(Output):
    """The recordings of a folder."""

    version: Literal[1] = 1
    recordings: tuple[ShownRecording, ...]


class Risk(Output):
    """A dangerous call that was made."""

    name: str
    abi: str
    arguments: str
    """The dangerous ones in words; empty: any."""
    programs: tuple[str, ...]
    opens: str
    source: str
    docker_default: Literal["allows", "refuses"]


class ShownRisks(Output):
    """The dangerous calls of a recording."""

    version: Literal[1] = 1
    subject: str
    risks: tuple[Risk, ...]


class ShownFolderRisks(Output):
    """The dangerous calls of the recordings of a folder."""

    version: Literal[1] = 1
    recordings: tuple[ShownRisks, ...]


def document(recording: Recording) -> dict[str, Any]:
    """JSON-ready."""
    return _shown(recording).document()


def documents(recordings: Iterable[Recording], *, risk: bool, folder: bool) -> dict[str, Any]:
    """JSON-ready: all recordings of a folder, or the one that there is.

    Args:
        recordings: at least one.
        risk: their dangerous calls alone.
        folder: they are those of a folder.
    """
    if risk:
        risks = tuple(_risks(one) for one in recordings)
        return (ShownFolderRisks.of(recordings=risks) if folder else risks[0]).document()
    shown = tuple(_shown(one) for one in recordings)
    return (ShownFolder.of(recordings=shown) if folder else shown[0]).document()


def sockets(recording: Recording) -> tuple[Socket, ...]:
    """Address families and types that ``socket`` was called with, sorted by number."""
    pairs = {
        (values[0], values[1])
        for call in recording.arguments
        if call.name == "socket" and {0, 1} <= (values := dict(call.values)).keys()
    }
    return tuple(
        Socket(family=family, type=kind, family_name=family_name(family), type_name=type_name(kind))
        for family, kind in sorted(pairs)
    )


def _risks(recording: Recording) -> ShownRisks:
    return ShownRisks.of(subject=recording.subject, risks=tuple(Risk(**one) for one in made(recording)))


def _shown(recording: Recording) -> ShownRecording:
    def row(kind: type[_Shown], item: Seen, **words: Any) -> _Shown:
        once = seen_once(item, recording)
        return cast("_Shown", kind.model_construct(**dict(item), **words, seen_once=once))

    return ShownRecording.of(
        subject=recording.subject,
        runs=runs_of(recording).number,
        hosts=recording.hosts,
        containers=recording.containers,
        gaps=tuple(gap.text for gap in gaps(recording) if gap.kind is not GapKind.LATE_START),
        not_seen=tuple(NotSeen(what=one.what, text=one.text, advice=one.advice) for one in unseen(recording)),
        unknown_syscalls=tuple(row(ShownUnknown, call) for call in recording.completeness.unknown_syscalls),
        syscalls=tuple(row(ShownSyscall, call) for call in recording.syscalls),
        refused=tuple(row(ShownRefusal, call, errno_name=answer_name(call)) for call in recording.refused),
        arguments=tuple(row(ShownArguments, call) for call in recording.arguments),
        sockets=sockets(recording),
        capabilities=tuple(
            row(ShownCapability, check, class_=kind.name.lower(), counts=kind.counts)
            for check in recording.capabilities
            for kind in (need_of(check, recording.paths),)
        ),
        executed=tuple(row(ShownFile, file) for file in recording.executed),
        paths=tuple(row(ShownPath, access) for access in recording.paths),
        low_ports=tuple(row(ShownPort, port) for port in recording.low_ports),
        attribution=recording.attribution,
        coverage=Coverages.of(tests=of_tests(recording), runs=of_runs(recording)),
    )
