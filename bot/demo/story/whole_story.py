"""The whole story without a browser: members act on the real bot, and what they see is shown and checked."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.demo.acting import ask_to_link, link_wallet, paste_signature, press, type_command
from bot.demo.chain.dao_contracts import DECIMALS, UNFINAL
from bot.demo.page.demo_pages import base_url, free_port
from bot.demo.people import ADA, BEN, CHIARA, DAO, DEV, ESRA, FINN, HOLDERS, MARA, STABLE_SYMBOL, SYMBOL, Person
from bot.demo.stage import Stage, open_stage
from bot.demo.story.chapter import Chapter, Errors
from bot.demo.story.message_texts import said
from bot.demo.story.proof_chapter import Proof
from bot.demo.story.transcript import Transcript
from bot.demo.world import CAMPAIGN, MITOCLOCK, card, found, start_campaign, submit, write
from bot.domain.proposals.proposal import GRACE, State
from bot.domain.shared.amounts import exact
from bot.domain.voting import Verdict

FOR, AGAINST, ABSTAIN = 1, 2, 3


async def tell() -> None:
    """Play the story and print it. Raises StoryBroken at the first promise that does not hold."""
    began, errors = time.monotonic(), Errors()
    logging.getLogger().addHandler(errors)
    try:
        port = free_port()
        async with open_stage(one_channel=False, base_url=base_url(port)) as stage:
            say = Transcript(now=stage.clock.now, name_of=stage.name_of)
            with TemporaryDirectory(prefix="somebody-elses-") as folder:
                proof = Proof(stage, say, port=port, folder=Path(folder))
                for chapter in Story(stage, proof, say).chapters():
                    await chapter()
            say.check("nothing went wrong behind the story's back", holds=not errors.messages)
    finally:
        logging.getLogger().removeHandler(errors)
    print(f"\nAll {say.checked} promises held, in {time.monotonic() - began:.1f} seconds.")


class Story(Chapter):
    """The chapters in order; a later one may use what an earlier one found."""

    def __init__(self, stage: Stage, proof: Proof, say: Transcript) -> None:
        super().__init__(stage, say)
        self.proof = proof
        self.old_card: Any = None

    def chapters(self) -> Sequence[Callable[[], Awaitable[None]]]:
        """Return the chapters to play, in order."""
        return (
            self.the_dao,
            self.a_wallet,
            self.proof.a_page,
            self.a_proposal,
            self.four_vote,
            self.tokens_move,
            self.a_restart,
            self.the_result,
            self.a_milestone,
            self.proof.a_text_changes,
            self.proof.signed_ballots,
            self.proof.a_bundle,
            self.proof.a_changed_byte,
            self.proof.the_log,
            self.proof.one_is_forgotten,
            self.nothing_twice,
        )

    async def the_dao(self) -> None:
        """A moderator sets the DAO up."""
        self.say.heading(f"{DAO}, a DAO that pays for longevity research")
        ledger = self.stage.ledger
        final = ledger.evm.finalized.number
        self.say.note(f"Its contracts stand on an embedded chain. At block {final}:")
        for person in HOLDERS:
            held, vesting = (
                exact(self.facts.balance(of, person, final), DECIMALS) for of in (ledger.token, ledger.vesting)
            )
            self.say.note(f"  {person.display:<14}{held:>18} {SYMBOL}{vesting:>12} still vesting", gap=False)
        await found(self.stage)
        self.say.act(MARA.display, "/config strategies, channels, proposers, voting and web; then /config show")
        shown = await type_command(self.stage, MARA, "config show", where="moderators")
        self.private(MARA, shown)
        self.say.check("everything that the first proposal needs is set", holds="All set" in said(shown))

    async def a_wallet(self) -> None:
        """A wallet is linked by its own signature, and not by another's."""
        self.say.heading("A wallet is linked")
        self.say.act(ADA.display, f"/wallet link {ADA.wallet}")
        asked, text = await ask_to_link(self.stage, ADA)
        self.private(ADA, asked)
        self.say.act(ADA.display, "signs that text with her wallet, presses the button and pastes the signature")
        self.private(ADA, await paste_signature(self.stage, ADA, asked, ADA.sign(text)))
        self.say.check("the wallet is Ada's", holds=await self.facts.wallets(ADA) == [ADA.wallet])
        self.say.act(BEN.display, "asks to link his wallet, but pastes a signature of Ada's")
        asked, text = await ask_to_link(self.stage, BEN)
        self.private(BEN, await paste_signature(self.stage, BEN, asked, ADA.sign(text)))
        self.say.check("it links nothing", holds=not await self.facts.wallets(BEN))
        await paste_signature(self.stage, BEN, asked, BEN.sign(text))
        for person in (CHIARA, DEV):
            await link_wallet(self.stage, person)
        self.say.note("Ben signs it himself; Chiara and Dev link theirs.")
        linked = [await self.facts.wallets(person) == [person.wallet] for person in (ADA, BEN, CHIARA, DEV)]
        self.say.check("four members have a wallet", holds=all(linked))

    async def a_proposal(self) -> None:
        """A proposal goes from draft to vote."""
        self.say.heading("A proposal")
        self.say.act(ADA.display, "/proposal new, fills in the form")
        final = self.stage.ledger.evm.finalized
        drafted = await write(self.stage, ADA, MITOCLOCK)
        self.private(ADA, drafted)
        self.say.act(ADA.display, "presses Submit")
        self.private(ADA, await submit(self.stage, ADA, drafted))
        self.old_card = card(self.stage)
        self.public("proposals", self.old_card)
        proposal = await self.facts.proposal()
        snapshot = self.facts.snapshot(proposal)
        self.say.check(
            f"power is read at block {snapshot.number}, the newest final one at submission, pinned by its hash",
            holds=(snapshot.number, snapshot.hash) == (final.number, final.hash),
        )
        self.say.check("a thread for the discussion grows from the card", holds=proposal.thread is not None)
        self.say.act(FINN.display, "presses For, but has linked no wallet")
        refused = await press(self.stage, FINN, self.old_card, "For")
        self.private(FINN, refused)
        self.say.check("that is not a vote", holds=not await self.facts.ballots())

    async def four_vote(self) -> None:
        """Four members vote, two of them after tokens moved; the card follows."""
        self.say.heading("Four members vote, while tokens move")
        await self._vote(ADA, "For", FOR)
        await self._vote(CHIARA, "For", FOR, show=True)
        self.stage.ledger.move(BEN, ESRA, "500,000")
        await self.stage.pass_time(3_600)
        head = self.stage.ledger.evm.finalized.number
        held = exact(self.facts.balance(self.stage.ledger.token, BEN, head), DECIMALS)
        self.say.note(f"Ben sends 500,000 {SYMBOL} to Esra, which leaves him {held} at block {head}.")
        await self._vote(BEN, "Against", AGAINST, show=True)
        await self._vote(DEV, "Abstain", ABSTAIN)
        await self.stage.pass_time(60)
        self.public("proposals", card(self.stage))
        self.say.check("four ballots are stored", holds=len(await self.facts.ballots()) == 4)  # noqa: PLR2004 - the story's number

    async def _vote(self, person: Person, label: str, mark: int, *, show: bool = False) -> None:
        self.say.act(person.display, f"presses {label}")
        receipt = await press(self.stage, person, self.old_card, label)
        if show:
            self.private(person, receipt)
        ballot = next((ballot for ballot in await self.facts.ballots() if ballot.wallet == person.wallet), None)
        power = await self.facts.power_at_snapshot(person)
        self.say.check(
            f"recorded: {label}, with the {exact(power, DECIMALS)} that the contracts say of the snapshot's block",
            holds=ballot is not None
            and (ballot.mark, ballot.power) == (mark, power)
            and self.facts.tells(receipt, power),
        )

    async def tokens_move(self) -> None:
        """Tokens that moved after the snapshot give no power in this vote."""
        self.say.heading("Power is what it was")
        head = self.stage.ledger.evm.finalized.number
        held = self.facts.balance(self.stage.ledger.token, ESRA, head)
        self.say.act(
            ESRA.display, f"holds {exact(held, DECIMALS)} {SYMBOL} by now, and asks: /power at the proposal, /power"
        )
        then = await type_command(self.stage, ESRA, "power", where="hall", proposal=1)
        self.private(ESRA, then)
        now = await type_command(self.stage, ESRA, "power", where="hall")
        at_snapshot = await self.facts.power_at_snapshot(ESRA)
        self.say.check(
            "for this proposal she has what she held at its block", holds=self.facts.tells(then, at_snapshot)
        )
        self.say.check("for the next one she would have more", holds=held > at_snapshot and self.facts.tells(now, held))
        self.say.act(BEN.display, "/vote status")
        status = await type_command(self.stage, BEN, "vote status", where="hall", proposal=1)
        self.private(BEN, status)
        holds = self.facts.tells(status, await self.facts.power_at_snapshot(BEN))
        self.say.check("his vote counts with what he held then", holds=holds)

    async def a_restart(self) -> None:
        """The bot restarts in the middle; a button from before still works, and a second vote replaces the first."""
        self.say.heading("The bot restarts, and somebody votes again")
        await self.stage.restart()
        self.say.note("Nothing is left of the first process but its database.")
        self.say.act(DEV.display, "presses For on the card from before the restart")
        receipt = await press(self.stage, DEV, self.old_card, "For")
        self.private(DEV, receipt)
        proposal, ballots = await self.facts.proposal(), await self.facts.ballots()
        async with self.stage.app.store.read() as repos:
            history = await repos.ballots.history(proposal.id, DEV.wallet)
        self.say.check("there are still four ballots", holds=len(ballots) == 4)  # noqa: PLR2004 - the story's number
        self.say.check(
            "Dev's last one counts, his first is kept as history", holds=[b.mark for b in history] == [ABSTAIN, FOR]
        )

    async def the_result(self) -> None:
        """Voting ends; the votes are counted and the result is announced."""
        self.say.heading("The vote ends")
        proposal = await self.facts.proposal()
        end = proposal.terms.end if proposal.terms else 0
        await self.stage.env.advance_time(end + 1 - self.stage.clock.now())
        self.say.act(ESRA.display, "presses For a second too late")
        late = await press(self.stage, ESRA, self.old_card, "For")
        self.private(ESRA, late)
        self.say.check(
            "that is not a vote", holds=ESRA.wallet not in {ballot.wallet for ballot in await self.facts.ballots()}
        )
        await self.stage.work()
        self.say.check("nothing is decided within the grace", holds=(await self.facts.proposal()).result is None)
        await self.stage.pass_time(GRACE)
        closed = await self.facts.proposal()
        announced = self.stage.channels["announcements"].last_message
        self.public("announcements", announced)
        if closed.result is None:
            self.say.check("the proposal is counted", holds=False)
            return
        powers = {person: await self.facts.power_at_snapshot(person) for person in (ADA, BEN, CHIARA, DEV)}
        yes = sum(powers[person] for person in (ADA, CHIARA, DEV))
        scores = tuple(closed.result.tally.scores)
        self.say.check("the count is the chain's, to the last digit", holds=scores == (yes, powers[BEN], 0))
        verdict = Verdict.PASSED if yes > powers[BEN] else Verdict.REJECTED
        self.say.check(f"it is {verdict.value}", holds=closed.result.outcome.verdict is verdict)
        self.say.check("and that is what was announced", holds=verdict.value.casefold() in said(announced).casefold())

    async def a_milestone(self) -> None:
        """Money arrives; its milestone is announced once it is final."""
        self.say.heading("A treasury fills")
        self.say.act(MARA.display, f"/campaign new “{CAMPAIGN}”, with three milestones")
        self.private(MARA, await start_campaign(self.stage))
        self.say.note(f"A patron sends 12,400 {STABLE_SYMBOL}. The block is there, but it is not final yet.")
        said_before = len(self.stage.channels["announcements"].history())
        self.stage.ledger.donate("12,400")
        await self.stage.work()
        quiet = len(self.stage.channels["announcements"].history()) == said_before
        self.say.check("nothing is announced before it is final", holds=quiet)
        self.stage.ledger.evm.mine(UNFINAL)
        await self.stage.pass_time(60)
        announced = self.stage.channels["announcements"].last_message
        self.public("announcements", announced)
        self.say.check("the milestone is announced by itself", holds="Ethics approval" in said(announced))
        self.say.check("with a picture of its progress", holds=bool(announced.attachments))

    async def nothing_twice(self) -> None:
        """Every job runs again, and again after a restart and an hour, and nothing is posted twice."""
        self.say.heading("Every job runs again")
        before = self.facts.everything_said()
        await self.stage.work()
        await self.stage.work()
        await self.stage.restart()
        await self.stage.pass_time(3_600)
        self.say.check("nothing is said twice", holds=self.facts.everything_said() == before)
        self.say.check("and the proposal stays closed", holds=await self.facts.state() is State.CLOSED)
