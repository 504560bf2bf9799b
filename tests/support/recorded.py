"""A workload's recording and the profiles of it."""

from dataclasses import dataclass
from pathlib import Path

from profilegen.recording import Recording


@dataclass(frozen=True)
class Recorded:
    """One recording, in its folder, and the folder of its profiles."""

    recording: Recording
    recordings: Path
    profiles: Path

    def options(self) -> tuple[str, ...]:
        """Flags of `docker run` that enforce them."""
        arguments = (self.profiles / "docker-run.args").read_text().split()
        return (*arguments, "--security-opt", f"seccomp={self.profiles / 'seccomp.json'}")
