"""A Docker daemon of a test's own, in mount and network namespaces of its own."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers import DEADLINE

# Another daemon on this machine keeps its bridge.
START = """
    exec dockerd --bridge=none --iptables=false --ip6tables=false \
        --host="unix://$1/socket" --data-root="$1/data" --exec-root="$1/exec" --pidfile="$1/pid"
"""

V2_ALONE = """
    umount --recursive /sys/fs/cgroup
    mount -t cgroup2 none /sys/fs/cgroup
"""
"""Set-up of a daemon that has cgroup v2 and nothing beside it."""


@dataclass(frozen=True)
class Daemon:
    """Where it listens, as DOCKER_HOST has it, and its process."""

    host: str
    pid: int


@contextmanager
def own_daemon(set_up: str, *options: str) -> Iterator[Daemon]:
    """Started after `set_up`, lines of a shell in its namespaces; gone at the end with all that it had."""
    with tempfile.TemporaryDirectory(prefix="profilegen-daemon.", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # a remapped root passes through
        script = f"mount --make-rprivate /\n{set_up}\n{START.rstrip()} {' '.join(options)}\n"
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["unshare", "--mount", "--net", "sh", "-euc", script, "sh", folder],
                stdout=output,
                stderr=output,
            )
        host = f"unix://{folder}/socket"
        try:
            end = time.monotonic() + DEADLINE
            version = ["docker", "--host", host, "version"]
            while subprocess.run(version, capture_output=True, check=False).returncode:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.1)
            yield Daemon(host, process.pid)
        finally:
            process.terminate()
            process.wait(DEADLINE)


def load_image(host: str, image: str) -> None:
    """From the tests' daemon to that one."""
    saved = subprocess.run(["docker", "save", image], capture_output=True, check=True).stdout
    subprocess.run(["docker", "--host", host, "load"], input=saved, capture_output=True, check=True)
