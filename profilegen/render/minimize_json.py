"""What ``minimize --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from profilegen.render.output import Output

if TYPE_CHECKING:
    from profilegen.enforce.minimize import Minimized


class MinimizedProfiles(Output):
    """Capabilities (``CAP_CHOWN``) and calls (``chown``) of one subject, each with its evidence."""

    version: Literal[1] = 1
    subject: str
    needed: dict[str, str]
    """What the tests fail without."""
    dispensable: dict[str, str]
    """What they pass without."""


def document(subject: str, result: Minimized) -> dict[str, Any]:
    """JSON-ready."""
    return MinimizedProfiles.of(
        subject=subject, needed=result.needed, dispensable=result.dispensable
    ).document()
