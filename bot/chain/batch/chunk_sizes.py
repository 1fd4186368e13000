"""How many items an endpoint accepts at once, by kind: fewer after a failure, more again step by step."""

from __future__ import annotations

from bot.chain.rpc.endpoint import Endpoint

_PATIENT, _MOST_PATIENT = 8, 512
"""Full-size chunks that must succeed before a larger one is tried: at first, and if that keeps failing."""


class Size:
    """How many items an endpoint accepts at once, after it refused more.

    After enough successes of that size, twice as many are tried. Each time that this fails, twice as many successes are
    needed before the next attempt, so that a lasting limit costs few requests.
    """

    def __init__(self, things: int) -> None:
        self.things = things
        self._needed, self._answered = _PATIENT, 0
        self._trying = False

    def took(self, things: int, most: int) -> None:
        """Note that so many items were answered; a request holds at most `most`."""
        if things < self.things or self.things >= most:
            return
        if self._trying:
            self._needed, self._trying = max(_PATIENT, self._needed // 2), False
        self._answered += 1
        if self._answered >= self._needed:
            self.things, self._answered, self._trying = min(most, 2 * self.things), 0, True

    def refused(self, left: int) -> None:
        """Note that at most `left` items may be asked for."""
        if self._trying:
            self._needed = min(_MOST_PATIENT, 2 * self._needed)
        self.things, self._answered, self._trying = max(1, min(self.things, left)), 0, False


def size_of(endpoint: Endpoint, name: str) -> int | None:
    """Return how many items of the kind `name` an endpoint accepts, None if it refused none lately."""
    size: Size | None = endpoint.learned.get(_key(name))
    return None if size is None else size.things


def forget_size(endpoint: Endpoint, name: str) -> None:
    """Ask for the maximum the next time."""
    endpoint.learned.forget(_key(name))


def shrink(endpoint: Endpoint, name: str, left: int) -> None:
    """Remember for a while that fewer items are accepted."""
    size: Size = endpoint.learned.get(_key(name)) or Size(left)
    size.refused(left)
    endpoint.learned.put(_key(name), size)


def answered(endpoint: Endpoint, name: str, asked: int, done: int, most: int) -> None:
    """Note that of a request for `asked` things, `most` at best, so many were done."""
    if done < asked:
        shrink(endpoint, name, done)
    elif (size := endpoint.learned.get(_key(name))) is not None:
        size.took(done, most)


def _key(name: str) -> str:
    return f"most of {name}"
