"""A walk through every method of every repository, in a database in which something of everything stands."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import product
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.announcements.announcement import Recurring, Topic
from bot.domain.audit.bundle.writing.bundle_builder import Bundle
from bot.domain.audit.log.entry_kinds import FORMER, Kind, Votes
from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation
from bot.domain.roles.role_rules import Step
from bot.domain.shared.contract_events import Event, Extent
from bot.domain.shared.types import ChannelId, GuildId, MemberId, ProposalId, RoleId, Units
from bot.domain.voting.ballot import ChangeReason, PowerChange
from bot.domain.voting.ballot_listing import BallotListing, Order
from bot.domain.voting.recusal import FormerMember, Recusal
from bot.domain.wallets.owner_signatures import SharedSigning
from bot.domain.wallets.wallet import Kind as WalletKind
from bot.domain.wallets.wallet import Move
from bot.domain.wallets.web_ticket import Purpose, Ticket
from bot.storage.driver.engine import for_writing
from bot.storage.repositories.voting.counting_ballots import Memory
from bot.storage.unit_of_work import SqlRepositories
from tests.builders import (
    AUTHOR,
    CHAIN,
    GUILD,
    MODERATORS,
    NOW,
    VOTER,
    a_ballot,
    a_block,
    a_campaign,
    a_challenge,
    a_draft,
    a_member_delegation,
    a_milestone,
    a_power,
    a_proposal,
    a_reading,
    a_result,
    a_space,
    a_version,
    a_wallet,
    a_watch,
    an_address,
)
from tests.storage.repositories.test_roles import a_rule, a_status
from tests.storage.statements.recording import Recording, Said

BEGINNING = "what stands from the beginning"
OTHER = GuildId(GUILD + 1)
_REACHED = a_milestone(1, reached_at=NOW, reached_by=a_reading())
_TICKET = Ticket(
    digest="digest",
    purpose=Purpose.LINK,
    guild=GUILD,
    member=VOTER,
    guild_name="Methuselah Commons",
    member_name="Ada",
    issued_at=NOW,
    expires_at=NOW,
)
_SHARED = SharedSigning(
    key="key",
    guild=GUILD,
    member=VOTER,
    wallet=an_address(1),
    chain=CHAIN,
    digest=b"digest",
    written_at=NOW,
    expires_at=NOW,
)
_DELEGATIONS = [a_member_delegation(), a_member_delegation(everywhere=True)]
_SUBJECTS = [
    ("space",),
    ("sub-space", 2),
    ("wallet", VOTER, an_address(1)),
    ("mandates", AUTHOR, NOW),
    ("proposal", 1),
    ("watch", 1),
    ("campaign", 1),
    ("role rule", 1),
    ("role held", VOTER, 1),
]
_TIMES = ("at", "now", "joined", "since", "before", "expired", "moved", "written_at", "retry_at", "next_at", "ended")
_GIVEN: Mapping[str, list[Any]] = {
    **{name: [NOW] for name in _TIMES},
    "about": [{"author": AUTHOR}],
    "address": [an_address(1)],
    "after": [0],
    "announcement": [1],
    "asked": [
        BallotListing(),
        BallotListing(order=Order.WALLET, begins="0", ends="1", without=frozenset([an_address(2)])),
        BallotListing(order=Order.TIME),
    ],
    "archived": [True, False],
    "author": [AUTHOR],
    "ballot": [a_ballot()],
    "bundle": [Bundle(content=b"{}", cid="cid", root="root")],
    "but": [frozenset()],
    "by": [VOTER],
    "campaign": [1],
    "cast": [[a_ballot()]],
    "chain": [CHAIN],
    "changes": [
        [PowerChange(wallet=an_address(1), before=(Units(1),), after=(Units(2),), at=NOW, why=ChangeReason.READ_AGAIN)]
    ],
    "channel": [MODERATORS],
    "delegate": [VOTER],
    "delegator": [AUTHOR],
    "digest": ["digest"],
    "draft": [a_draft()],
    "events": [[Event(address=an_address(1), topics=("0x01",), data="0x", block=5, block_hash="0xab", index=1)]],
    "extent": [Extent(first=0, last=a_block(), witnesses=("a",))],
    "facts": [{}],
    "first": [0],
    "given": _DELEGATIONS,
    "guild": [GUILD],
    "ids": [["id"]],
    "key": ["key"],
    "kind": [WalletKind.ACCOUNT],
    "label": ["mine"],
    "last": [9],
    "limit": [5],
    "only_take": [False, True],
    "member": [VOTER],
    "member_delegation": _DELEGATIONS,
    "members": [[VOTER]],
    "message": [1],
    "milestone": [2],
    "move": [Move(guild=GUILD, member=VOTER, address=an_address(1), moved_at=NOW)],
    "name": ["Another"],
    "nonce": ["nonce0001"],
    "number": [1],
    "packed": [b""],
    "powers_read": [[a_power(1, 5), a_power(2), a_power(7)], [a_power(1)]],
    "proposal": [1],
    "reading": [a_reading()],
    "readings_made": [[a_reading()]],
    "reason": ["why"],
    "rescored": [True, False],
    "rule": [1],
    "shared": [_SHARED],
    "space": [a_space()],
    "status": [a_status()],
    "statuses": [[a_status()]],
    "step": [Step.GIVING],
    "subscription": ["pairs"],
    "ticket": [_TICKET],
    "topic": [Topic.NOTICE],
    "upto": [9],
    "viewer": [VOTER],
    "wallet": [an_address(1)],
    "wallets": [[an_address(1)], [an_address(1), an_address(2)]],
    "watch": [a_watch(reading=a_reading())],
}
"""What methods are given, by the name of the parameter."""
_RECUSAL = Recusal(member=VOTER, by=MemberId(AUTHOR), at=NOW, wallets=())
_RECUSALS = (_RECUSAL, replace(_RECUSAL, member=FORMER, former=FormerMember.of("5a" * 32, MemberId(7))))
_GIVEN_TO: Mapping[str, list[Any]] = {
    "proposals.counted_in.offset": [0],
    "proposals.counted_in.spaces": [[1]],
    "proposals.how_many_counted_in.spaces": [[1]],
    "proposals.opened_in.spaces": [[1]],
    "proposals.uncounted_in.spaces": [[1]],
    "spaces.get.space": [1],
    "spaces.add.guild": [OTHER],
    "treasury.watches.space": [1],
    "treasury.remove_watch.space": [1],
    "treasury.campaigns.space": [1],
    "roles.of_space.space": [1],
    "outbox.add.space": [1],
    "outbox.notices.space": [a_space(), a_space(id=2, number=2)],
    "wallets.add.wallet": [a_wallet(8)],
    "wallets.add_challenge.challenge": [a_challenge("new")],
    "proposals.newest_submission.space": [1, None],
    "member_delegations.newest_change.space": [1],
    "member_delegations.at.space": [1],
    "member_delegations.around.space": [1],
    "proposals.save.proposal": [a_proposal(recusals=_RECUSALS)],
    "proposals.close.proposal": [a_proposal(result=a_result(), recusals=_RECUSALS)],
    "versions.add.version": [a_version(2)],
    "treasury.add_campaign.campaign": [a_campaign(reading=a_reading())],
    "treasury.unreach.milestone": [_REACHED],
    "outbox.add.key": ["new"],
    "outbox.add.recurring": [Recurring(since=NOW, said="decided")],
    "delegations.put.facts": [[Delegation(delegator=an_address(1), id=EVERYWHERE, delegate=None, block=5, index=1)]],
    "tickets.add.ticket": [replace(_TICKET, digest="new")],
    "shared.add.shared": [replace(_SHARED, key="new")],
    "shared.of.proposal": [1, None],
    "roles.add.rule": [a_rule(RoleId(8))],
    "roles.save.rule": [a_rule(number=1)],
    "bundles.add.proposal": [2],
    "log.append.kind": [Kind.BALLOTS],
    "log.append.facts": [None],
    "log.append.subjects": [_SUBJECTS],
    "log.append.votes": [Votes(proposal=1, cast=[a_ballot(3)])],
    "log.made_salt.member": [VOTER, AUTHOR],
}
"""What one method is given instead."""


async def said(engine: AsyncEngine) -> list[Said]:
    """Call every method in every way, each time in a transaction that is undone, and return what was run."""
    found: list[Said] = []
    async with _transaction(engine, Recording(found, BEGINNING)) as repos:
        await _store_everything(repos)
        await repos.connection.commit()
    for repository, method, function in methods():
        for given in calls(repository, method, function):
            recording = Recording(found, f"{repository}.{method}{_way(repository, method, given)}")
            async with _transaction(engine, recording) as repos:
                answer = getattr(getattr(repos, repository), method)(**given)
                if isinstance(answer, AsyncIterator):
                    async for _ in answer:
                        pass
                else:
                    await answer
    return found


def methods() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every repository by its name in a transaction, with every public method."""
    for name, opened in vars(SqlRepositories).items():
        kind = getattr(opened, "_kind", None)
        for method, function in vars(kind).items() if kind is not None else ():
            if inspect.isfunction(function) and not method.startswith("_"):
                yield name, method, function


def calls(repository: str, method: str, function: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """The arguments of each call of a method, in every way in which it can be asked."""
    chosen = []
    for name in list(inspect.signature(function).parameters)[1:]:
        values = _GIVEN_TO.get(f"{repository}.{method}.{name}") or _GIVEN.get(name)
        assert values, f"the walk does not know what to give {repository}.{method} as “{name}”"
        chosen.append([(name, value) for value in values])
    return (dict(each) for each in product(*chosen))


def _way(repository: str, method: str, given: Mapping[str, Any]) -> str:
    """How a method was asked, where it answers for all servers if asked so."""
    values = {name: value for name, value in given.items() if f"{repository}.{method}.{name}" in _GIVEN_TO}
    if None in values.values():
        return "(None)"
    return "(everywhere)" if any(getattr(value, "everywhere", False) for value in given.values()) else ""


@asynccontextmanager
async def _transaction(engine: AsyncEngine, recording: Recording) -> AsyncIterator[SqlRepositories]:
    async with for_writing(engine).connect() as connection:
        await connection.begin()
        recording.connection = connection
        yield SqlRepositories(cast("AsyncConnection", recording), memory=Memory())


async def _store_everything(repos: SqlRepositories) -> None:
    """Store something of everything in one server."""
    await repos.spaces.add(GUILD, "Methuselah Commons")
    await repos.proposals.add(a_proposal(recusals=_RECUSALS))
    await repos.proposals.add(a_draft())
    await repos.proposals.add(a_draft(author=VOTER))
    await repos.proposals.mark_card_stale(ProposalId(1), NOW)
    await repos.versions.add(a_version())
    for number in (1, 2):
        await repos.wallets.add(a_wallet(number))
        await repos.ballots.cast(a_ballot(number))
    await repos.ballots.add_powers(ProposalId(1), [a_power(1), a_power(2)], NOW)
    await repos.wallets.add_challenge(a_challenge())
    await repos.treasury.add_watch(a_watch())
    await repos.treasury.add_campaign(a_campaign(milestones=(_REACHED, a_milestone(2))))
    await repos.outbox.add(key="key", topic=Topic.NOTICE, guild=GUILD, channel=ChannelId(VOTER), facts={}, at=NOW)
    await repos.member_delegations.give(a_member_delegation())
    await repos.tickets.add(_TICKET)
    await repos.shared.add(_SHARED)
    await repos.roles.add(a_rule())
    await repos.roles.put([a_status()])
    await repos.bundles.add(ProposalId(1), Bundle(content=b"{}", cid="cid", root="root"), b"", NOW)
    await repos.log.made_salt(GUILD, VOTER)
