"""Work done side by side in threads: the kernel verifies several programs at once, one a CPU."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_Item = TypeVar("_Item")


def side_by_side(work: Callable[[_Item], None], items: Iterable[_Item]) -> None:
    """Do the work for every item in a thread of its own, and wait for all of them.

    Made for system calls of some milliseconds each; concurrent.futures takes longer to import than it saves.

    Raises:
        Exception: the first that the work raised, once all have come to their end.
    """
    raised: list[Exception] = []

    def do(item: _Item) -> None:
        try:
            work(item)
        except Exception as error:  # noqa: BLE001 - raised below
            raised.append(error)

    threads = [Thread(target=do, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
