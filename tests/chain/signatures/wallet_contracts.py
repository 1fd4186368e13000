"""Contracts that sign, and contracts that misbehave when they are asked whether they did; claims about all of them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from eth_abi.abi import encode
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak
from eth_typing import Hash32

from bot.domain.shared.types import Address, ChainId
from bot.domain.wallets.erc6492_signature import SUFFIX
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Unknown, Valid, Verdict
from bot.domain.wallets.signature_flaw import Flaw

CONTRACTS = Path(__file__).parents[2] / "contracts"
KEY, STRANGER = Account.from_key("0x" + "51" * 32), Account.from_key("0x" + "52" * 32)
DIGEST = keccak(b"what is signed")
NOWHERE = Address("0x" + "ee" * 20)
MOODS = 16
SAYS: dict[int, Kind | Flaw] = {
    0: Kind.CONTRACT, 1: Flaw.FAILED, 2: Flaw.FAILED, 3: Flaw.REFUSED, 4: Flaw.REFUSED, 5: Flaw.REFUSED,
    6: Flaw.REFUSED, 7: Flaw.REFUSED, 8: Flaw.REFUSED, 9: Flaw.FAILED, 10: Flaw.FAILED, 11: Flaw.FAILED,
    12: Flaw.FAILED, 13: Flaw.REFUSED, 14: Flaw.REFUSED, 15: Kind.LEGACY,
}  # fmt: skip
"""What each mood of an `OddWallet` comes to: only yes to everything, in the new form or the old, is a yes."""


def creation(name: str, *args: tuple[str, object]) -> bytes:
    """Return the data of the transaction that creates one of the tests' contracts."""
    artefact = json.loads((CONTRACTS / f"{name}.json").read_bytes())
    return bytes.fromhex(artefact["bytecode"][2:]) + encode([kind for kind, _ in args], [value for _, value in args])


def call(signature: str, *args: object) -> bytes:
    """Return the data of a call."""
    kinds = signature.partition("(")[2].removesuffix(")")
    return keccak(signature.encode())[:4] + (encode(kinds.split(","), args) if kinds else b"")


def by(key: LocalAccount, digest: bytes = DIGEST) -> bytes:
    return bytes(key.unsafe_sign_hash(Hash32(digest)).signature)


def wrapped(factory: Address, preparation: bytes, signature: bytes) -> bytes:
    """Write a signature as EIP-6492 says, by another encoder than ours."""
    return encode(("address", "bytes", "bytes"), (factory, preparation, signature)) + SUFFIX


def address(key: LocalAccount) -> Address:
    return Address(key.address.lower())


@dataclass
class Town:
    """What stands on a chain; `claims` says of each claim what it must come to."""

    chain: ChainId
    owned: Address = NOWHERE
    legacy: Address = NOWHERE
    open: Address = NOWHERE
    factory: Address = NOWHERE
    odd: list[Address] = field(default_factory=list)

    async def build(self, deploy: Callable[[bytes], Awaitable[Address]]) -> Town:
        owner = ("address", KEY.address)
        self.owned, self.legacy = (
            await deploy(creation("OwnedWallet", owner)),
            await deploy(creation("LegacyWallet", owner)),
        )
        self.open, self.factory = await deploy(creation("OpenWallet")), await deploy(creation("WalletFactory"))
        self.odd = [await deploy(creation("OddWallet", ("uint256", mood))) for mood in range(MOODS)]
        return self

    def future(self, salt: int, owner: LocalAccount = KEY) -> Address:
        """Where the factory puts a wallet."""
        code = keccak(creation("OwnedWallet", ("address", owner.address)))
        digest = keccak(b"\xff" + bytes.fromhex(self.factory[2:]) + salt.to_bytes(32, "big") + code)
        return Address("0x" + digest[12:].hex())

    def making(self, how: str, salt: int) -> bytes:
        return call(f"{how}(address,bytes32)", KEY.address, salt.to_bytes(32, "big"))

    def claim(self, of: Address, signature: bytes, digest: bytes = DIGEST) -> Claim:
        return Claim(chain=self.chain, address=of, digest=digest, signature=signature)

    def future_claim(self, how: str = "make", salt: int = 1, *, at: int = 1, signature: bytes | None = None) -> Claim:
        """A claim of the wallet that salt `at` makes, which comes with a call that makes the one of `salt`."""
        inner = by(KEY) if signature is None else signature
        return self.claim(self.future(at), wrapped(self.factory, self.making(how, salt), inner))

    def claims(self) -> list[tuple[str, Claim, Kind | Flaw]]:
        other = by(KEY, keccak(b"something else"))
        call_open = call("open()")
        return [
            ("an account", self.claim(address(KEY), by(KEY)), Kind.ACCOUNT),
            ("a stranger", self.claim(address(KEY), by(STRANGER)), Flaw.OTHER_SIGNER),
            ("no signature", self.claim(address(KEY), b"\1\2\3"), Flaw.MALFORMED),
            ("opens another wallet", self.claim(NOWHERE, wrapped(self.open, call_open, b"")), Flaw.NOT_MADE),
            ("an unopened wallet", self.claim(self.open, b""), Flaw.REFUSED),
            ("opens itself", self.claim(self.open, wrapped(self.open, call_open, b"")), Flaw.REFUSED),
            ("a contract", self.claim(self.owned, by(KEY)), Kind.CONTRACT),
            ("a contract's stranger", self.claim(self.owned, by(STRANGER)), Flaw.REFUSED),
            ("another digest", self.claim(self.owned, other), Flaw.REFUSED),
            ("an old contract", self.claim(self.legacy, by(KEY)), Kind.LEGACY),
            ("an old contract's stranger", self.claim(self.legacy, by(STRANGER)), Flaw.FAILED),
            *((f"mood {mood}", self.claim(self.odd[mood], b"please"), says) for mood, says in SAYS.items()),
            ("yes to all is for itself", self.claim(NOWHERE, b"please"), Flaw.MALFORMED),
            ("no wallet but a token", self.claim(self.factory, by(KEY)), Flaw.FAILED),
            ("not deployed", self.future_claim(), Kind.COUNTERFACTUAL),
            ("not deployed, again", self.future_claim(), Kind.COUNTERFACTUAL),
            ("not deployed, a stranger's", self.future_claim(signature=by(STRANGER)), Flaw.REFUSED),
            ("the factory makes another", self.future_claim(salt=2), Flaw.NOT_MADE),
            ("the factory reverts", self.future_claim("makeAndRevert"), Flaw.NOT_MADE),
            ("the factory burns all", self.future_claim("makeAndBurn"), Flaw.NOT_MADE),
            ("the factory destroys itself", self.future_claim("makeAndDie"), Kind.COUNTERFACTUAL),
            ("the factory is still there", self.future_claim(salt=3, at=3), Kind.COUNTERFACTUAL),
            ("no factory", self.claim(NOWHERE, wrapped(NOWHERE, b"make", by(KEY))), Flaw.NOT_MADE),
            (
                "a wrapper in a wrapper",
                self.future_claim(signature=wrapped(self.factory, self.making("make", 1), by(KEY))),
                Flaw.REFUSED,
            ),
            ("wrapped and deployed", self.claim(self.owned, wrapped(self.factory, b"", by(KEY))), Kind.CONTRACT),
            ("an old yes to all, wrapped", self.claim(self.odd[15], wrapped(NOWHERE, b"", b"please")), Flaw.REFUSED),
            ("truncated", self.claim(self.owned, wrapped(self.factory, b"", by(KEY))[40:]), Flaw.WRAPPER),
            ("the suffix alone", self.claim(self.owned, SUFFIX), Flaw.WRAPPER),
            ("too long", self.claim(self.owned, bytes(16_385)), Flaw.TOO_LONG),
            ("last of all, a contract", self.claim(self.owned, by(KEY)), Kind.CONTRACT),
        ]


def gist(verdict: Verdict) -> Kind | Flaw | str:
    match verdict:
        case Valid(kind=kind):
            return kind
        case Invalid(flaw=flaw):
            return flaw
        case Unknown(fault=fault):
            return f"unknown: {fault}"
