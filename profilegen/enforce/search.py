"""Which of many items a test can do without. Pure: whether it works without some is asked of a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Works = Callable[[frozenset[str]], bool]
"""Whether the test passes without these."""


def one_by_one(items: Sequence[str], works: Works, gone: frozenset[str] = frozenset()) -> frozenset[str]:
    """The items that may go, each tried on top of those that went before: two may stand for one another.

    Args:
        items: in the order in which they are tried; one run each.
        works: asked for.
        gone: what is gone already, which stays so.
    """
    for item in items:
        if works(gone | {item}):
            gone |= {item}
    return gone


def first_of_each(
    groups: Sequence[Sequence[str]], works: Works, gone: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The items that may go, of each group the first one that may; one run each."""
    for group in groups:
        gone = next((tried for item in group if works(tried := gone | {item})), gone)
    return gone


def by_halves(items: Sequence[str], works: Works, gone: frozenset[str] = frozenset()) -> frozenset[str]:
    """Find what can go, many items at a time: a part that can costs one run, one that cannot is halved."""
    if not items:
        return gone
    whole = gone | set(items)
    if works(whole):
        return whole
    if len(items) == 1:
        return gone
    middle = len(items) // 2
    gone = by_halves(items[:middle], works, gone)
    return by_halves(items[middle:], works, gone)
