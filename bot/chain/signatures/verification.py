"""Verifies many claims: keys here, contracts on their chains, two endpoints agreeing where a chain has two."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bot.chain.batch.batch_query import Place
from bot.chain.blocks.block_confirmation import known_at, newest_known
from bot.chain.chain import Chain
from bot.chain.concurrency import gather_all
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.signatures.verdicts import WORTH_A_THREAD, askable, by_contracts, by_keys
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Block, ChainId, Timestamp
from bot.domain.wallets.signature_claim import Claim, Invalid, Unknown, Verdict


async def verify(
    claims: Sequence[Claim],
    chains: Mapping[ChainId, Chain],
    at: Mapping[ChainId, Block],
    before: Timestamp | None = None,
) -> list[Verdict]:
    """Return for each claim, in order, whether its address signed: by its key, else by the contract on its chain.

    A chain is asked at its block in `at`, else at its newest block not later than `before` (in seconds), else at its
    newest block. Claims whose chain cannot be asked are `Unknown`.
    """
    if len(claims) < WORTH_A_THREAD:
        known = by_keys(claims)
    else:
        known = await asyncio.to_thread(by_keys, claims)
    verdicts: list[Verdict] = list(known)
    doubtful: dict[ChainId, list[tuple[int, Claim, Invalid]]] = {}
    for place, (claim, verdict) in enumerate(zip(claims, known, strict=True)):
        if isinstance(verdict, Invalid):
            if (flaw := askable(claim)) is not None:
                verdicts[place] = Invalid(flaw=flaw)
            else:
                doubtful.setdefault(claim.chain, []).append((place, claim, verdict))

    async def of_chain(chain: ChainId, some: Sequence[tuple[int, Claim, Invalid]]) -> None:
        asked = [(claim, verdict) for _, claim, verdict in some]
        found = await _on_chain(chain, chains.get(chain), asked, at.get(chain), before)
        for (place, _, _), verdict in zip(some, found, strict=True):
            verdicts[place] = verdict

    await gather_all(of_chain(chain, some) for chain, some in doubtful.items())
    return verdicts


async def _on_chain(
    number: ChainId,
    chain: Chain | None,
    claims: Sequence[tuple[Claim, Invalid]],
    block: Block | None,
    before: Timestamp | None,
) -> Sequence[Verdict]:
    async def ask(endpoint: Endpoint, place: Place) -> list[Verdict]:
        return await by_contracts(known.contract_queries[endpoint.number], place, claims)

    try:
        if chain is None:
            raise ChainUnavailable(number, ChainFault.NOT_CONFIGURED, "it is not in the settings")  # noqa: TRY301
        known = chain
        if block is None and before is not None:
            block = await known_at(chain.pool, chain.network, before)
        return await chain.at(block or await newest_known(chain.pool), ask, differ=_difference)
    except ChainUnavailable as away:
        return [Unknown(chain=number, fault=away.fault, detail=away.detail)] * len(claims)


def _difference(one: list[Verdict], other: list[Verdict]) -> str:
    count = sum(this != that for this, that in zip(one, other, strict=True))
    return f"{count} of {len(one)} signatures" if count else ""
