"""Answers Ethereum JSON-RPC for the embedded chain, in process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from eth.abc import StateAPI
from eth_typing import Address as Canonical

from bot.demo.chain.call_execution import CALL_GAS, Reverted, canonical
from bot.demo.chain.embedded_evm import Evm, NoSuchBlock, Sealed
from bot.demo.chain.json_encoding import Json, block_json, logs_json, receipt_json, text, wanted
from bot.domain.shared.addresses import ZERO, parse_address
from bot.domain.shared.errors import InvalidInput

REVERTED = 3
INVALID_REQUEST, NO_SUCH_METHOD, INVALID_PARAMS = -32600, -32601, -32602
SERVER = -32000


class RpcError(Exception):
    """An error with the code, message and data of JSON-RPC."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.body: Json = {"code": code, "message": message} | ({} if data is None else {"data": data})


class Rpc:
    """A node for an `Evm`. Without `state_override` it refuses that argument of `eth_call`, as some nodes do.

    `requests` counts the payloads answered; a batch counts as one.
    """

    def __init__(self, evm: Evm, *, state_override: bool = True) -> None:
        self.evm = evm
        self.requests = 0
        self._state_override = state_override
        self.methods: dict[str, Callable[..., Any]] = {
            "eth_blockNumber": lambda: hex(evm.head.number),
            "eth_call": self._call,
            "eth_chainId": lambda: hex(evm.chain_id),
            "eth_gasPrice": lambda: hex(evm.head.header.base_fee_per_gas or 0),
            "eth_getBalance": lambda of, at="latest": hex(self._state(at).get_balance(_address(of))),
            "eth_getBlockByHash": lambda wanted, _full=False: self._block({"blockHash": wanted}),
            "eth_getBlockByNumber": lambda wanted, _full=False: self._block(wanted),
            "eth_getCode": lambda of, at="latest": text(self._state(at).get_code(_address(of))),
            "eth_getLogs": self._logs,
            "eth_getStorageAt": self._storage,
            "eth_getTransactionCount": lambda of, at="latest": hex(self._state(at).get_nonce(_address(of))),
            "eth_getTransactionReceipt": self._receipt,
            "eth_sendRawTransaction": lambda raw: self._send(_bytes(raw)),
            "net_version": lambda: str(evm.chain_id),
            "web3_clientVersion": lambda: "folkmoot/demo",
        }

    async def request(self, payload: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
        """Answer one request, or a batch in its order. The payload is copied, so nothing is shared with the caller."""
        self.requests += 1
        asked = orjson.loads(orjson.dumps(payload))
        if not isinstance(asked, list):
            return self._answer(asked)
        return [self._answer(one) for one in asked] or _failure(None, RpcError(INVALID_REQUEST, "empty batch"))

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    def _answer(self, request: Any) -> Json:  # noqa: ANN401 - whatever was sent
        if not isinstance(request, dict) or not isinstance(request.get("method"), str):
            return _failure(None, RpcError(INVALID_REQUEST, "invalid request"))
        number = request.get("id")
        try:
            return {"jsonrpc": "2.0", "id": number, "result": self._result(request["method"], request.get("params"))}
        except RpcError as error:
            return _failure(number, error)

    def _result(self, name: str, params: Any) -> Any:  # noqa: ANN401
        if (method := self.methods.get(name)) is None:
            raise RpcError(NO_SUCH_METHOD, f"the method {name} does not exist/is not available")
        try:
            return method(*(params or ()))
        except NoSuchBlock as error:
            raise RpcError(SERVER, "header not found") from error
        except Reverted as error:
            raise _refusal(error) from error
        except (AttributeError, InvalidInput, TypeError, ValueError) as error:
            raise RpcError(INVALID_PARAMS, f"invalid params: {error}") from error

    def _find(self, at: Any) -> Sealed:  # noqa: ANN401 - a number, a tag or the object of EIP-1898
        match at:
            case "latest" | "pending":
                return self.evm.head
            case "finalized" | "safe":
                return self.evm.finalized
            case "earliest":
                return self.evm.block(0)
            case {"blockHash": str(digits)}:
                return self.evm.block(_bytes(digits))
            case {"blockNumber": str(digits)} | str(digits):
                return self.evm.block(int(digits, 16))
            case _:
                raise RpcError(INVALID_PARAMS, "invalid params: no block is named like that")

    def _state(self, at: Any) -> StateAPI:  # noqa: ANN401
        return self.evm.state(self._find(at))

    def _block(self, at: Any) -> Json | None:  # noqa: ANN401
        try:
            return block_json(self._find(at))
        except NoSuchBlock:
            return None

    def _call(self, call: Mapping[str, str], at: Any = "latest", override: Json | None = None) -> str:  # noqa: ANN401
        if override and not self._state_override:
            raise RpcError(INVALID_PARAMS, "state override is not supported")
        to = call.get("to")
        return text(
            self.evm.execute(
                self._find(at),
                to=None if to is None else parse_address(to),
                data=_bytes(call.get("data") or call.get("input") or "0x"),
                sender=parse_address(call.get("from") or ZERO),
                value=int(call.get("value", "0x0"), 16),
                gas=min(CALL_GAS, int(call.get("gas", hex(CALL_GAS)), 16)),
                prepare=None if not override else lambda state: _change(state, override),
            )
        )

    def _storage(self, of: str, slot: str, at: Any = "latest") -> str:  # noqa: ANN401
        return text(self._state(at).get_storage(_address(of), int(slot, 16)).to_bytes(32, "big"))

    def _logs(self, query: Mapping[str, Any]) -> list[Json]:
        if "blockHash" in query:
            blocks = [self._find({"blockHash": query["blockHash"]})]
        else:
            first, last = (self._find(query.get(end, "latest")).number for end in ("fromBlock", "toBlock"))
            blocks = [self.evm.block(number) for number in range(first, last + 1)]
        return [log for block in blocks for log in logs_json(block) if wanted(log, query)]

    def _receipt(self, transaction: str) -> Json | None:
        block = self.evm.mined(_bytes(transaction))
        return None if block is None else receipt_json(block)

    def _send(self, raw: bytes) -> str:
        sealed = self.evm.send_raw(raw)
        return text(sealed.transaction.hash) if sealed.transaction else "0x"


def _change(state: StateAPI, override: Mapping[str, Mapping[str, Any]]) -> None:
    """Apply a state override, as geth defines it."""
    for who, change in override.items():
        address = _address(who)
        if "code" in change:
            state.set_code(address, _bytes(change["code"]))
        if "balance" in change:
            state.set_balance(address, int(change["balance"], 16))
        if "nonce" in change:
            state.set_nonce(address, int(change["nonce"], 16))
        if "state" in change:
            state.delete_storage(address)
        for slot, value in (change.get("state") or change.get("stateDiff") or {}).items():
            state.set_storage(address, int(slot, 16), int(value, 16))


def _refusal(error: Reverted) -> RpcError:
    if error.data is None:
        return RpcError(SERVER, error.reason)
    return RpcError(REVERTED, f"execution reverted: {error.reason}", text(error.data))


def _failure(number: object, error: RpcError) -> Json:
    return {"jsonrpc": "2.0", "id": number, "error": error.body}


def _bytes(digits: str) -> bytes:
    if not digits.startswith("0x"):
        raise ValueError("hexadecimal begins with 0x")
    return bytes.fromhex(digits[2:])


def _address(digits: str) -> Canonical:
    return canonical(parse_address(digits))
