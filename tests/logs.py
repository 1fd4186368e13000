"""The audit log in tests: links that are logged as the bot logs them, and what does not agree with the database."""

from __future__ import annotations

from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.shared.types import GuildId
from bot.domain.wallets.wallet import Wallet
from bot.ports import Repositories, Store
from bot.presentation.audit.log_problems import log_problem_words
from bot.services.audit.audit_log import Audit
from bot.services.wallets.link_checks import subject
from tests.fakes import FakeClock


async def link(repos: Repositories, wallet: Wallet) -> None:
    """Store a link with its entry."""
    await repos.wallets.add(wallet)
    await repos.log.append(
        wallet.guild, Kind.WALLET_LINKED, at=wallet.linked_at, by=wallet.member, subjects=[subject(wallet)]
    )


async def disagreements(store: Store, guild: GuildId) -> list[str]:
    """What the log of a guild and its database do not agree on."""
    verdict = await Audit(store=store, clock=FakeClock()).verify(guild)
    return [log_problem_words(problem) for problem in verdict.problems]
