"""The container engines: recording needs one that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.doctor.check import Check
from profilegen.errors import EngineUnreachableError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def engines(
    components: Mapping[str, Mapping[str, str] | EngineUnreachableError] | None = None,
) -> tuple[Check, ...]:
    """One check for each engine, a note if another one answers; then what an old Docker cannot do.

    Args:
        components: the parts of each engine with their versions, or why it does not answer
            (default: those of this machine).
    """
    if components is None:
        from profilegen.containers.all_engines import components as ask  # noqa: PLC0415

        components = ask()
    answers = any(not isinstance(parts, EngineUnreachableError) for parts in components.values())
    failure = ExitCode.OK if answers else ExitCode.NO_CONTAINER
    return tuple(check for name, parts in components.items() for check in _checks(name, parts, failure))


def _checks(
    name: str, parts: Mapping[str, str] | EngineUnreachableError, failure: ExitCode
) -> Iterator[Check]:
    if isinstance(parts, EngineUnreachableError):
        cause = parts.cause.removeprefix("Docker ")
        yield Check(name, ok=False, found=cause, hint=parts.hint, failure=failure)
        return
    found = ", ".join(f"{part} {version}" for part, version in parts.items())
    yield Check(name, ok=True, found=found.removeprefix(f"{name} "), failure=ExitCode.NO_CONTAINER)
    from profilegen.policy.steps.calls.unread_errno import ignores_default_errno  # noqa: PLC0415 - dear

    version = parts.get("Engine", "")
    if ignores_default_errno(version):
        yield Check(
            "defaultErrnoRet",
            ok=False,
            found=f"Docker {version} ignores it: calls outside a profile get EPERM",
            hint="use Docker 23.0 or later; until then emit --default-errno has no effect",
            failure=ExitCode.OK,
        )
