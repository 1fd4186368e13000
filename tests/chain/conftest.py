from __future__ import annotations

import pytest

from bot.demo.chain.embedded_evm import Evm
from tests.chain.nodes import CHAIN, OWNER, Scene, block_of, wallet

TOKENS = 10**18


@pytest.fixture(scope="session")
def scene() -> Scene:
    """One chain for all: nobody may change it."""
    evm = Evm(chain_id=CHAIN, unfinal=2)
    token = evm.deploy("GovernanceToken", "Moot", "MOOT", sender=OWNER)
    hostile = evm.deploy("Hostile", sender=OWNER)
    for number in range(1, 8):
        evm.send(token, "mint", wallet(number), number * TOKENS // 2, sender=OWNER)
    for mood in range(6):
        evm.send(hostile, "set", wallet(mood + 1), (mood + 1) * TOKENS, mood, sender=OWNER)
    treasury = evm.deploy("Treasury", sender=OWNER)
    badge = evm.deploy("MemberBadge", "Moot Member", "MEMBER", sender=OWNER)
    early = block_of(evm)
    for number in range(1, 8):
        evm.send(token, "mint", wallet(number), number * TOKENS // 2, sender=OWNER)
    late = block_of(evm)
    evm.mine(5)
    return Scene(
        evm=evm,
        token=token,
        hostile=hostile,
        treasury=treasury,
        badge=badge,
        early=early,
        late=late,
        wallets=tuple(wallet(number) for number in range(1, 41)),
    )
