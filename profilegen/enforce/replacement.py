"""The smaller profiles take the place of those that emit wrote, which stay beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.capabilities import Capability
from profilegen.files.atomic import write_whole
from profilegen.formats import capabilities as listing
from profilegen.formats.reasons_content import Line
from profilegen.policy.model import Reason, Why
from profilegen.profiles import ours
from profilegen.profiles.committed import ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from profilegen.profiles.committed import Profiles

LISTING = "capabilities.txt"
ORIGINAL = ".before-minimize"
"""Ending of a file as emit wrote it."""


def reasons(folder: Path) -> dict[str, str]:
    """Why each capability is granted, by ``CAP_CHOWN``; without ``reasons.json`` as the listing says it."""
    known = ours.known(folder)
    if known is None:
        return {one.value: reason for one, reason in _listing(folder).kept.items()}
    return {line.name: "; ".join(one.text for one in line.reasons) for line in known.capabilities}


def keep_originals(folder: Path, profiles: Profiles, *, keep_earlier: bool) -> tuple[str, ...]:
    """Copy what emit wrote, and return the names of the copies.

    Args:
        folder: the subject's.
        profiles: those that it has.
        keep_earlier: an earlier search has replaced the files already: its copies are the originals.

    Raises:
        OutputError: they cannot be written.
    """
    files = [file for file in (*profiles.files, LISTING) if (folder / file).exists()]
    for file in files:
        original = folder / (file + ORIGINAL)
        if not (keep_earlier and original.exists()):
            write_whole(original, (folder / file).read_text(), through_link=False)
    return tuple(file + ORIGINAL for file in files)


def replace(
    folder: Path, smaller: Profiles, needed: Mapping[str, str], dispensable: Mapping[str, str]
) -> None:
    """Write the smaller profiles, and the listing of their capabilities.

    Args:
        folder: the subject's.
        smaller: what takes the place of its profiles.
        needed: evidence by ``CAP_CHOWN``: the reason of one that emit did not keep.
        dispensable: evidence about what is gone.

    Raises:
        OutputError: they cannot be written.
    """
    smaller.write(folder)
    if (folder / LISTING).exists():
        _write_listing(folder, smaller, needed, dispensable)
    before = reasons(folder)
    new = [one.value for one in smaller.capabilities if one.value not in before]
    lines = [_line(name, needed.get(name, "allowed")) for name in new]
    ours.renew(folder, {**dict.fromkeys((*smaller.files, LISTING), ()), ARGUMENTS: lines}, gone=dispensable)


def _line(name: str, text: str) -> Line:
    """The reason of a capability that takes the place of another one."""
    return Line(name=name, reasons=(Reason(why=Why.OBSERVED, text=text),))


def _write_listing(
    folder: Path, smaller: Profiles, needed: Mapping[str, str], dispensable: Mapping[str, str]
) -> None:
    old = _listing(folder)
    gone = {Capability(name): text for name, text in dispensable.items() if name.startswith("CAP_")}
    new = listing.Listing(
        old.subject,
        {one: old.kept.get(one) or needed.get(one.value, "allowed") for one in smaller.capabilities},
        {**old.dispensable, **gone},
        old.unused,
        old.ambient,
        old.elsewhere,
        {one: others for one, others in old.instead.items() if one in smaller.capabilities},
    )
    write_whole(folder / LISTING, listing.text_of(new), through_link=False)


def _listing(folder: Path) -> listing.Listing:
    try:
        text = (folder / LISTING).read_text()
    except OSError:  # not emitted
        text = ""
    return listing.parse(folder.name, text)
