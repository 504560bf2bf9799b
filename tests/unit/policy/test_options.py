"""DeriveOptions are read from text, or refused with what they can be."""

from __future__ import annotations

import pytest

from profilegen.errors import UsageError
from profilegen.policy.options import Args, parse_args, parse_errno


@pytest.mark.parametrize(("text", "number"), [("EPERM", 1), ("ENOSYS", 38), ("13", 13), ("4095", 4095)])
def test_an_errno_is_read(text: str, number: int) -> None:
    assert parse_errno(text) == number


def test_a_choice_of_arguments_is_read() -> None:
    assert parse_args("strict") is Args.STRICT
    with pytest.raises(UsageError, match="none, default or strict, not 'loose'"):
        parse_args("loose")


@pytest.mark.parametrize("text", ["", "0", "4096", "-1", "EXYZ", "1.5", "٣", "100000"])
def test_what_is_no_errno_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_errno(text)
