"""The hooks of a run in which profilegen was asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from profilegen.errors import ProfilegenError
from profilegen.pytest_plugin.launch import CannotRecordError, Recorder, start
from profilegen.pytest_plugin.reporter import Reporter
from profilegen.session.attribution.protocol import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from profilegen.pytest_plugin.enforced import Enforced
    from profilegen.recording import Recording


class Active:
    """One process of pytest: all of it, the controller of xdist, or one of its workers.

    Attributes:
        reporter: the way to the recorder; None: nothing is recorded.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.reporter: Reporter | None = None
        self._config = config
        self._is_worker = hasattr(config, "workerinput")
        self._recorder: Recorder | None = None
        self._enforced: Enforced | None = None
        self._variables: dict[str, str | None] = {}
        self._lines: list[str] = []

    # ---- before and after all tests ----------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Be connected before the first fixture; a worker of xdist is started after this."""
        del session
        if self._config.getoption("profilegen_enforce") is not None:
            self._enforce()
        path = os.environ.get(VARIABLE)
        try:
            if not path:
                self._recorder = start(self._folder("recordings", "profilegen"))
                path = self._recorder.path
                self._set(VARIABLE, path)
            self.reporter = Reporter(path)
        except (CannotRecordError, OSError) as error:
            cause = f"nothing is recorded: {error}"
            if self._must_record:
                raise pytest.UsageError(f"profilegen: {cause}") from error
            self._lines.append(cause)
        if self.reporter is not None and self._value("stop"):
            from profilegen.pytest_plugin.stopped import stop_before_removal  # noqa: PLC0415

            stop_before_removal()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """After the last test, also with ``-x`` or Ctrl-C: what was recorded, and whether it is allowed."""
        try:
            return (yield)
        finally:
            if self.reporter is not None:
                self.reporter.idle()
                if not self._is_worker:
                    self._conclude(session, self.reporter)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the section ``profilegen``."""
        if self._is_worker or not self._lines:
            return
        if self._config.getoption("verbose") >= 0:
            terminalreporter.section("profilegen")
        for line in self._lines:
            terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """Let the recorder end, and leave nothing behind."""
        for line in self._recorder.end() if self._recorder is not None else ():
            sys.stderr.write(f"profilegen: {line}\n")
        if self._enforced is not None:
            self._enforced.close()
        for name, before in self._variables.items():
            if before is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = before

    # ---- while a test runs ----------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Tell the recorder that the set-up of a test begins."""
        self._begin(item, "setup")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Tell the recorder that the test itself begins."""
        self._begin(item, "call")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Tell the recorder that the last phase of a test begins."""
        self._begin(item, "teardown")

    def _begin(self, item: pytest.Item, phase: str) -> None:
        if self.reporter is not None:
            self.reporter.begin(item.nodeid, phase)

    # ---- what the fixtures give -------------------------------------------------------------------------

    def compose_files(self, *files: str | os.PathLike[str]) -> list[str]:
        """See :func:`profilegen.pytest_plugin.plugin.profilegen_compose_files`."""
        if self._enforced is None:
            return [str(file) for file in files]
        return self._enforced.compose_files(files)

    def keywords(self, subject: str) -> dict[str, Any]:
        """See :func:`profilegen.pytest_plugin.plugin.profilegen_kwargs`."""
        return {} if self._enforced is None else self._enforced.keywords(subject)

    def recording(self, subject: str) -> Recording:
        """See :func:`profilegen.pytest_plugin.plugin.profilegen_recording`."""
        found = {one.subject: one for one in self._recordings()}
        if subject not in found:
            names = ", ".join(sorted(found)) or "nothing"
            raise LookupError(f"recorded so far: {names}; {subject} is not among them")
        return found[subject]

    # ---- inside ------------------------------------------------------------------------------------------

    def _enforce(self) -> None:
        from profilegen.pytest_plugin.enforced import Enforced  # noqa: PLC0415

        try:
            self._enforced = Enforced(self._folder("profiles", "profilegen_enforce"))
            for name, value in self._enforced.variables().items():
                self._set(name, value)
        except ProfilegenError as error:
            raise pytest.UsageError(f"profilegen: {error.cause}") from error

    def _conclude(self, session: pytest.Session, reporter: Reporter) -> None:
        lines = reporter.conclude()
        self._lines += lines[: 1 if self._config.getoption("verbose") < 0 else None]
        if reporter.complaint:
            self._lines.append(f"incomplete: {reporter.complaint}")
        if self._config.getoption("profilegen_check") is None:
            return
        try:
            self._check(session, self._recordings())
        except ProfilegenError as error:
            self._lines.append(error.cause)
            session.testsfailed += 1

    def _check(self, session: pytest.Session, recordings: Sequence[Recording]) -> None:
        from profilegen.project.load import load  # noqa: PLC0415
        from profilegen.render.findings import render  # noqa: PLC0415
        from profilegen.review.check.project import check_recordings  # noqa: PLC0415

        profiles = self._folder("profiles", "profilegen_check")
        report = check_recordings(recordings, profiles, project=load())
        self._lines += render(report).rstrip("\n").split("\n")
        session.testsfailed += report.failed

    def _recordings(self) -> tuple[Recording, ...]:
        from profilegen.recording import load  # noqa: PLC0415

        files = () if self.reporter is None else self.reporter.save()
        return tuple(load(path) for path in files)

    @property
    def _must_record(self) -> bool:
        return any(
            self._config.getoption(name) is not None for name in ("profilegen_check", "profilegen_enforce")
        )

    def _value(self, name: str) -> Any:
        """An option, else the setting of the same name."""
        return self._config.getoption(f"profilegen_{name}", default=None) or self._config.getini(
            f"profilegen_{name}"
        )

    def _folder(self, kind: str, option: str) -> Path:
        """The folder of an option, else of the setting, else of the project file."""
        chosen = self._config.getoption(option) or self._config.getini(f"profilegen_{kind}")
        if chosen:
            return Path(self._config.invocation_params.dir, chosen)
        from profilegen.project.locate import folder_of  # noqa: PLC0415

        return folder_of(kind)

    def _set(self, name: str, value: str) -> None:
        self._variables[name] = os.environ.get(name)
        os.environ[name] = value
