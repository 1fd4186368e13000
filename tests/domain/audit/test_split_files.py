"""A bundle that was cut into parts is put together from them in any order, or it is said what is missing."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from collections.abc import Sequence

import pytest

from bot.domain.audit.bundle.reading import bundle_file
from bot.domain.audit.bundle.reading.bundle_file import MOST_PIECES, Malformed, packed, unpacked
from bot.domain.audit.bundle.writing.split_files import joined, piece, pieces_of
from bot.domain.audit.hashing.content_id import cid
from bot.domain.shared.types import Address

CONTENT = random.Random(1).randbytes(3_000) + b"and so on" * 100  # noqa: S311 - nothing secret


def cut(content: bytes = CONTENT, of: int = 3) -> list[bytes]:
    return [piece(content, number, of) for number in range(1, of + 1)]


def problem(files: Sequence[bytes]) -> str:
    with pytest.raises(Malformed) as found:
        joined(files)
    return str(found.value)


def test_parts_in_any_order_are_the_whole() -> None:
    for files in itertools.permutations(cut()):
        assert joined(files) == CONTENT
    one, two, three = cut()
    assert joined([two, one, one, three, two]) == CONTENT
    assert joined([packed(CONTENT)]) == joined([CONTENT]) == CONTENT


def test_parts_one_behind_the_other_are_a_gzip_file_of_the_whole_for_everybody() -> None:
    whole = b"".join(cut())
    assert gzip.decompress(whole) == CONTENT
    assert joined([whole]) == unpacked(whole) == CONTENT


def test_equal_parts_are_equal_files() -> None:
    assert cut() == cut()
    assert cut(of=2) != cut()[:2]


@pytest.mark.parametrize(("kept", "named"), [((0, 2), "2"), ((1,), "1, 3"), ((0,), "2, 3"), ((2, 1), "1")])
def test_a_missing_part_is_named(kept: Sequence[int], named: Address) -> None:
    assert problem([cut()[place] for place in kept]) == f"part {named} of 3 is missing"


def test_what_is_not_of_one_bundle_is_refused() -> None:
    one, two, three = cut()
    other = cut(CONTENT + b"!")
    assert problem([one, other[1], three]) == "file 2 is part 2 of 3 of another bundle, or one cut otherwise"
    assert problem([one, two, *cut(of=2)]) == "file 3 is part 1 of 2 of another bundle, or one cut otherwise"
    assert problem([one, packed(CONTENT)]) == "file 2 is no part of a bundle: give one bundle, or all parts of one"
    assert problem([packed(CONTENT), packed(CONTENT)]).startswith("file 1 is no part of a bundle")
    forged = packed(b"something", f"folkmoot part 2 of 3 of {cid(CONTENT)}")
    assert problem([one, two, three, forged]) == "file 4 is part 2 like one before it, and not the same"
    assert problem([one, forged, three]).startswith("the parts together are bafk")
    assert problem([one, two[:-9], three]) == "part 2 of 3: the gzip file breaks off"
    assert problem([one, two + b"x", three]) == "part 2 of 3: something follows the gzip file"


@pytest.mark.parametrize("number", range(1, 4))
def test_a_changed_byte_of_a_part_is_found(number: int) -> None:
    files = cut()
    changed = files[number - 1]
    for place in range(0, len(changed), 97):
        files[number - 1] = changed[:place] + bytes([changed[place] ^ 1]) + changed[place + 1 :]
        try:
            assert joined(files) == CONTENT  # a byte of the head that means nothing, such as the time
        except Malformed:
            continue
        assert place < 10


def test_a_bomb_of_parts_is_not_unpacked() -> None:
    bomb = packed(bytes(130 * 1024 * 1024))
    assert problem([bomb]) == "it holds more than 128 MiB"
    half = [packed(bytes(70 * 1024 * 1024), f"folkmoot part {number} of 2 of bafkreiaaaaaaaaa") for number in (1, 2)]
    assert problem(half) == "it holds more than 128 MiB"
    assert problem([b"".join(packed(b"") for _ in range(MOST_PIECES + 1))]) == "something follows the gzip file"


def test_a_bundle_is_cut_into_as_few_parts_as_are_small_enough() -> None:
    size = len(packed(CONTENT))
    assert pieces_of(CONTENT, size, most=2_100) == 2
    of = pieces_of(CONTENT, size, most=1_100)
    assert max(map(len, cut(of=of))) <= 1_100 < max(map(len, cut(of=of - 1)))
    with pytest.raises(ValueError, match="does not fit"):
        pieces_of(CONTENT, size, most=60)


def test_a_file_of_long_signatures_holds_more_than_a_small_file_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """As 4,000 contract wallets' signatures of 16 KiB have beside the limit for all files."""
    monkeypatch.setattr(bundle_file, "MAX_CONTENT", 100_000)
    drawn = random.Random(2)  # noqa: S311 - nothing secret
    signatures = json.dumps([drawn.randbytes(16_384).hex() for _ in range(8)]).encode()
    assert len(signatures) > 2 * bundle_file.MAX_CONTENT
    assert unpacked(packed(signatures)) == unpacked(signatures) == signatures
    parts = [piece(signatures, number, 3) for number in (1, 2, 3)]
    assert joined(parts) == joined([b"".join(parts)]) == signatures
    bomb = packed(bytes(len(signatures)))
    with pytest.raises(Malformed, match="it holds more than"):
        unpacked(bomb)
    with pytest.raises(Malformed, match="it holds more than"):
        joined([piece(bytes(len(signatures)), number, 3) for number in (1, 2, 3)])
