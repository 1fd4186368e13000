"""The members of the demo's DAO, Hearthspan, which pays for research into longer healthy lives. All is invented."""

from __future__ import annotations

from dataclasses import dataclass

from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from bot.demo.chain.genesis import account
from bot.domain.shared.types import Address

DAO = "Hearthspan"
SYMBOL, VESTING_SYMBOL, STABLE_SYMBOL = "SPAN", "SPAN vesting", "USDH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of the DAO. The demo holds the key of their wallet: `account(key)` of the embedded chain.

    `tokens` and `vesting` are what they begin with, in whole tokens as text; `delegated` says whether they have
    delegated their votes to themselves.
    """

    name: str
    display: str
    key: int
    tokens: str = "0"
    vesting: str = "0"
    delegated: bool = False

    @property
    def account(self) -> LocalAccount:
        """The wallet's account, with its key."""
        return account(self.key)

    @property
    def wallet(self) -> Address:
        """The wallet's address."""
        return Address(self.account.address.lower())

    def sign(self, text: str) -> str:
        """Return the wallet's signature of a text (EIP-191), in hexadecimal."""
        return "0x" + self.account.sign_message(encode_defunct(text=text)).signature.hex()


FOUNDATION = account(0)
"""The account that deploys the contracts and owns the treasury."""
PATRON = account(1)
"""The account of a donor outside the DAO."""

ADA = Person(name="ada", display="Ada Okafor", key=2, tokens="412000.5", delegated=True)
BEN = Person(name="ben", display="Ben Lindqvist", key=3, tokens="640000")
CHIARA = Person(name="chiara", display="Chiara Rossi", key=4, vesting="300000")
DEV = Person(name="dev", display="Dev Raman", key=5, tokens="86400.25", vesting="120000", delegated=True)
ESRA = Person(name="esra", display="Esra Demir", key=6, tokens="54321.123456789", delegated=True)
FINN = Person(name="finn", display="Finn Moore", key=7)
MARA = Person(name="mara", display="Mara Holt", key=8, tokens="30000")
NOOR = Person(name="noor", display="Noor Haddad", key=9, tokens="25000")

PEOPLE = (ADA, BEN, CHIARA, DEV, ESRA, FINN, MARA, NOOR)
HOLDERS = (ADA, BEN, CHIARA, DEV, ESRA)
"""The members who have voting power from the beginning. Noor and Mara, the moderator, have tokens but no linked wallet,
Finn has neither."""


def signer(wallet: Address) -> Person | None:
    """Return the person whose wallet it is, None if the demo does not hold its key."""
    return next((person for person in PEOPLE if person.wallet == wallet), None)
