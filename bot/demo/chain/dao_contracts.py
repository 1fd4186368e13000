"""The DAO's contracts on its chain: who holds what, and transfers of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from eth_account.signers.local import LocalAccount

from bot.demo.chain.embedded_evm import Evm, Sealed
from bot.demo.people import DAO, FOUNDATION, PATRON, PEOPLE, STABLE_SYMBOL, SYMBOL, VESTING_SYMBOL, Person
from bot.domain.shared.amounts import parse_amount
from bot.domain.shared.types import Address

BLOCK_TIME, UNFINAL = 12, 2
"""Seconds between blocks, and how many of the newest blocks are not final yet."""
DECIMALS, STABLE_DECIMALS = 18, 6
YEAR = 365 * 86_400
_SUPPLY, _GRANTS, _GIFTS = "10000000", "1000000", "5000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaoContracts:
    """The DAO's contracts on the embedded chain."""

    evm: Evm
    token: Address
    vesting: Address
    stablecoin: Address
    treasury: Address

    @classmethod
    def deploy(cls, evm: Evm) -> DaoContracts:
        """Deploy the contracts and distribute the first holdings, a transaction and a block each."""
        token = evm.deploy("GovernanceToken", DAO, SYMBOL, sender=FOUNDATION)
        vesting = evm.deploy("VestingToken", f"Vesting {DAO}", f"v{SYMBOL}", token, sender=FOUNDATION)
        stablecoin = evm.deploy("Stablecoin", "Hearth dollar", STABLE_SYMBOL, sender=FOUNDATION)
        treasury = evm.deploy("Treasury", sender=FOUNDATION)
        ledger = cls(evm=evm, token=token, vesting=vesting, stablecoin=stablecoin, treasury=treasury)
        everything = Address(FOUNDATION.address.lower())
        evm.send(token, "mint", everything, parse_amount(_SUPPLY, DECIMALS), sender=FOUNDATION)
        evm.send(token, "approve", vesting, parse_amount(_GRANTS, DECIMALS), sender=FOUNDATION)
        gifts = parse_amount(_GIFTS, STABLE_DECIMALS)
        evm.send(stablecoin, "mint", Address(PATRON.address.lower()), gifts, sender=FOUNDATION)
        for person in PEOPLE:
            ledger._endow(person)
        return ledger

    def _endow(self, person: Person) -> None:
        if held := parse_amount(person.tokens, DECIMALS):
            self.evm.send(self.token, "transfer", person.wallet, held, sender=FOUNDATION)
        if vesting := parse_amount(person.vesting, DECIMALS):
            start = self.evm.head.header.timestamp
            cliff, end = start + YEAR // 4, start + 2 * YEAR
            self.evm.send(self.vesting, "grant", person.wallet, vesting, start, cliff, end, sender=FOUNDATION)
        if person.delegated:
            self.evm.send(self.token, "delegate", person.wallet, sender=person.account)

    def strategies(self) -> str:
        """Return the DAO's strategies as Snapshot's JSON: tokens held, and tokens still vesting."""
        network = str(self.evm.chain_id)
        return json.dumps(
            [
                {
                    "name": "erc20-balance-of",
                    "network": network,
                    "params": {"address": address, "symbol": symbol, "decimals": DECIMALS},
                }
                for address, symbol in ((self.token, SYMBOL), (self.vesting, VESTING_SYMBOL))
            ]
        )

    def move(self, giver: Person, taker: Person, amount: str) -> Sealed:
        """Send governance tokens from one member to another. Raises InvalidInput, or Reverted if they lack them."""
        units = parse_amount(amount, DECIMALS)
        return self.evm.send(self.token, "transfer", taker.wallet, units, sender=giver.account)

    def donate(self, amount: str, giver: LocalAccount = PATRON) -> Sealed:
        """Send stablecoins to the treasury. Raises InvalidInput, or Reverted if the giver lacks them."""
        units = parse_amount(amount, STABLE_DECIMALS)
        return self.evm.send(self.stablecoin, "transfer", self.treasury, units, sender=giver)

    def catch_up(self, now: int) -> None:
        """Mine the blocks that bring the newest final block's time close to `now`."""
        for behind in range(UNFINAL, -1, -1):
            self.evm.travel(now - behind * BLOCK_TIME)
