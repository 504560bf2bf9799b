"""The form of what ``tables --json`` prints; :mod:`profilegen.render.tables` fills it."""

from __future__ import annotations

from typing import Literal

from profilegen.abi import Abi
from profilegen.conditions import Operator
from profilegen.render.output import Output
from profilegen.tables.lookup import DefaultAnswer


class ConditionRow(Output):
    """One comparison of one argument; with MASKED_EQ ``(argument & value) == value_two``."""

    index: int
    operator: Operator
    value: int
    value_two: int


class RuleRow(Output):
    """A rule of Docker's default profile; ``errno`` is None where it allows."""

    errno: int | None
    conditions: list[ConditionRow]
    caps: list[str]
    without_caps: list[str]
    min_kernel: str | None


class DefaultRow(Output):
    """What Docker's default does with a call."""

    answer: DefaultAnswer
    rules: list[RuleRow]


class ThroughRow(Output):
    """The multiplexer that can make a call, or must."""

    call: str
    number: int


class CallRow(Output):
    """One call of one ABI."""

    arch: Abi
    number: int | None
    name: str
    since: str | None
    through: ThroughRow | None
    docker_default: DefaultRow


class DefaultVersion(Output):
    """Which of Docker's defaults it is: commit and day of moby's profiles."""

    commit: str
    date: str


class Calls(Output):
    """Calls that were looked up."""

    version: Literal[1]
    docker_default: DefaultVersion
    calls: list[CallRow]


class ArchitectureRow(Output):
    """An ABI, by the names that others give it."""

    arch: Abi
    calls: int
    audit_arch: int
    scmp: str
    libseccomp: str
    libseccomp_token: int
    docker: str
    goarch: str | None
    machines: list[str]
    native: Abi
    compats: list[Abi]
    libseccomp_since: str
    oci_since: str
    runc_since: str | None


class Architectures(Output):
    """All ABIs that were asked for."""

    version: Literal[1]
    architectures: list[ArchitectureRow]
