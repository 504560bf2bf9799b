"""Nothing in a printable text moves a cursor, ends a line or turns the writing direction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.text import counted, listed, path_bytes, path_text, printable


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


ALIKE = st.sampled_from(
    [b"\\", b"\\x5c", b"\\\\", b"\\xff", b"\xff", b"\xc3", b"\xa9", b"x5c", b"\n", b"\0", "é".encode()]
)


@given(st.binary() | st.lists(ALIKE, max_size=6).map(b"".join))
def test_the_name_of_a_file_is_the_same_bytes_again(raw: bytes) -> None:
    text = path_text(raw)
    assert path_bytes(text) == raw
    assert text.encode().decode() == text
    assert printable(printable(text)) == printable(text)  # its escapes are not escaped once more


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"/a\\b", r"/a\x5cb"),
        (b"/\xff", r"/\xff"),
        ("/é\n".encode(), "/é\n"),
        (b"/\\x5c", r"/\x5cx5c"),
        (b"/\xed\xa0\x80", r"/\xed\xa0\x80"),
    ],
)
def test_names_of_files(raw: bytes, text: str) -> None:
    assert path_text(raw) == text
    assert path_bytes(text) == raw


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_the_name_of_a_file(text: str) -> None:
    assert path_bytes(path_text(path_bytes(text))) == path_bytes(text)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        (r"/\q", rb"/\q"),
        ("/\\", b"/\\"),
        (r"/\x41\x2f\x00\x5C\x5", rb"/\x41\x2f\x00\x5C\x5"),
        ("/\ud800\udcff", b"/\xed\xa0\x80\xed\xb3\xbf"),
    ],
)
def test_what_no_recorder_writes_stands_for_itself(text: str, raw: bytes) -> None:
    assert path_bytes(text) == raw


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (0, "capability", "0 capabilities"),
        (1, "capability", "1 capability"),
        (1, "program", "1 program"),
        (2, "program", "2 programs"),
        (13, "dangerous call", "13 dangerous calls"),
    ],
)
def test_a_noun_agrees_with_its_number(number: int, noun: str, text: str) -> None:
    assert counted(number, noun) == text


@pytest.mark.parametrize(
    ("items", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c"], "a, b and 1 more")]
)
def test_a_long_list_is_cut(items: list[str], words: str) -> None:
    assert listed(items, 2) == words
