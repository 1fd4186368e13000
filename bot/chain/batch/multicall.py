"""The calldata of Multicall3's `aggregate3`, from a byte template, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence

from eth_hash.auto import keccak

from bot.chain.batch.batch_query import WORD, BatchQuery, Malformed, data
from bot.chain.rpc.http_transport import Json
from bot.domain.shared.types import Address

_AGGREGATE3, GET_ETH_BALANCE, _GET_BLOCK_TIMESTAMP = (
    keccak(signature)[:4]
    for signature in (
        b"aggregate3((address,bool,bytes)[])",
        b"getEthBalance(address)",
        b"getCurrentBlockTimestamp()",
    )
)


def aggregate(question: BatchQuery, wallets: Sequence[Address], multicall: Address) -> str:
    """Write `aggregate3` of the block's time and then of the question for each wallet, all allowed to fail."""
    if question.target is None:
        target, before, after = multicall, GET_ETH_BALANCE, b""
    else:
        target, before, after = question.target, question.selector, question.tail
    size = len(before) + WORD + len(after)
    padding = bytes(-size % WORD)
    prefix = (_address(target) + _number(1) + _number(3 * WORD) + _number(size) + before + bytes(12)).hex()
    suffix = (after + padding).hex()
    time = _address(multicall) + _number(1) + _number(3 * WORD) + _number(4) + _GET_BLOCK_TIMESTAMP + bytes(28)
    each = (len(prefix) + 40 + len(suffix)) // 2
    start = WORD * (len(wallets) + 1)
    offsets = [start, *range(start + len(time), start + len(time) + each * len(wallets), each)]
    head = _AGGREGATE3 + _number(WORD) + _number(len(wallets) + 1) + b"".join(map(_number, offsets))
    body = prefix + (suffix + prefix).join(wallets).replace("0x", "") + suffix
    return "0x" + (head + time).hex() + body


def aggregated(result: Json, count: int) -> list[int | None]:
    """Read the first word of each `(bool success, bytes data)`."""
    raw = data(result)
    base = 2 * WORD
    if len(raw) < base + WORD * count or int.from_bytes(raw[WORD:base], "big") != count:
        raise Malformed
    answers: list[int | None] = []
    for head in range(base, base + WORD * count, WORD):
        at = base + int.from_bytes(raw[head : head + WORD], "big")
        success, size = raw[at : at + WORD], raw[at + 2 * WORD : at + 3 * WORD]
        value = raw[at + 3 * WORD : at + 4 * WORD]
        if len(size) != WORD or success[:-1] != bytes(WORD - 1) or success[-1] > 1:
            raise Malformed
        if success[-1] and int.from_bytes(size, "big") >= WORD:
            if len(value) != WORD:
                raise Malformed
            answers.append(int.from_bytes(value, "big"))
        else:
            answers.append(None)
    return answers


def aggregate_calls(target: Address, asked: Sequence[bytes], multicall: Address) -> str:
    """Write `aggregate3` of the block's time and then of calls of `target`, all allowed to fail."""
    return aggregate_each([(target, one) for one in asked], multicall)


def aggregate_each(calls: Sequence[tuple[Address, bytes]], multicall: Address) -> str:
    """Write `aggregate3` of the block's time and then of calls of whatever targets, all allowed to fail."""
    time = _address(multicall) + _number(1) + _number(3 * WORD) + _number(4) + _GET_BLOCK_TIMESTAMP + bytes(28)
    head = _number(1) + _number(3 * WORD)
    entries = [
        time,
        *(_address(target) + head + _number(len(one)) + one + bytes(-len(one) % WORD) for target, one in calls),
    ]
    offset, offsets = WORD * len(entries), []
    for entry in entries:
        offsets.append(_number(offset))
        offset += len(entry)
    return "0x" + b"".join([_AGGREGATE3, _number(WORD), _number(len(entries)), *offsets, *entries]).hex()


def aggregated_calls(result: Json, count: int) -> list[bytes | None]:
    """Read the data of each `(bool success, bytes data)`; None where the call failed, or gave nothing."""
    raw = data(result)
    base = 2 * WORD
    if len(raw) < base + WORD * count or int.from_bytes(raw[WORD:base], "big") != count:
        raise Malformed
    answers: list[bytes | None] = []
    for head in range(base, base + WORD * count, WORD):
        at = base + int.from_bytes(raw[head : head + WORD], "big")
        success, size = raw[at : at + WORD], int.from_bytes(raw[at + 2 * WORD : at + 3 * WORD], "big")
        given = raw[at + 3 * WORD : at + 3 * WORD + size]
        if len(given) != size or success[:-1] != bytes(WORD - 1) or success[-1] > 1:
            raise Malformed
        answers.append((given or None) if success[-1] else None)
    return answers


def _address(address: Address) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])


def _number(number: int) -> bytes:
    return number.to_bytes(WORD, "big")
