from __future__ import annotations

import pytest

from bot.chain.rpc.rpc_faults import CallFailed, Failure, NodeFault, of_error, of_failure
from bot.domain.shared.errors import ChainFault

KEY = "https://eth.example/v2/SECRETKEY"


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        # back off
        (429, "Your app has exceeded its compute units per second capacity.", ChainFault.RATE_LIMITED),
        (-32005, "project ID request rate exceeded", ChainFault.RATE_LIMITED),
        (-32005, "rate limit exceeded", ChainFault.RATE_LIMITED),
        (-32007, "50/second request limit reached - reduce calls per second", ChainFault.RATE_LIMITED),
        (-32009, "trace requests limited to 10/second", ChainFault.RATE_LIMITED),
        (-32012, "credits limited to 5000/second", ChainFault.RATE_LIMITED),
        (-32016, "over rate limit", ChainFault.RATE_LIMITED),
        (-32000, "over rate limit", ChainFault.RATE_LIMITED),
        (0, "error code: 1015", ChainFault.RATE_LIMITED),
        # another endpoint
        (-32005, "daily request count exceeded, request rate limited", ChainFault.UNAUTHORIZED),
        # split the range
        (-32005, "query returned more than 10000 results", ChainFault.TOO_LARGE),
        (-32000, "range 20000 exceeds limit of 10000", ChainFault.TOO_LARGE),
        (-32602, "Based on your parameters, this block range should work: [0x1, 0x2]", ChainFault.TOO_LARGE),
        (-32614, "eth_getLogs is limited to a 10,000 range", ChainFault.TOO_LARGE),
        (-32000, "block range is too wide", ChainFault.TOO_LARGE),
        (-32000, "maximum block range: 5000", ChainFault.TOO_LARGE),
        (-32000, "query exceeds max results 20000", ChainFault.TOO_LARGE),
        (-32000, "exceed maximum block range: 50000", ChainFault.TOO_LARGE),
        (-32600, "range is too big", ChainFault.TOO_LARGE),
        # a smaller chunk
        (-32003, "response too large", ChainFault.TOO_LARGE),
        (-32002, "request timed out", ChainFault.TOO_LARGE),
        (-32600, "batch too large", ChainFault.TOO_LARGE),
        # an archive
        (-32000, "missing trie node 12ab (path ) state 0x12 is not available", ChainFault.NEEDS_ARCHIVE),
        (-32000, "historical state 12ab is not available", ChainFault.NEEDS_ARCHIVE),
        (-32000, "required historical state unavailable (reexec=128)", ChainFault.NEEDS_ARCHIVE),
        (4444, "pruned history unavailable", ChainFault.NEEDS_ARCHIVE),
        (-32000, "World state unavailable", ChainFault.NEEDS_ARCHIVE),
        (-32002, "No state available for block 0x12ab", ChainFault.NEEDS_ARCHIVE),
        (-32000, "old data not available due to pruning", ChainFault.NEEDS_ARCHIVE),
        (-32000, "this request requires an archive node", ChainFault.NEEDS_ARCHIVE),
        (-32000, "distance to target block exceeds maximum proof window", ChainFault.NEEDS_ARCHIVE),
        # lagging or reorged
        (-32000, "header not found", ChainFault.LAGGING),
        (-32000, "header for hash not found", ChainFault.LAGGING),
        (-39001, "Unknown block", ChainFault.LAGGING),
        (-32000, "block could not be found", ChainFault.LAGGING),
        (-32000, "hash is not currently canonical", ChainFault.LAGGING),
        (-32602, "BlockOutOfRangeError: block height is 7 but requested was 999", ChainFault.LAGGING),
        (-32001, "Resource not found", ChainFault.LAGGING),
    ],
)
def test_errors_are_told_apart(code: int, message: str, kind: ChainFault) -> None:
    fault = of_error(code, message)
    assert isinstance(fault, NodeFault)
    assert fault.kind is kind


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (3, "execution reverted: not today"),
        (-32000, "execution reverted"),
        (-32000, "Reverted"),
        (-32015, "VM execution error."),
        (-32603, "EVM error InvalidFEOpcode"),
        (-32000, "invalid opcode: INVALID"),
        (-32000, "invalid jump destination"),
        (-32000, "stack underflow (0 <=> 1)"),
    ],
)
def test_a_revert_is_an_answer_and_no_fault(code: int, message: str) -> None:
    failed = of_error(code, message)
    assert isinstance(failed, CallFailed)
    assert failed.failure is Failure.REVERTED


@pytest.mark.parametrize("said", ["rate limit", "header not found", "out of gas", "missing trie node", "is too big"])
def test_what_a_contract_says_as_it_reverts_is_not_mistaken_for_a_fault(said: str) -> None:
    failed = of_error(-32000, f"execution reverted: {said}")
    assert isinstance(failed, CallFailed)
    assert failed.failure is Failure.REVERTED


@pytest.mark.parametrize(
    "message",
    ["out of gas", "EVM error OutOfGas", "EVM error MemoryOOG", "gas required exceeds allowance (50000000)"],
)
def test_lack_of_gas_is_told_from_a_revert(message: str) -> None:
    failed = of_error(-32000, message)
    assert isinstance(failed, CallFailed)
    assert failed.failure is Failure.OUT_OF_GAS


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (-32602, "invalid argument 1: json: cannot unmarshal object"),
        (-32601, "the method eth_call could not be found"),
        (-32000, "x"),
    ],
)
def test_what_a_node_does_not_take_is_no_fault_of_its_service(code: int, message: str) -> None:
    failed = of_error(code, message)
    assert isinstance(failed, CallFailed)
    assert failed.failure is Failure.REFUSED


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (None, "", ChainFault.UNREACHABLE),
        (429, "", ChainFault.RATE_LIMITED),
        (403, "<html>error code: 1015</html>", ChainFault.RATE_LIMITED),
        (401, "", ChainFault.UNAUTHORIZED),
        (403, "<html>Forbidden</html>", ChainFault.UNAUTHORIZED),
        (402, "daily credits used", ChainFault.UNAUTHORIZED),
        (413, "<html>", ChainFault.TOO_LARGE),
        (500, "", ChainFault.UNREACHABLE),
        (502, "<html>Bad gateway</html>", ChainFault.UNREACHABLE),
        (200, "<html>Welcome</html>", ChainFault.BAD_ANSWER),
        (404, "not found", ChainFault.BAD_ANSWER),
    ],
)
def test_answers_that_are_no_json_are_told_apart(status: int | None, text: str, kind: ChainFault) -> None:
    assert of_failure(status, text).kind is kind


def test_of_megabytes_that_an_endpoint_says_only_the_begin_is_looked_at() -> None:
    """A node must not keep the loop busy with its text: the patterns take the square of its length."""
    text = "historical state " * 500_000 + "is not available, rate limit"
    assert isinstance(of_error(-32000, text), CallFailed)
    assert of_failure(200, text).kind is ChainFault.BAD_ANSWER


def test_nothing_that_an_endpoint_says_is_repeated() -> None:
    for failure in (
        of_error(-32005, f"rate limit of {KEY}"),
        of_error(-32000, f"header not found at {KEY}"),
        of_error(-32602, f"invalid argument at {KEY}"),
        of_error(3, f"execution reverted: {KEY}"),
        of_failure(403, f"no such key {KEY}"),
        of_failure(200, KEY),
    ):
        assert "SECRETKEY" not in f"{failure} {failure!r} {getattr(failure, 'detail', '')}"
