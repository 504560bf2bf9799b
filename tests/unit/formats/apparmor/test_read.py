"""Rules about files are read back as they were written."""

from hypothesis import given
from hypothesis import strategies as st

from profilegen.formats.apparmor.patterns import pattern
from profilegen.formats.apparmor.read import letters_for, path_rules
from profilegen.text import path_text

names = st.binary(max_size=6).map(lambda raw: raw.replace(b"\0", b"").replace(b"/", b""))
raws = st.lists(names, min_size=1, max_size=3).map(lambda parts: b"/" + b"/".join(parts))


@given(raws, raws)
def test_the_pattern_of_a_path_is_about_that_path_and_no_other(raw: bytes, other: bytes) -> None:
    path = path_text(raw)
    rules = tuple(path_rules(f'  "{pattern(path)}" rw,  # opened\n'))
    assert letters_for(rules, path) == {"r", "w"}
    if raw != other:
        assert letters_for(rules, path_text(other)) == set()


def test_numbers_that_differ_from_run_to_run_are_met() -> None:
    rules = tuple(path_rules(f'"{pattern("/proc/1/task/7/fd/3")}" r,\n/dev/null rw,\ncapability chown,\n'))
    assert letters_for(rules, "/proc/4711/task/12/fd/99") == {"r"}
    assert letters_for(rules, "/proc/self/task/12/fd/99") == set()
    assert letters_for(rules, "/dev/null") == {"r", "w"}


def test_a_deny_wins() -> None:
    rules = tuple(path_rules('"/a" rw,\ndeny /a w,\n'))
    assert letters_for(rules, "/a") == {"r"}


def test_a_line_that_is_no_pattern_of_ours_matches_nothing() -> None:
    assert letters_for(tuple(path_rules('"/a{b" r,\n"/[" r,\n')), "/ab") == set()
