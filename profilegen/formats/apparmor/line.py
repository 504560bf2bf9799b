"""A line of the AppArmor profile, as its template takes it."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """A rule without its comma, and why it is there."""

    rule: str
    reason: str
