"""Containers that carry a label of ours, through the engine's own command line: docker and podman alike."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass

_PATIENCE = 60.0
"""Seconds. An engine that hangs must not keep whoever waits for its containers to go."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """The containers of one label; ``engine`` is the client's name or path, ``label`` is ``KEY=VALUE``."""

    engine: str
    label: str

    def started(self, since: int) -> bool:
        """Whether one was started since then, in seconds since the epoch; it may be gone again."""
        span = (f"--since={since}", f"--until={int(time.time()) + 1}")
        return bool(
            self._words("events", *span, "--filter", f"label={self.label}", "--filter", "event=start")
        )

    def remove(self) -> None:
        """Stop and remove all of them."""
        found = self._words("ps", "--all", "--quiet", "--filter", f"label={self.label}")
        if found:
            self._words("rm", "--force", "--volumes", *found)

    def _words(self, *arguments: str) -> list[str]:
        try:
            done = subprocess.run(
                [self.engine, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_PATIENCE,
            )
        except (
            OSError,
            subprocess.TimeoutExpired,
        ):  # no such client, so nothing was started with it; or it hangs
            return []
        return done.stdout.split()
