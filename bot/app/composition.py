"""Composition root: opens the adapters, gives each service what it needs, closes them in reverse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bot.app.configured_chains import open_chains
from bot.app.system_clock import SystemClock
from bot.ports import ChainReader, Clock, Store
from bot.presentation.pictures.drawing_process import DrawingProcess
from bot.services.announcements.moderator_notices import Notices
from bot.services.announcements.outbox_sender import OutboxSender
from bot.services.audit.audit_log import Audit
from bot.services.audit.bundle_parts import BundleParts
from bot.services.audit.privacy import Privacy
from bot.services.audit.public_pages import PublicPages
from bot.services.audit.result_bundles import Results
from bot.services.audit.retention import Retention
from bot.services.delegation.member_delegations import MemberDelegations
from bot.services.power.voting_power import Power
from bot.services.proposals.drafts import Proposals
from bot.services.proposals.lifecycle import ProposalLifecycle
from bot.services.proposals.proposal_cards import ProposalCards
from bot.services.proposals.snapshot_blocks import Snapshots
from bot.services.proposals.text_revisions import TextRevisions
from bot.services.proposals.withdrawals import Withdrawals
from bot.services.roles.role_evaluation import RoleEvaluation
from bot.services.roles.role_rules import Roles
from bot.services.roles.role_sync import RoleSync
from bot.services.shared.clock_checks import Clocks
from bot.services.spaces.space_list import SpaceList
from bot.services.spaces.space_settings import Spaces
from bot.services.treasury.campaigns import Treasury
from bot.services.treasury.milestone_corrections import MilestoneCorrections
from bot.services.voting.ballot_signing import Signing
from bot.services.voting.recusals import Recusals
from bot.services.voting.vote_casting import Voting
from bot.services.voting.vote_reasons import Reasons
from bot.services.voting.voter_roles import VoterRoles
from bot.services.wallets.ens_names import EnsNames
from bot.services.wallets.link_follow_ups import LinkFollowUps
from bot.services.wallets.owner_signatures import OwnerSignatures
from bot.services.wallets.wallet_linking import Wallets
from bot.services.wallets.web_tickets import Tickets
from bot.settings import Settings, StorageSettings
from bot.storage.maintenance.backups import Backups
from bot.storage.maintenance.process_lease import Lease
from bot.storage.maintenance.unusable_database import Unusable
from bot.storage.start import started
from bot.storage.unit_of_work import SqlStore
from bot.web.audit.voters_page import VoterPages
from bot.web.proposals.proposal_page import ProposalPages
from bot.web.server.site import CannotListen, Pages, Site, application
from bot.web.spaces.feeds import FeedPages
from bot.web.spaces.index_page import IndexPages
from bot.web.voting.vote_page import VotePages
from bot.web.wallets.link_page import LinkPages
from bot.web.wallets.owner_signatures import Owners


class CannotStart(Exception):
    """Something that the bot cannot work without is unusable. Says the remedy; holds no secret."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} — {remedy}")
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The bot without Discord: its services and adapters."""

    settings: Settings
    clock: Clock
    clocks: Clocks
    store: Store
    backups: Backups | None
    chain: ChainReader
    spaces: Spaces
    space_list: SpaceList
    wallets: Wallets
    tickets: Tickets
    link_follow_ups: LinkFollowUps
    owner_signatures: OwnerSignatures
    power: Power
    snapshots: Snapshots
    proposals: Proposals
    text_revisions: TextRevisions
    withdrawals: Withdrawals
    voting: Voting
    voter_roles: VoterRoles
    signing: Signing
    member_delegations: MemberDelegations
    reasons: Reasons
    recusals: Recusals
    lifecycle: ProposalLifecycle
    cards: ProposalCards
    treasury: Treasury
    corrections: MilestoneCorrections
    names: EnsNames
    roles: Roles
    role_evaluation: RoleEvaluation
    role_sync: RoleSync
    outbox: OutboxSender
    notices: Notices
    audit: Audit
    privacy: Privacy
    retention: Retention
    results: Results
    bundle_parts: BundleParts
    public: PublicPages
    drawing: DrawingProcess
    lease: Lease | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        *,
        clock: Clock | None = None,
        chain: ChainReader | None = None,
        drawing: DrawingProcess | None = None,
        alone: bool = False,
    ) -> AsyncIterator[App]:
        """Open everything and bring the database up to date; close it on leaving.

        `clock` and `chain` stand in for the machine's clock and for the chains of the settings; whoever gives a chain,
        or a process for pictures, closes it. `alone` has this process hold the database's lease for the bot of the
        settings' token.

        Raises:
            CannotStart: the database cannot be used, or another process holds the lease.

        """
        clock = clock or SystemClock()
        async with AsyncExitStack() as stack:
            token = settings.discord.token if alone else None
            store = await stack.enter_async_context(open_store(settings.storage, token))
            if chain is None:
                chain = await stack.enter_async_context(open_chains(settings))
            if drawing is None:
                drawing = DrawingProcess()
                stack.push_async_callback(drawing.close)
            app = cls.of(settings=settings, clock=clock, store=store, chain=chain, drawing=drawing)
            yield replace(app, lease=store.lease)

    @classmethod
    def of(cls, *, settings: Settings, clock: Clock, store: Store, chain: ChainReader, drawing: DrawingProcess) -> App:
        """Give each service what it needs."""
        power = Power(store=store, clock=clock, chain=chain)
        spaces = Spaces(store=store, clock=clock, chain=chain, power=power)
        clocks = Clocks(store=store, clock=clock, chain=chain)
        snapshots = Snapshots(store=store, clock=clock, chain=chain, power=power)
        voting, voter_roles = Voting(store=store, clock=clock, power=power, clocks=clocks), VoterRoles()
        results = Results(store=store, clock=clock)
        tickets = Tickets(store=store, clock=clock, base_url=settings.web.base_url)
        return cls(
            settings=settings,
            clock=clock,
            clocks=clocks,
            store=store,
            backups=backups_of(settings.storage),
            chain=chain,
            spaces=spaces,
            space_list=SpaceList(store=store, clock=clock),
            wallets=Wallets(store=store, clock=clock, chain=chain, origin=settings.web.origin),
            tickets=tickets,
            link_follow_ups=LinkFollowUps(store=store, clock=clock, tickets=tickets),
            owner_signatures=OwnerSignatures(store=store, clock=clock, chain=chain, tickets=tickets),
            power=power,
            snapshots=snapshots,
            proposals=Proposals(store=store, clock=clock, power=power, clocks=clocks, snapshots=snapshots),
            text_revisions=TextRevisions(store=store, clock=clock, clocks=clocks),
            withdrawals=Withdrawals(store=store, clock=clock, clocks=clocks),
            voting=voting,
            voter_roles=voter_roles,
            signing=Signing(
                store=store, clock=clock, chain=chain, voting=voting, clocks=clocks, voter_roles=voter_roles
            ),
            member_delegations=MemberDelegations(store=store, clock=clock),
            reasons=Reasons(store=store, clock=clock, clocks=clocks),
            recusals=Recusals(store=store, clock=clock, power=power, clocks=clocks),
            lifecycle=ProposalLifecycle(store=store, clock=clock, power=power, clocks=clocks, snapshots=snapshots),
            cards=ProposalCards(store=store, clock=clock, clocks=clocks),
            corrections=MilestoneCorrections(store=store, clock=clock, chain=chain),
            treasury=Treasury(store=store, clock=clock, chain=chain),
            names=EnsNames(clock=clock, chain=chain),
            roles=Roles(store=store, clock=clock, spaces=spaces, power=power, interval=settings.jobs.roles),
            role_evaluation=RoleEvaluation(store=store, clock=clock, chain=chain, power=power),
            role_sync=RoleSync(store=store, clock=clock),
            outbox=OutboxSender(store=store, clock=clock),
            notices=Notices(store=store, clock=clock),
            audit=Audit(store=store, clock=clock),
            privacy=Privacy(store=store, clock=clock),
            retention=Retention(store=store, clocks=clocks),
            results=results,
            bundle_parts=BundleParts(store=store, clock=clock, results=results),
            public=PublicPages(store=store, clock=clock),
            drawing=drawing,
        )


def web_pages(app: App) -> tuple[Pages, ...]:
    """Return the families of web pages, each with the services that it needs; none without a base_url."""
    origin, chains = app.settings.web.base_url, app.chain.chains()
    if origin is None:
        return ()
    owners = Owners(owner_signatures=app.owner_signatures, clock=app.clock, chains=chains)
    return (
        LinkPages(
            origin=origin,
            tickets=app.tickets,
            wallets=app.wallets,
            follow_ups=app.link_follow_ups,
            spaces=app.spaces,
            clock=app.clock,
            chains=chains,
            owners=owners,
        ),
        IndexPages(servers=app.public, clock=app.clock, origin=origin, chains=chains),
        FeedPages(servers=app.public, origin=origin),
        ProposalPages(proposals=app.public, files=app.results, origin=origin, chains=chains, drawing=app.drawing),
        VoterPages(ballots=app.public),
        VotePages(
            origin=origin,
            tickets=app.tickets,
            signing=app.signing,
            spaces=app.spaces,
            clock=app.clock,
            owners=owners,
        ),
    )


@asynccontextmanager
async def open_site(app: App) -> AsyncIterator[None]:
    """Serve the web pages, if configured, during the `with` block. Raises CannotStart."""
    web = app.settings.web
    if web.base_url is None:
        yield
        return
    made = application(
        web_pages(app),
        base_url=web.base_url,
        trusted_proxies=web.trusted_proxies,
        works=lambda: app.store.fault is None,
    )
    site = Site(made, host=web.host, port=web.port)
    try:
        await site.start()
    except CannotListen as error:
        raise CannotStart(
            f"the web pages cannot listen on {web.host} port {web.port} ({error})",
            "free it, or set web.host and web.port to what the proxy in front passes on to",
        ) from None
    try:
        yield
    finally:
        await site.stop()


class Secret(Protocol):
    """A text that is not shown unless asked for, as pydantic's SecretStr."""

    def get_secret_value(self) -> str:
        """Return the text."""
        ...


@asynccontextmanager
async def open_store(storage: StorageSettings, token: Secret | None = None) -> AsyncIterator[SqlStore]:
    """Open the database and bring it up to date; close it on leaving. With a token, hold its lease meanwhile.

    Raises CannotStart.
    """
    bot = token.get_secret_value() if token else None
    file = storage.file
    async with AsyncExitStack() as stack:
        try:
            opened = started(
                storage.url.get_secret_value(), file and file.absolute(), backups_of(storage), SystemClock().now(), bot
            )
            store = await stack.enter_async_context(opened)
        except Unusable as error:
            raise CannotStart(error.flaw.problem, error.flaw.remedy) from None
        yield store


def backups_of(storage: StorageSettings) -> Backups | None:
    """Return the backups of the database's file as configured; None for PostgreSQL."""
    if storage.file is None:
        return None
    file = storage.file.absolute()
    folder = Path(storage.backup_folder) if storage.backup_folder else file.parent / "backups"
    return Backups(file, folder.absolute(), storage.backups)
