"""The policy: decisions derived from recordings, each with its reasons."""

from profilegen.policy.derive import derive, derive_each
from profilegen.policy.options import Args, LowPorts, Options, parse_args, parse_errno, parse_low_ports
from profilegen.policy.steps.calls.runtime import parse_runtimes

__all__ = [
    "Args",
    "LowPorts",
    "Options",
    "derive",
    "derive_each",
    "parse_args",
    "parse_errno",
    "parse_low_ports",
    "parse_runtimes",
]
