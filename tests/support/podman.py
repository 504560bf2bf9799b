"""Podman with a store of its own, and with what it takes where root is not all-powerful."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.containers import BASE, PROGRAMS

# runc, for crun refuses cgroups in hybrid mode; no limit above what root may have without SYS_RESOURCE.
CONTAINERS = """\
[containers]
default_ulimits = ["nofile=10000:10000", "nproc=5000:5000"]
pids_limit = 0
netns = "none"
[engine]
runtime = "{runtime}"
cgroup_manager = "cgroupfs"
events_logger = "{events}"
"""
STORAGE = """\
[storage]
driver = "overlay"
graphroot = "{folder}/root"
runroot = "{folder}/run"
"""


def podman(*arguments: str, status: int = 0) -> str:
    """Run the client to its end, demand its status, and return what it printed."""
    done = subprocess.run(["podman", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == status, f"podman {' '.join(arguments)}: {done.returncode}\n{done.stderr}"
    return done.stdout


@contextmanager
def podman_with_images(
    folder: Path, runtime: str = "runc", events: str = "file", images: tuple[str, ...] = (BASE, PROGRAMS)
) -> Iterator[None]:
    """The variables of a podman that has these images of Docker's; all its containers are gone at the end."""
    containers, storage = folder / "containers.conf", folder / "storage.conf"
    containers.write_text(CONTAINERS.format(runtime=runtime, events=events))
    storage.write_text(STORAGE.format(folder=folder))
    saved = subprocess.run(["docker", "save", *images], capture_output=True, check=True).stdout
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTAINERS_CONF", str(containers))
        patch.setenv("CONTAINERS_STORAGE_CONF", str(storage))
        subprocess.run(["podman", "load", "--quiet"], input=saved, capture_output=True, check=True)
        try:
            yield
        finally:
            podman("rm", "--all", "--force", "--time", "0")
            podman("rmi", "--all", "--force")
