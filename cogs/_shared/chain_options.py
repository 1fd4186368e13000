"""How members choose among the configured chains, and where each chain's blocks can be looked at."""

from __future__ import annotations

from discord import app_commands

from bot.app.composition import App
from bot.domain.shared.addresses import chain_named_in
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.general import ChainNotChosen, ChainNotConfigured
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import ChainId
from cogs._shared.formatting import plain
from cogs._shared.replies import Interaction

_MOST = 25
"""Choices that Discord shows."""


def explorers(app: App) -> dict[ChainId, str | None]:
    """Return each chain's block explorer, None where the operator named none."""
    return {ChainId(number): chain.explorer for number, chain in app.settings.chains.items()}


def read_from_one(app: App) -> frozenset[ChainId]:
    """Return the chains that are read from one provider only, so that no second one confirms its answers."""
    return frozenset(chain for chain in app.chain.chains() if app.chain.endpoints(chain) < 2)  # noqa: PLR2004 - a second


def chain_named(app: App, text: str | None, *, of: str = "") -> ChainId:
    """Return the chain that a member chose or typed, by number or by name.

    If none was given, it is the only configured one, or the one that the prefix of the address `of` names.

    Raises:
        InvalidInput: no such chain is configured, or several are and none was given.

    """
    chains = app.chain.chains()
    names = [f"{name} ({chain})" for chain, name in sorted(chains.items())]
    if text is None:
        if len(chains) == 1:
            return next(iter(chains))
        if (named := chain_named_in(of)) is not None and named in chains:
            return named
        raise InvalidInput(Field.CHAIN, ChainNotChosen(tuple(names)))
    wanted = text.strip().casefold()
    for chain, name in chains.items():
        if wanted in (str(chain), name.casefold(), f"{name} ({chain})".casefold()):
            return chain
    raise InvalidInput(Field.CHAIN, ChainNotConfigured(tuple(names[:10])))


async def offer_chains(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer the configured chains while a member types."""
    chains = sorted(interaction.client.app.chain.chains().items())
    offered = [(f"{plain(name, 80)} ({chain})", str(chain)) for chain, name in chains]
    typed = current.casefold()
    return [app_commands.Choice(name=name, value=value) for name, value in offered if typed in name.casefold()][:_MOST]
