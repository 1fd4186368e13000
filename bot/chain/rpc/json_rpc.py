"""Checks of JSON-RPC 2.0 answers: which call they belong to, what they hold, and the forms of single values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.rpc_faults import CallFailed, Failure, NodeFault, of_error
from bot.domain.shared.errors import ChainFault

_QUANTITY = re.compile(r"0x(?:0|[1-9a-fA-F][0-9a-fA-F]{0,63}|[0-9a-fA-F]{64})")
_BEYOND = 2**63
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")


def result_of(answer: Json, number: int) -> Json:
    """Return the result of call `number`.

    Raises:
        NodeFault: it is no answer to that call, or tells of a fault.
        CallFailed: the call fails.

    """
    if not isinstance(answer, dict) or answer.get("jsonrpc", "2.0") != "2.0":
        raise NodeFault(ChainFault.BAD_ANSWER, "its answer is not JSON-RPC")
    if (error := answer.get("error")) is not None:
        if answer.get("result") is not None:
            raise NodeFault(ChainFault.BAD_ANSWER, "its answer holds a result and an error")
        if answer.get("id") is not None and not _same(answer["id"], number):
            raise NodeFault(ChainFault.BAD_ANSWER, "its answer is to another call")
        raise failure_of(error)
    if "result" not in answer:
        raise NodeFault(ChainFault.BAD_ANSWER, "its answer holds no result")
    if not _same(answer.get("id"), number):
        raise NodeFault(ChainFault.BAD_ANSWER, "its answer is to another call")
    return answer["result"]


def results_of(answer: Json, numbers: Sequence[int]) -> list[Json | CallFailed]:
    """Return the results of a batch in the order of `numbers`.

    Raises:
        NodeFault: an answer is missing, there twice or too much; or one tells of a fault.
        CallFailed: the batch as a whole was refused.

    """
    if isinstance(answer, list) and len(answer) == 1 < len(numbers):
        (answer,) = answer
        if not isinstance(answer, dict) or answer.get("error") is None:
            raise NodeFault(ChainFault.BAD_ANSWER, f"it answered 1 of {len(numbers)} calls")
        raise failure_of(answer["error"])
    if not isinstance(answer, list):
        if isinstance(answer, dict) and answer.get("error") is not None:
            raise failure_of(answer["error"])
        raise CallFailed(Failure.REFUSED, 0)
    found = {one["id"]: one for one in answer if isinstance(one, dict) and type(one.get("id")) is int}
    if len(answer) != len(numbers) or found.keys() != set(numbers):
        known = len(found.keys() & set(numbers))
        raise NodeFault(
            ChainFault.BAD_ANSWER, f"it answered {known} of {len(numbers)} calls, and {len(answer) - known} others"
        )
    results: list[Json | CallFailed] = []
    for number in numbers:
        try:
            results.append(result_of(found[number], number))
        except CallFailed as failed:
            results.append(failed)
    return results


def failure_of(error: Json, status: int | None = None, retry_after: float | None = None) -> NodeFault | CallFailed:
    """Return what the error of an answer means; `status` is HTTP's."""
    code, message = (error.get("code"), error.get("message")) if isinstance(error, dict) else (0, error)
    text = message if isinstance(message, str) else ""
    return of_error(code if type(code) is int else 0, text, status, retry_after)


def quantity(text: Json) -> int:
    """Read a quantity: `0x` and hexadecimal digits without leading zeros, or a whole word. Raises NodeFault."""
    if not isinstance(text, str) or not _QUANTITY.fullmatch(text):
        raise NodeFault(ChainFault.BAD_ANSWER, "it gives no number where one is due")
    return int(text, 16)


def count_of(text: Json) -> int:
    """Read a quantity of blocks, events or seconds: below 2^63, which no chain reaches. Raises NodeFault."""
    found = quantity(text)
    if found >= _BEYOND:
        raise NodeFault(ChainFault.BAD_ANSWER, "it gives a number that no chain reaches")
    return found


def data_of(text: Json) -> bytes | None:
    """Return bytes from a hexadecimal text; None for anything else."""
    if not isinstance(text, str) or not text.startswith("0x"):
        return None
    try:
        raw = bytes.fromhex(text[2:])
    except ValueError:
        return None
    return raw if 2 * len(raw) == len(text) - 2 else None  # blanks are skipped there


def code_of(result: Json | CallFailed) -> bytes:
    """Read what `eth_getCode` gave: none where nothing stands, which some write as `0x0`, an empty text or null.

    Raises NodeFault: it is no code, or the call failed, which tells nothing of what stands there.
    """
    if isinstance(result, CallFailed):
        raise NodeFault(ChainFault.BAD_ANSWER, "it does not tell whether a contract is there")
    raw = b"" if result in ("", "0x0", None) else data_of(result)
    if raw is None:
        raise NodeFault(ChainFault.BAD_ANSWER, "it gives no code where some is due")
    return raw


def block_hash(text: Json) -> str:
    """Read a block's hash, in lower case. Raises NodeFault."""
    if not isinstance(text, str) or not _HASH.fullmatch(text):
        raise NodeFault(ChainFault.BAD_ANSWER, "its block has no hash")
    return text.lower()


def _same(number: Json, asked: int) -> bool:
    return type(number) is int and number == asked
