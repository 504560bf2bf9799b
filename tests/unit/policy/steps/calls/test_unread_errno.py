"""Docker before 23.0 answers EPERM, whatever defaultErrnoRet says."""

from __future__ import annotations

import pytest

from profilegen.policy.model import Severity
from profilegen.policy.options import DeriveOptions
from tests.support.recordings import (
    RUNC,
    derive,
    recording,
    texts,
)


class TestDefaultErrno:
    """Docker before 23.0 answers EPERM, whatever defaultErrnoRet says."""

    def notes(self, engine: str, version: str, errno: int = 38) -> list[str]:
        container = RUNC.model_copy(update={"engine": engine, "engine_version": version})
        policy = derive([recording(container=container)], DeriveOptions(default_errno=errno))
        return [text for text in texts(policy, Severity.NOTE) if "defaultErrnoRet" in text]

    @pytest.mark.parametrize("version", ["20.10.24+dfsg1", "19.03.15", "1.13.1", "22.06.0-beta.0"])
    def test_an_engine_that_ignores_it_is_named(self, version: str) -> None:
        (text,) = self.notes("docker", version)
        assert text.startswith(f"Docker {version} does not read defaultErrnoRet (23.0 and later do): ")
        assert text.endswith("get EPERM there, not ENOSYS")

    @pytest.mark.parametrize(
        ("engine", "version"),
        [("docker", "23.0.0"), ("docker", "26.1.5"), ("docker", ""), ("docker", "dev"), ("podman", "4.3.1")],
    )
    def test_one_that_reads_it_or_is_not_known_is_not(self, engine: str, version: str) -> None:
        assert not self.notes(engine, version)

    def test_nor_is_any_where_the_answer_is_the_same(self) -> None:
        assert not self.notes("docker", "20.10.24", errno=1)
        (text,) = self.notes("docker", "20.10.24", errno=13)
        assert text.endswith("not EACCES")
