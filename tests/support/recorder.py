"""`profilegen` as a user runs it: a process, its output, its exit status."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from profilegen.recording import Phase, Recording, load

PROFILEGEN = (str(Path(sys.executable).parent / "profilegen"),)
DEADLINE = 120  # seconds; attaching takes 1 s on a common machine


@dataclass
class Done:
    """A finished run."""

    status: int
    out: str
    err: str


def profilegen(
    *arguments: str, environment: dict[str, str] | None = None, prefix: tuple[str, ...] = ()
) -> Done:
    """Run to the end, under `prefix` (unshare ...) if one is given."""
    done = subprocess.run(
        [*prefix, *PROFILEGEN, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@dataclass
class Running:
    """A recorder that is attached."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def end(self, number: signal.Signals = signal.SIGINT) -> Done:
        """Stop it as Ctrl-C does and wait for its files."""
        self.process.send_signal(number)
        status = self.process.wait(DEADLINE)
        return Done(status, "", "".join(self.lines))


@contextmanager
def recording(*arguments: str, prefix: tuple[str, ...] = (), status: int = 0) -> Iterator[Running]:
    """`profilegen record` without a command, until the end of the block; its status is demanded."""
    process = subprocess.Popen(
        [*prefix, *PROFILEGEN, "record", *arguments],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    running = Running(process)
    attached: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            running.lines.append(line)
            if "attached" in line:
                attached.put(True)
        attached.put(False)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert attached.get(timeout=DEADLINE), "".join(running.lines)
        yield running
        if process.poll() is None:
            running.end()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        reader.join()
    assert process.returncode == status, "".join(running.lines)


def record_command(directory: Path, *command: str, options: tuple[str, ...] = ()) -> Done:
    """`profilegen record -- COMMAND`, to its end."""
    return profilegen("record", "-o", str(directory), *options, "--", *command)


def only(directory: Path) -> Recording:
    """The one recording in the folder."""
    (path,) = directory.glob("*.recording.json")
    return load(path)


def calls(recording: Recording, phase: Phase = Phase.APP) -> set[str]:
    """Names of one phase; those of another ABI as ABI:name."""
    native = recording.hosts[0].arch
    return {
        call.name if call.abi is native else f"{call.abi}:{call.name}"
        for call in recording.syscalls
        if phase in call.phases
    }


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Poll until the condition holds; AssertionError at the deadline."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"{what} took more than {DEADLINE} s"
        time.sleep(0.05)
