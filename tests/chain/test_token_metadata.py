from __future__ import annotations

import pytest

from bot.chain.token_metadata import read_symbol


def text(raw: bytes, size: int | None = None) -> bytes:
    return (32).to_bytes(32, "big") + (len(raw) if size is None else size).to_bytes(32, "big") + raw.ljust(32, b"\0")


@pytest.mark.parametrize(
    ("raw", "symbol"),
    [
        (text(b"VITA"), "VITA"),
        (b"MKR".ljust(32, b"\0"), "MKR"),
        (text("USD₮0".encode()), "USD₮0"),
        (text(b"  MOOT\n"), "MOOT"),
        (text(b"A" * 32), "A" * 16),
        (text(b""), None),
        (text(b"\x00\x01\x02"), None),
        (text(b"\xff\xfe"), None),
        (bytes(32), None),
        (b"", None),
        (b"MOOT", None),
        (text(b"MOOT", size=2**255), "MOOT"),
        ((2**200).to_bytes(32, "big") + bytes(32), None),
    ],
)
def test_a_symbol_is_read_in_both_forms_and_cut_to_what_a_card_holds(raw: bytes, symbol: str | None) -> None:
    assert read_symbol(raw) == symbol
