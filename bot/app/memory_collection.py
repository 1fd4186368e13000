"""When Python collects garbage: not while somebody waits.

A full collection stops everything else for as long as it lasts: a tenth of a second with a vote of 20,000 ballots in
memory. So only young objects are collected by themselves (https://docs.python.org/3/library/gc.html), and all objects
when the bot asks for it.
"""

from __future__ import annotations

import gc

from bot.services.shared.worker_thread import at_work

_NEVER = 1 << 30
"""Collections of the middle generation until a full one comes by itself: more than a process lives to see."""


def settle() -> None:
    """Freeze all objects loaded so far (`gc.freeze`), and leave full collections to `collect`."""
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)


def collect() -> None:
    """Run a full collection, unless much work runs in threads, or Python still does full collections by itself."""
    if gc.get_threshold()[2] == _NEVER and not at_work():
        gc.collect()
