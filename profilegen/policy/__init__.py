"""The policy: decisions derived from recordings, each with its reasons."""

from profilegen.policy.derive import derive, derive_each
from profilegen.policy.options import Args, Options, parse_args, parse_errno
from profilegen.policy.runtime import parse_runtimes

__all__ = ["Args", "Options", "derive", "derive_each", "parse_args", "parse_errno", "parse_runtimes"]
