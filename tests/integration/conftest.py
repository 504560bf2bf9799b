"""What the integration tests share: the first recording of each workload, made once."""

import platform
from collections.abc import Callable

import pytest

from tests.support.recorded import Recorded
from tests.support.recorder import only, profilegen, recording
from tests.support.workloads import WORKLOADS


@pytest.fixture(scope="session", autouse=True)
def kernel(record_testsuite_property: Callable[[str, object], None]) -> None:
    """The report says where it was."""
    record_testsuite_property("kernel", platform.release())


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recorded]:
    """Record a workload while it does its work, emit; the second call for a name returns the first's."""
    done: dict[str, Recorded] = {}

    def record(name: str) -> Recorded:
        if name not in done:
            top = tmp_path_factory.mktemp(name)
            container = f"profilegen-{name}"
            with (
                recording("-o", str(top / "recordings"), "--container", container),
                WORKLOADS[name].started(container) as started,
            ):
                WORKLOADS[name].drive(started)
            emitted = profilegen(
                "emit", str(top / "recordings" / f"{container}.recording.json"), "-o", str(top / "profiles")
            )
            assert emitted.status == 0, emitted.err
            done[name] = Recorded(only(top / "recordings"), top / "recordings", top / "profiles" / container)
        return done[name]

    return record
