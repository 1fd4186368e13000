"""Reads JSON lines piece by piece, so that only a few of a line's votes are in memory as text at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NoReturn, TextIO

from bot.cli.tallying.votes import Malformed, Votes

_PIECE = 1 << 20
_SPACE = " \t\r\n"
_LONG = 1_000


def _refuse(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_refuse)
_of_long_numbers = json.JSONDecoder(
    parse_constant=_refuse, parse_int=lambda digits: int(digits) if len(digits) < _LONG else float(digits)
)
"""Slower, but also reads whole numbers with more digits than `int` accepts: as doubles, which are infinite."""


def lines(stream: TextIO) -> Iterator[Line]:
    """Yield the lines in order; what the caller leaves unread of a line is skipped."""
    while True:
        line = Line(stream)
        if not line.begun:
            return
        yield line
        line.skip()


class Line:
    """One line, which is read piece by piece."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text, self._at, self._ended = "", 0, False
        self.begun = self._more()

    def fields(self) -> dict[str, object]:
        """Return the object on the line, with its list "votes" as `Votes`. Raises Malformed."""
        found: dict[str, object] = {}
        self._take("{")
        if self._next() == "}":
            self._at += 1
        else:
            while True:
                name = self._value()
                if not isinstance(name, str):
                    raise Malformed("a name is not a text")
                self._take(":")
                found[name] = self._votes() if name == "votes" and self._next() == "[" else self._value()
                if self._take(",}") == "}":
                    break
        if self._next():
            raise Malformed("something follows the object")
        return found

    @property
    def blank(self) -> bool:
        """Whether nothing but blanks is on the line."""
        return not self._next()

    def skip(self) -> None:
        """Skip the rest of the line."""
        while self._more():
            self._text, self._at = "", 0

    def _votes(self) -> Votes:
        votes = Votes()
        self._take("[")
        if self._next() == "]":
            self._at += 1
            return votes
        while True:
            votes.add(self._value())
            if self._take(",]") == "]":
                return votes

    def _value(self) -> object:
        self._next()
        while True:
            try:
                value, end = self._decoded()
            except RecursionError:
                raise Malformed("it is nested too deeply") from None
            except ValueError as error:
                problem = str(error).split(": line ")[0].lower()
            else:
                # A number may continue in the next piece, so it is complete only if a character follows.
                if end < len(self._text):
                    self._at = end
                    return value
                problem = "it breaks off"
            if not self._more(at_least=len(self._text) - self._at):
                raise Malformed(f"not JSON: {problem}")

    def _decoded(self) -> tuple[object, int]:
        try:
            return _decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError:
            raise
        except ValueError:
            return _of_long_numbers.raw_decode(self._text, self._at)

    def _take(self, expected: str) -> str:
        found = self._next()
        if not found or found not in expected:
            raise Malformed(f"not JSON: {' or '.join(expected)} is missing")
        self._at += 1
        return found

    def _next(self) -> str:
        """Return the next character that is not a blank, without consuming it; "" at the line's end."""
        while True:
            text, at = self._text, self._at
            while at < len(text) and text[at] in _SPACE:
                at += 1
            self._at = at
            if at < len(text):
                return text[at]
            if not self._more():
                return ""

    def _more(self, at_least: int = 0) -> bool:
        """Read the next piece, dropping what was consumed; return whether there was one."""
        if self._ended:
            return False
        piece = self._stream.readline(max(_PIECE, at_least))
        self._ended = not piece or piece.endswith("\n")
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)
