"""Nothing in a printable text moves a cursor, ends a line or turns the writing direction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.text import counted, listed, printable


@given(st.text(st.characters(exclude_categories=[])))
def test_it_is_printable_whatever_comes_and_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown


@given(st.text(), st.integers(1, 20))
def test_it_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert len(shown) <= limit
    assert shown == printable(text) or shown.endswith("…")


@given(st.text().filter(str.isprintable))
def test_harmless_text_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\r\tc", r"a\x0ab\x0d\x09c"),
        ("\x7f\x9b", r"\x7f\x9b"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("\u2066x\u2069\u200b", r"\u2066x\u2069\u200b"),
        ("\U000e0001", r"\U000e0001"),
        (b"caf\xe9".decode(errors="surrogateescape"), r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("[red]ü[/red] 🐙", "[red]ü[/red] 🐙"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "program", "0 programs"),
        (1, "program", "1 program"),
        (2, "program", "2 programs"),
        (1, "capability", "1 capability"),
        (3, "capability", "3 capabilities"),
        (2, "day", "2 days"),
    ],
)
def test_a_number_has_its_plural(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words


@pytest.mark.parametrize(
    ("items", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c"], "a, b and 1 more")]
)
def test_a_long_list_is_cut(items: list[str], words: str) -> None:
    assert listed(items, 2) == words
