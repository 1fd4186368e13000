"""Reads what a token's contract says of itself."""

from __future__ import annotations

from bot.chain.batch.batch_query import WORD, Place, data, word
from bot.chain.batch.plain_calls import Result, plainly
from bot.chain.rpc.endpoint import Call, Endpoint
from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.json_rpc import code_of
from bot.chain.rpc.rpc_faults import CallFailed, Failure, NoContract
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.treasury import NotAToken
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import Address, Token

_SYMBOL, _DECIMALS = "0x95d89b41", "0x313ce567"
_IS_ERC721 = "0x01ffc9a7" + "80ac58cd".ljust(64, "0")
_LONGEST, _MOST_DECIMALS = 16, 36


async def describe(endpoint: Endpoint, place: Place, address: Address) -> Token:
    """Return the token at `address`.

    Raises:
        NoContract: no code stands there.
        InvalidInput: what stands there is not a token.

    """
    calls: list[Call] = [("eth_getCode", (address, place.where))]
    calls += [("eth_call", ({"to": address, "data": asked}, place.where)) for asked in (_SYMBOL, _DECIMALS, _IS_ERC721)]
    code, *views = await plainly(endpoint, place, calls)
    if not code_of(code):
        raise NoContract(address, place.block.number)
    symbol = read_symbol(data(_said(views[0])))
    decimals = word(_said(views[1]))
    if decimals is None and word(_said(views[2])) == 1:
        decimals = 0
    if symbol is None or decimals is None or decimals > _MOST_DECIMALS:
        missing = "symbol" if symbol is None else "decimals"
        raise InvalidInput(Field.TOKEN, NotAToken(missing))
    return Token(chain=place.block.chain, address=address, symbol=symbol, decimals=decimals)


def read_symbol(raw: bytes) -> str | None:
    """Read a symbol, also one of the old kind (`bytes32`), cut to what a card holds; None if there is none."""
    if len(raw) == WORD:
        text = raw.rstrip(b"\0")
    elif len(raw) >= 2 * WORD:
        at = int.from_bytes(raw[:WORD], "big")
        size = int.from_bytes(raw[at : at + WORD], "big")
        text = raw[at + WORD : at + WORD + size]
    else:
        return None
    plain = "".join(c for c in text.decode("utf-8", "ignore") if c.isprintable())
    return plain.strip()[:_LONGEST].strip() or None


def _said(result: Result) -> Json:
    if not isinstance(result, CallFailed):
        return result
    if result.failure is Failure.REFUSED:
        raise result
    return "0x"
