"""A bundle in parts, for servers that take no file as large: each is a gzip file whose header says which part it is.

Concatenated in order, the parts are one gzip file of the whole bundle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.domain.audit.bundle.reading.bundle_file import (
    MOST_PIECES,
    PIECE_BYTES,
    Malformed,
    bounded,
    most_content,
    packed,
    unpacked,
)
from bot.domain.audit.hashing.content_id import cid

_HEAD = re.compile(rb"\x1f\x8b\x08\x10.{6}folkmoot part ([1-9]\d?) of ([1-9]\d?) of (b[a-z2-7]{10,100})\x00", re.DOTALL)


def piece(content: bytes, number: int, of: int) -> bytes:
    """Return part `number` (from 1) of a bundle that is split into `of`; equal arguments give equal files."""
    bounds = [len(content) * place // of for place in (number - 1, number)]
    return packed(content[slice(*bounds)], f"folkmoot part {number} of {of} of {cid(content)}")


def pieces_of(content: bytes, size: int, most: int = PIECE_BYTES) -> int:
    """Return into how many parts a bundle must be split so that none is larger than `most` bytes.

    `size` is the size of the whole gzip file in bytes. Raises ValueError if that would be too many parts.
    """
    for of in range(max(2, -(-size // most)), MOST_PIECES + 1):
        if all(len(piece(content, number, of)) <= most for number in range(1, of + 1)):
            return of
    raise ValueError("it does not fit into so many parts")


def joined(files: Sequence[bytes]) -> bytes:
    """Return the content of a bundle from its one file, or from its parts in any order. Raises Malformed."""
    if len(files) == 1 and (head := _HEAD.match(files[0])) is not None:
        content = unpacked(files[0])
        if cid(content) == head[3].decode():  # somebody put the parts together already
            return content
    elif len(files) == 1:
        return unpacked(files[0])
    of, name, found = _sorted(files)
    content, most = b"", most_content(sum(map(len, files)))
    for number in range(1, of + 1):
        try:
            content += unpacked(found[number])
        except Malformed as error:
            raise Malformed(f"part {number} of {of}:", error.problem) from None
        bounded(content, most)
    if cid(content) != name:
        raise Malformed("", f"the parts together are {cid(content)}, not {name} as they say")
    return content


def _sorted(files: Sequence[bytes]) -> tuple[int, str, Mapping[int, bytes]]:
    """Return of how many parts which bundle is, and the parts by number. Raises Malformed unless all are there."""
    found: dict[int, bytes] = {}
    told: tuple[int, str] = (0, "")
    for place, file in enumerate(files, start=1):
        head = _HEAD.match(file)
        if head is None:
            raise Malformed(f"file {place}", "is no part of a bundle: give one bundle, or all parts of one")
        number, whole = int(head[1]), (int(head[2]), head[3].decode())
        if found and told != whole:
            raise Malformed(f"file {place}", f"is part {number} of {whole[0]} of another bundle, or one cut otherwise")
        if found.setdefault(number, file) != file:
            raise Malformed(f"file {place}", f"is part {number} like one before it, and not the same")
        told = whole
    of, name = told
    if missing := [str(number) for number in range(1, of + 1) if number not in found]:
        raise Malformed("", f"part {', '.join(missing)} of {of} is missing")
    return of, name, found
