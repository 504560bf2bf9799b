"""``profilegen merge``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profilegen.cli.recordings import files_of, progress
from profilegen.cli.stderr import tell
from profilegen.errors import UsageError
from profilegen.subject import chosen_name
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.recording import Recording

_LONGEST_LIST = 64 * 1024 * 1024
"""Bytes of names on standard input."""


def merge(
    recordings: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RECORDING|DIR", help="Recordings, or folders of recordings."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the merged recording here: compressed if it ends with .gz; - for standard output.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Take all RECORDINGs as those of one subject, and call it NAME."),
    ] = None,
    *,
    from_stdin: Annotated[
        bool,
        typer.Option(
            "--from-stdin", help="Read more names from standard input, one a line or after each a NUL."
        ),
    ] = False,
    any_image: Annotated[
        bool, typer.Option("--any-image", help="Merge recordings of different images too.")
    ] = False,
) -> None:
    """Merge recordings of one subject into one: runs, replicas, machines, architectures.

    Neither order nor number matters, and what was merged can be merged again: the same recordings give the
    same bytes. The merged one knows how many runs saw each thing. Recordings of another image are refused,
    because the profile would allow what either does. Files may be compressed with gzip.

      profilegen merge monday.recording.json tuesday.recording.json -o web.recording.json

      find runs -name '*.recording.json.gz' | profilegen merge --from-stdin -o web.recording.json.gz
    """
    from profilegen.recording.run_count import runs_of  # noqa: PLC0415 - --help must not pay for it
    from profilegen.recording.store import dumps, read, save  # noqa: PLC0415
    from profilegen.recording.stream import Stream  # noqa: PLC0415

    if not output:
        raise UsageError("-o / --output is missing", "profilegen merge RECORDING... -o FILE")
    files = files_of([*map(Path, recordings or ()), *(_listed() if from_stdin else ())])
    if not files:
        raise UsageError("there is no recording to merge", "profilegen merge RECORDING... -o FILE")
    stream, acceptance = Stream(), _Acceptance(chosen_name(subject), any_image=any_image)
    for file in progress(files, "recordings"):
        name = printable(str(file))
        stream.add(read(file), name, partial(acceptance.accept, name))
    merged, *others = stream.recordings()
    if others:
        raise UsageError(
            f"the recordings of {printable(merged.subject)} are of services of several projects",
            "merge those of one project, or name the whole: --subject NAME",
        )
    if output == "-":
        typer.echo(dumps(merged), nl=False)
    else:
        save(merged, Path(output))
    where = "standard output" if output == "-" else printable(output)
    tell(f"profilegen: merged {len(files)} files into {where}: {merged.subject}, {runs_of(merged).words}")


def _listed() -> list[Path]:
    """The names on standard input.

    Raises:
        UsageError: there are more than anybody has.
    """
    content = sys.stdin.buffer.read(_LONGEST_LIST + 1)
    if len(content) > _LONGEST_LIST:
        raise UsageError(f"more than {_LONGEST_LIST >> 20} MiB of names on standard input", "merge in parts")
    names = content.split(b"\0" if b"\0" in content else b"\n")
    return [Path(name.decode(errors="surrogateescape")) for name in names if name]


class _Acceptance:
    """Which recordings belong together: of one subject, and of one image unless any is asked for."""

    def __init__(self, subject: str, *, any_image: bool) -> None:
        self._subject = subject
        self._any_image = any_image
        self._subjects: tuple[str, str] | None = None
        self._images: tuple[str, Recording] | None = None

    def accept(self, name: str, recording: Recording) -> Recording:
        """The recording as it is merged.

        Args:
            name: of its file; safe to print.
            recording: as it was read.

        Raises:
            UsageError: it is of another subject or image than those before it.
        """
        from profilegen.recording import called, image_ids, said_images  # noqa: PLC0415

        one = called([recording], self._subject)[0] if self._subject else recording
        file, subject = self._subjects = self._subjects or (name, one.subject)
        if one.subject != subject:
            raise UsageError(
                f"{file} is of {subject}, and {name} of {one.subject}",
                "merge those of one subject, or name the whole: --subject NAME",
            )
        if image_ids(one) and not self._any_image:
            file, other = self._images = self._images or (name, one)
            if image_ids(one) != image_ids(other):
                raise UsageError(
                    f"{file} is of {said_images([other])}, and {name} of {said_images([one])}",
                    "merge those of one image, or add --any-image",
                )
        return one
