from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import pytest

from bot.chain.rpc.json_rpc import block_hash, code_of, count_of, data_of, quantity, result_of, results_of
from bot.chain.rpc.rpc_faults import CallFailed, Failure, NodeFault
from bot.domain.shared.errors import ChainFault

ODD_IDS: list[Any] = [[], [1], {}, None, True, 1.0, "1", 2, -1, 1e300]


def answer(number: float | str | Sequence[int] | Mapping[str, object] | None, **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "result": "0x1"} | more


def refused(read: Callable[[], object]) -> None:
    with pytest.raises(NodeFault) as caught:
        read()
    assert caught.value.kind is ChainFault.BAD_ANSWER
    assert caught.value.detail


@pytest.mark.parametrize("number", ODD_IDS)
def test_an_answer_with_another_id_is_no_answer_to_this_call(
    number: float | str | Sequence[int] | Mapping[str, object] | None,
) -> None:
    assert result_of(answer(1), 1) == "0x1"
    refused(lambda: result_of(answer(number), 1))
    refused(lambda: results_of([answer(number), answer(2)], [1, 2]))


def test_an_answer_without_an_id_is_no_answer() -> None:
    refused(lambda: result_of({"jsonrpc": "2.0", "result": "0x1"}, 1))
    refused(lambda: results_of([{"jsonrpc": "2.0", "result": "0x1"}], [1]))


@pytest.mark.parametrize(
    "whole",
    [
        None,
        17,
        "0x1",
        {},
        [],
        {"jsonrpc": "1.0", "id": 1, "result": "0x1"},
        {"jsonrpc": "2.0", "id": 1},
        answer(1, error={"code": 1, "message": "both"}),
        answer(1, error="both"),
        {"jsonrpc": "2.0", "id": 2, "error": {"code": 3, "message": "execution reverted"}},
        {"jsonrpc": "2.0", "id": [], "error": {"code": 3, "message": "execution reverted"}},
    ],
)
def test_what_is_not_json_rpc_is_a_fault_and_never_counted(
    whole: int | str | Sequence[object] | dict[str, Any] | None,
) -> None:
    refused(lambda: result_of(whole, 1))


@pytest.mark.parametrize("error", ["no", 17, [], {}, {"code": "x", "message": []}, {"code": True}, {"code": [1]}])
def test_an_error_of_any_form_is_an_error(error: int | str | Sequence[object] | dict[str, Any]) -> None:
    with pytest.raises((NodeFault, CallFailed)):
        result_of({"jsonrpc": "2.0", "id": None, "error": error}, 1)


@pytest.mark.parametrize("where", ["error", "message"])
def test_an_error_as_deep_as_json_can_be_is_an_error_and_no_traceback(where: str) -> None:
    deep = orjson.loads("[" * 1_020 + "]" * 1_020)
    error = deep if where == "error" else {"code": -32000, "message": deep}
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)  # Python's own, which the embedded chain of these tests raises
    try:
        with pytest.raises(CallFailed):
            result_of({"jsonrpc": "2.0", "id": 1, "error": error}, 1)
    finally:
        sys.setrecursionlimit(usual)


@pytest.mark.parametrize(
    "batch",
    [
        [],
        [answer(1)],
        [answer(1), answer(1)],
        [answer(1), answer(2), answer(2)],
        [answer(1), answer(2), answer(3)],
        [answer(1), None],
        [answer(1), "0x1"],
        [answer(1), [answer(2)]],
        [answer(1), {"jsonrpc": "2.0", "id": 2}],
        [answer(1), {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no"}}],
    ],
)
def test_a_batch_answers_each_call_once_or_is_a_fault(batch: Sequence[Any]) -> None:
    assert results_of([answer(2), answer(1, result="0x7")], [1, 2]) == ["0x7", "0x1"]
    refused(lambda: results_of(batch, [1, 2]))


@pytest.mark.parametrize("whole", [{"error": {"code": -32600, "message": "no batches"}}, {"result": "0x1"}, None, "no"])
def test_a_batch_that_is_refused_as_a_whole_is_told_from_one_that_is_wrong(whole: str | dict[str, Any] | None) -> None:
    with pytest.raises(CallFailed):
        results_of(whole, [1, 2])
    with pytest.raises(CallFailed):
        results_of([{"jsonrpc": "2.0", "id": 1, "error": {"code": -32600, "message": "batch limit"}}], [1, 2])


@pytest.mark.parametrize(
    "text",
    [None, 7, True, [], {}, "", "7", "0x", "0x00", "0x01", "0xg", "0x1_0", " 0x1", "0x1\n", "-0x1", "0x" + "1" * 65],
)
def test_what_is_no_quantity_is_refused(text: int | str | Sequence[object] | Mapping[str, object] | None) -> None:
    assert [quantity(one) for one in ("0x0", "0xA", "0x" + "f" * 64, f"0x{7:064x}")] == [0, 10, 2**256 - 1, 7]
    refused(lambda: quantity(text))


@pytest.mark.parametrize("text", [None, "0x", hex(2**63), hex(2**70), "0x" + "f" * 64])
def test_what_no_chain_reaches_counts_no_blocks_events_or_seconds(text: str | None) -> None:
    assert [count_of(one) for one in ("0x0", hex(2**63 - 1), f"0x{7:064x}")] == [0, 2**63 - 1, 7]
    refused(lambda: count_of(text))


@pytest.mark.parametrize("text", [None, 7, [], {}, "", "00", "0x0", "0x012", "0xgg", "0x 1", "0x1 2 ", "0x1_10"])
def test_what_is_no_data_is_refused(text: int | str | Sequence[object] | Mapping[str, object] | None) -> None:
    assert data_of("0x") == b""
    assert data_of("0x00Ff") == b"\0\xff"
    assert data_of(text) is None


@pytest.mark.parametrize("text", [7, [], {}, False, "0x012", "0xgg", "00", CallFailed(Failure.REFUSED, 0)])
def test_code_is_bytes_or_one_of_the_ways_to_write_that_nothing_stands_there(
    text: int | str | CallFailed | Sequence[object] | Mapping[str, object],
) -> None:
    assert [code_of(one) for one in ("0x", "0x0", "", None)] == [b""] * 4
    assert [code_of(one) for one in ("0x00", "0xEF01")] == [b"\0", b"\xef\x01"]
    refused(lambda: code_of(text))


@pytest.mark.parametrize("text", [None, [], 7, "0x12", "ab" * 33, "0x" + "zz" * 32, "0x" + "ab" * 33])
def test_what_is_no_hash_is_refused(text: int | str | Sequence[object] | None) -> None:
    assert block_hash("0x" + "AB" * 32) == "0x" + "ab" * 32
    refused(lambda: block_hash(text))
