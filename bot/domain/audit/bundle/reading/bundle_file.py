"""A bundle as a file: JSON or gzip from anybody, read within limits on size, depth and number of values."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from bot.domain.audit.hashing.canonical_json import MAX_INTEGER

MAX_CONTENT = 128 * 1024 * 1024
"""Bytes of JSON that any file may hold: more than 400,000 ballots. A larger file may hold `RATIO` times its size."""
RATIO = 8
"""How many times a file's size its content may be beyond `MAX_CONTENT`. Ballots are packed to a fifth, signatures of
contract wallets, of up to 16 KiB each, to a half: whatever the bot publishes is read, and a small file fills no
memory."""
_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""The gzip header without time or name, so that equal contents give equal files."""
_MAGIC = _GZIP[:2]
_MOST_VALUES, _MOST_HOLDERS = 24_000_000, 3_000_000
"""JSON values, and lists and objects among them: more than 128 MiB of real ballots hold. Each value costs memory and
time beyond its bytes, some a hundred times as much, so that a small file could otherwise fill the memory."""
MOST_PIECES = 99
"""Gzip members in one file at most (the parts of a split bundle, concatenated)."""
PIECE_BYTES = 8_000_000
"""Bytes of a part at most: less than the smallest upload limit of Discord so far."""
MOST_BYTES = MOST_PIECES * PIECE_BYTES
"""Bytes of a file at most: no bundle in parts is larger."""
_RAW = -zlib.MAX_WBITS
_DIGITS = 16
_DEEPEST = 64
_HALF, _SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]"), re.compile("[\ud800-\udfff]")
_NOTHING_OF_INTEREST = bytes(sign for sign in range(256) if sign not in b'[]{}"')


class Malformed(Exception):
    """A file that does not have the required form. The message says where and what in one line."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place} {problem}" if place else problem)
        self.place, self.problem = place, problem


def packed(content: bytes, comment: str = "") -> bytes:
    """Return the content as a gzip file; equal contents give equal files. `comment` goes into the gzip header."""
    head = _GZIP if not comment else _GZIP[:3] + b"\x10" + _GZIP[4:] + comment.encode("ascii") + b"\x00"
    deflate = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, _RAW)
    tail = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return head + deflate.compress(content) + deflate.flush() + tail


def most_content(size: int) -> int:
    """Return how many bytes a file of `size` bytes may hold."""
    return max(MAX_CONTENT, RATIO * size)


def unpacked(raw: bytes, most: int | None = None) -> bytes:
    """Return the content of a gzip file (or of several, concatenated); what is not gzip is returned unchanged.

    It may hold `most` bytes, or what `most_content` says. Raises Malformed.
    """
    bounded(raw, MOST_BYTES)
    most = most_content(len(raw)) if most is None else most
    if not raw.startswith(_MAGIC):
        return bounded(raw, most)
    found, left = b"", raw
    for _ in range(MOST_PIECES):
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            found += inflate.decompress(left, most + 1 - len(found))
        except zlib.error:
            raise Malformed("", "the gzip file is damaged") from None
        bounded(found, most)
        if not inflate.eof:
            raise Malformed("", "the gzip file breaks off")
        left = inflate.unused_data
        if not left:
            return found
        if not left.startswith(_MAGIC):
            break
    raise Malformed("", "something follows the gzip file")


def bounded(content: bytes, most: int) -> bytes:
    """Return the content. Raises Malformed if it has more than `most` bytes."""
    if len(content) > most:
        raise Malformed("", f"it holds more than {most // 1024 // 1024} MiB")
    return content


def parsed(content: bytes) -> Mapping[str, Any]:
    """Read one JSON object that every JSON reader reads alike. Raises Malformed with the place of the problem.

    No key may occur twice in an object, no number may have a fraction or be beyond 2^53, and no text may hold half a
    surrogate pair.
    """
    _check_number(content)
    try:
        text = content.decode()
        check_depth(content)
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=_fraction, parse_int=_whole, parse_constant=_fraction
        )
    except UnicodeDecodeError as error:
        raise Malformed("", f"byte {error.start} is not UTF-8, behind {_tail(content[: error.start])}") from None
    except json.JSONDecodeError as error:
        problem = error.msg.lower().removesuffix(" at")
        raise Malformed("", f"it is not JSON: {problem} at character {error.pos}") from None
    except _Odd:
        value = _with_odd(text)
    else:
        if _HALF.search(content) is None and isinstance(value, dict):
            return value
    for place, problem in _odd(value, ""):
        raise Malformed(place and f"{place}:", problem)
    if not isinstance(value, dict):
        raise Malformed("", "it is no JSON object")
    return value


def _check_number(content: bytes) -> None:
    """Refuse too many values before they are built. Raises Malformed.

    Brackets and commas inside texts are counted too; real files have few of them.
    """
    holders = content.count(b"[") + content.count(b"{")
    if holders > _MOST_HOLDERS or holders + content.count(b",") > _MOST_VALUES:
        raise Malformed("", f"it holds more than {_MOST_VALUES:,} values, or {_MOST_HOLDERS:,} lists and objects")


def check_depth(content: bytes) -> None:
    """Refuse JSON nested so deep that it would overflow the stack of Python's reader. Raises Malformed."""
    if b"\\" in content:  # once what is escaped is gone, every quotation mark begins or ends a text
        content = content.replace(rb"\\", b"").replace(rb"\"", b"")
    bare = b"".join(content.translate(None, _NOTHING_OF_INTEREST).split(b'"')[::2])
    depth = 0
    for sign in bare:
        depth += 1 if sign in b"[{" else -1
        if depth > _DEEPEST:
            raise Malformed("", "it is nested too deeply")


class _Odd(Exception):
    """A value that JSON readers disagree on. It is found with its place in a second pass."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Odd(f"the key “{name[:60]}” stands twice in one object")
            seen.add(name)
    return found


def _whole(text: str) -> int:
    if len(text) > _DIGITS + 1 or abs(int(text)) > MAX_INTEGER:
        raise _Odd(f"the number {text[:20]}… is too large: amounts are texts")
    return int(text)


def _fraction(text: str) -> NoReturn:
    raise _Odd(f"the number {text[:20]} is no whole one")


def _with_odd(text: str) -> object:
    """Read JSON again, with the first such value left in its place."""
    met = False

    def marked(take: Callable[[Any], object]) -> Callable[[Any], object]:
        def take_or_mark(value: Any) -> object:  # noqa: ANN401 - whatever JSON holds
            nonlocal met
            try:
                return take(value)
            except _Odd as odd:
                first, met = not met, True
                return odd if first else None

        return take_or_mark

    number = marked(_fraction)
    return json.loads(
        text, object_pairs_hook=marked(_object), parse_float=number, parse_int=marked(_whole), parse_constant=number
    )


def _odd(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield each such value with its place."""
    match value:
        case _Odd():
            yield place, str(value)
        case str() if _SURROGATE.search(value):
            yield place, "a text holds half a surrogate pair"
        case dict():
            for name, inner in value.items():
                yield from _odd(name, f"{place} a key".strip())
                yield from _odd(inner, f"{place} {name[:60]}".strip())
        case list():
            for number, inner in enumerate(value, start=1):
                yield from _odd(inner, f"{place} {number}".strip())


def _tail(content: bytes) -> str:
    return f"“{content[-24:].decode(errors='replace')}”"
