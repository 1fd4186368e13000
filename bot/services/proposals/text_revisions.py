"""A proposal's text: its author may change it until voting opens; every version is kept, each change is posted once."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.audit.proposal_document import proposal_cid, text_hash
from bot.domain.proposals.proposal import MAX_VERSIONS, Proposal, State, Text, Version, check_content
from bot.domain.shared.errors import InvalidInput, NotAllowed, NotFound, TextChanged, WrongState
from bot.domain.shared.errors.faults.proposals import TooManyRevisions
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Reserved, Step, Thing
from bot.domain.shared.types import GuildId, MemberId, ProposalId, Timestamp
from bot.ports import Clock, Repositories, Store
from bot.services.announcements.proposal_announcements import announce
from bot.services.audit.log_entries import step
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import known, numbered


class TextRevisions:
    """Changes texts and keeps their versions."""

    def __init__(self, *, store: Store, clock: Clock, clocks: Clocks) -> None:
        self._store, self._clock, self._clocks = store, clock, clocks

    async def edit(
        self,
        guild: GuildId,
        number: int,
        author: MemberId,
        text: Text,
        choices: tuple[str, ...],
        *,
        seen: str,
        said: Timestamp | None = None,
    ) -> Proposal:
        """Replace a proposal's text before voting has opened; only its author may.

        `seen` is the `mark_of` the text that the author changed. A submitted proposal gets a new version and content
        identifier, and the change is announced where the proposal is discussed. The same text again changes nothing.

        Raises:
            NotFound: no such proposal, or somebody else's draft.
            NotAllowed: somebody else's proposal.
            ClocksDiffer: as `Clocks.asked`, for a request that Discord received at `said`.
            WrongState: voting has opened, or it was withdrawn: the text is fixed.
            TextChanged: the text is no longer the one that the author changed.
            InvalidInput: a part of the text is invalid, or there are too many versions.

        """
        async with self._store.read() as repos:
            about = await numbered(repos, guild, number)
        ahead = self._clock.now() - await self._clocks.asked(about.id, said)
        async with self._store.write() as repos:
            moment = Timestamp(self._clock.now() - ahead)
            found = await self._editable(repos, guild, number, author, moment)
            if mark_of(found) != seen:
                raise TextChanged(number=number)
            text = check_content(text, found.voting, choices)
            changed = replace(found, text=text, choices=choices)
            if changed == found:
                return found
            if changed.terms is not None:
                changed = await self._next_version(repos, found, changed, moment)
            await repos.proposals.save(changed)
            if changed.terms is not None:
                await step(repos, changed, Kind.EDITED, moment, by=author)
            await repos.commit()
        return changed

    async def _next_version(
        self, repos: Repositories, found: Proposal, changed: Proposal, moment: Timestamp
    ) -> Proposal:
        now, before = self._clock.now(), await repos.versions.of(found.id)
        if not before:  # it was submitted before versions were kept
            before = [version_of(found, 1, found.submitted_at or now)]
            await repos.versions.add(before[0])
        if len(before) >= MAX_VERSIONS:
            raise InvalidInput(Field.TEXT, TooManyRevisions(MAX_VERSIONS - 1))
        changed = replace(changed, cid=proposal_cid(changed))
        version = version_of(changed, len(before) + 1, moment)
        await repos.versions.add(version)
        await repos.proposals.mark_card_stale(changed.id, now)
        where, step = changed.thread or changed.channel, f"text/{version.number}"
        await announce(repos, changed, Topic.PROPOSAL_CHANGED, step, where, now, {"version": version.number})
        return changed

    async def _editable(
        self, repos: Repositories, guild: GuildId, number: int, author: MemberId, moment: Timestamp
    ) -> Proposal:
        """Return the proposal if its text may be changed at that time. Raises NotFound, NotAllowed, WrongState."""
        proposal = await numbered(repos, guild, number)
        state = proposal.state(moment)
        begun = proposal.terms is not None and (proposal.opened_at is not None or moment >= proposal.terms.start)
        if state is State.PENDING and (begun or await repos.ballots.in_force(proposal.id)):
            state = State.VOTING  # or another clock has reached the start already
        if proposal.author != author and proposal.submitted_at is None:
            raise NotFound(Thing.PROPOSAL, str(number))
        if proposal.author != author:
            raise NotAllowed(Reserved.AUTHOR_EDITS)
        if state not in (State.DRAFT, State.PENDING):
            raise WrongState(number=number, state=state, step=Step.EDIT)
        return proposal

    async def history(self, guild: GuildId, number: int) -> tuple[Proposal, list[Version]]:
        """Return a submitted proposal and every version of its text, oldest first. Raises NotFound, also for drafts."""
        async with self._store.read() as repos:
            proposal = await numbered(repos, guild, number)
            if proposal.terms is None:
                raise NotFound(Thing.PROPOSAL, str(number))
            return proposal, await repos.versions.of(proposal.id)

    async def change(self, proposal: ProposalId, number: int) -> tuple[Proposal, Version, Version]:
        """Return a proposal, its version `number` and the one before that. Raises NotFound."""
        async with self._store.read() as repos:
            found, versions = await known(repos, proposal), await repos.versions.of(proposal)
        pair = [version for version in versions if version.number in (number - 1, number)]
        if len(pair) < 2:  # noqa: PLR2004 - a pair
            raise NotFound(Thing.VERSION, str(number))
        return found, pair[0], pair[1]


def mark_of(proposal: Proposal) -> str:
    """Return what identifies a text: a submitted one's content identifier, a draft's hash."""
    return proposal.cid or text_hash(proposal.text, proposal.choices)


def version_of(proposal: Proposal, number: int, at: Timestamp) -> Version:
    """Return the text of a submitted proposal as its version `number`, written by its author."""
    return Version(
        proposal=proposal.id,
        number=number,
        text=proposal.text,
        choices=proposal.choices,
        cid=proposal.cid or proposal_cid(proposal),
        editor=proposal.author,
        written_at=at,
    )
