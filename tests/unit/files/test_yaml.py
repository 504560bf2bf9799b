"""YAML of an attacker: plain values, bounded aliases and depth."""

import pytest

from profilegen.errors import InputError
from profilegen.files.yaml import NODE_LIMIT, SIZE_LIMIT, load_yaml

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {k: v}\n" + "".join(
    f"{new}: &{new} {{<<: [{','.join([f'*{old}'] * 9)}]}}\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_every_document_is_read() -> None:
    assert load_yaml(b"a: 1\n---\n- b\n", "x") == ({"a": 1}, ["b"])
    assert load_yaml(b"", "x") == ()
    assert load_yaml(b"a: &x {b: 1}\nc: {<<: *x}\n", "x") == ({"a": {"b": 1}, "c": {"b": 1}},)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"a: [1\nb: 2", "x.yaml, line 2"),
        (b"a: !!python/object/apply:os.system [id]", "could not determine a constructor"),
        (LAUGHS.encode(), f"stands for more than {NODE_LIMIT}"),
        (MERGES.encode(), f"stands for more than {NODE_LIMIT}"),
        (b"a: &a [*a]", f"stands for more than {NODE_LIMIT}"),
        (b"[" * 500, "nested more than"),
        (b"x" * (SIZE_LIMIT + 1), "larger than 4 MiB"),
        (b"\xff\xfe\x00", "x.yaml"),
        (b"a\x00b", "x.yaml"),
        (b"? {a: 1}\n: b", "x.yaml, line 1"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_place(content: bytes, cause: str) -> None:
    with pytest.raises(InputError) as caught:
        load_yaml(content, "x.yaml")
    assert cause in caught.value.cause
