"""One program, recorded with one C library and enforced with another: glibc 2.36, glibc 2.41 and musl.

Under no_new_privileges, where runc's own start does not happen to allow what another libc's needs.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.recorder import profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

GLIBC_236, GLIBC_241, MUSL = "portable", "portable13", "portablemusl"
IMAGES = (GLIBC_236, GLIBC_241, MUSL)
STRICT = "--security-opt=no-new-privileges"

Recorded = Callable[[str], Path]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The recording of an image's program, made once."""
    folder = tmp_path_factory.mktemp("portable")

    def record(image: str) -> Path:
        path = folder / f"profilegen-{image}.recording.json"
        if not path.exists():
            name = f"profilegen-{image}"
            words = ("docker", "run", "--rm", STRICT, "--name", name, f"profilegen-test/{image}")
            done = record_command(folder, *words, options=("--container", name))
            assert done.status == 0, done.err
        return path

    return record


def enforced(recording: Path, how: str, image: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The program of an image under the profiles that `emit --HOW` makes of the recording."""
    done = profilegen("emit", how, str(recording), "-o", str(folder))
    assert done.status == 0, done.err
    profiles = folder / recording.name.removesuffix(".recording.json")
    flags = (profiles / "docker-run.args").read_text().split()
    assert STRICT in flags
    under = (*flags, f"--security-opt=seccomp={profiles / 'seccomp.json'}")
    return subprocess.run(
        ["docker", "run", "--rm", *under, f"profilegen-test/{image}"],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("origin", IMAGES)
def test_portable_works_with_every_libc(origin: str, image: str, recorded: Recorded, tmp_path: Path) -> None:
    done = enforced(recorded(origin), "--portable", image, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "portable: all done" in done.stdout


@pytest.mark.parametrize("image", IMAGES)
def test_exact_works_with_the_recorded_libc(image: str, recorded: Recorded, tmp_path: Path) -> None:
    done = enforced(recorded(image), "--exact", image, tmp_path)
    assert "portable: all done" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("origin", "image"),
    [(GLIBC_236, GLIBC_241), (GLIBC_236, MUSL), (GLIBC_241, MUSL), (MUSL, GLIBC_236), (MUSL, GLIBC_241)],
)
def test_exact_breaks_with_another_libc(origin: str, image: str, recorded: Recorded, tmp_path: Path) -> None:
    """fstat is newfstatat in glibc 2.36 alone, and musl writes by writev and opens by open."""
    done = enforced(recorded(origin), "--exact", image, tmp_path)
    assert done.returncode != 0
    assert "portable: all done" not in done.stdout
