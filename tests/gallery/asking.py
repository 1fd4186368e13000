"""Who opens a form, as far as forms ask: they are named after the process and after the interaction that opens them."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from bot.domain.shared.types import ChainId
from tests.builders import CHAIN, GUILD

CHAINS: Mapping[ChainId, str] = {CHAIN: "Ethereum"}
MANY_CHAINS: Mapping[ChainId, str] = {ChainId(n): f"A chain of the name {n}" for n in range(1, 60)}


def interaction(chains: Mapping[ChainId, str] = CHAINS) -> Any:
    """Return an interaction with ids as long as Discord's are now."""
    app = SimpleNamespace(chain=SimpleNamespace(chains=lambda: chains))
    return SimpleNamespace(
        id=GUILD, guild=None, guild_id=GUILD, client=SimpleNamespace(born="0123abcd", app=app), extras={}
    )
