"""Real Safes, from the artefacts of their npm package: several owners, several kinds of signatures."""

from __future__ import annotations

import json
from pathlib import Path

from eth_abi.abi import encode
from eth_account.messages import _hash_eip191_message, encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32

from bot.domain.shared.types import Address
from tests.chain.signatures.wallet_contracts import DIGEST, address, call

PACKAGE = Path(__file__).parents[2] / "node/node_modules/@safe-global/safe-smart-account"
ZERO = "0x" + "00" * 20


def creation(name: str) -> bytes:
    """Return the data of the transaction that creates one of Safe's contracts."""
    (artefact,) = (PACKAGE / "build/artifacts/contracts").glob(f"**/{name}.sol/{name}.json")
    return bytes.fromhex(json.loads(artefact.read_bytes())["bytecode"][2:])


def setting_up(owners: list[Address], threshold: int, fallback: Address) -> bytes:
    return call(
        "setup(address[],uint256,address,bytes,address,address,uint256,address)",
        owners,
        threshold,
        ZERO,
        b"",
        fallback,
        ZERO,
        0,
        ZERO,
    )


def making(singleton: Address, setup: bytes, salt: int) -> bytes:
    return call("createProxyWithNonce(address,bytes,uint256)", singleton, setup, salt)


def message_hash(safe: Address, chain: int, digest: bytes = DIGEST) -> bytes:
    """Return what the owners of a Safe sign for it to have signed `digest`."""
    return _hash_eip191_message(
        encode_typed_data(
            {"chainId": chain, "verifyingContract": safe},
            {"SafeMessage": [{"name": "message", "type": "bytes"}]},
            {"message": digest},
        )
    )


def by_keys(hashed: bytes, *keys: LocalAccount) -> bytes:
    """Sign as a Safe wants it: one after another, by the order of the owners' addresses."""
    ordered = sorted(keys, key=address)
    return b"".join(bytes(key.unsafe_sign_hash(Hash32(hashed)).signature) for key in ordered)


def with_contract(hashed: bytes, key: LocalAccount, owner: Address, inner: bytes) -> bytes:
    """Sign by a key and by an owner that is a contract, whose own signature comes behind."""
    signed = bytes(key.unsafe_sign_hash(Hash32(hashed)).signature)
    pointer = bytes(12) + bytes.fromhex(owner[2:]) + (130).to_bytes(32, "big") + b"\0"
    parts = [(address(key), signed), (owner, pointer)]
    return b"".join(part for _, part in sorted(parts)) + len(inner).to_bytes(32, "big") + inner


def approving(digest: bytes = DIGEST) -> bytes:
    """Return the call of the library by which a Safe approves a message beforehand."""
    return call("signMessage(bytes)", encode(("bytes32",), (digest,)))


def executing(to: Address, data: bytes, signatures: bytes) -> bytes:
    kinds = "address,uint256,bytes,uint8,uint256,uint256,uint256,address,address"
    return call(f"execTransaction({kinds},bytes)", to, 0, data, 1, 0, 0, 0, ZERO, ZERO, signatures)


def hashing(to: Address, data: bytes, nonce: int) -> bytes:
    kinds = "address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256"
    return call(f"getTransactionHash({kinds})", to, 0, data, 1, 0, 0, 0, ZERO, ZERO, nonce)
