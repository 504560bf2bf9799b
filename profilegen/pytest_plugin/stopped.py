"""Testcontainers ends its containers by SIGKILL: here they are asked to stop first."""

from __future__ import annotations

import sys
from functools import wraps
from typing import Any


def stop_before_removal() -> None:
    """Stop containers with SIGTERM before testcontainers removes them, from now on."""
    try:
        import testcontainers.core.container  # noqa: F401, PLC0415
    except ImportError:
        return
    _change()


def _change() -> None:
    kind = sys.modules["testcontainers.core.container"].DockerContainer
    stop = kind.stop
    if getattr(stop, "profilegen", False):
        return

    @wraps(stop)
    def stop_gently(self: Any, *arguments: Any, **keywords: Any) -> Any:
        container = self.get_wrapped_container()
        if container is not None:
            container.stop()
        return stop(self, *arguments, **keywords)

    stop_gently.profilegen = True  # type: ignore[attr-defined]
    kind.stop = stop_gently
