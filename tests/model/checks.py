"""Holding the bot against the book: ballots in the file, tallies while votes run, results with all that proves them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from fractions import Fraction
from functools import partial
from typing import cast

from bot.chain.chain_reader import ChainReader
from bot.cli.verifying.chain_checks import check_chains
from bot.cli.verifying.log_checks import check_log
from bot.cli.verifying.signature_checks import check_signatures
from bot.domain.audit.bundle.checking.bundle_against_log import match
from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.audit.bundle.checking.log_of_proposal import Logged
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.audit.bundle.receipts import check_receipt
from bot.domain.proposals.vote_rules import VoteVisibility
from bot.domain.shared.types import GuildId, MemberId
from bot.domain.voting import Tally
from bot.services.shared.proposal_view import Progress
from tests.builders import GUILD
from tests.model.book import Book, Vote
from tests.model.counting import NEARLY, Decided, Mark
from tests.model.ledger import BY_VOTERS
from tests.model.town import Town, attempt
from tests.second_verifier.bundle import Verified
from tests.second_verifier.log import hold

STRANGER = MemberId(1_100_000_000_000_000_099)


def check_ballots(town: Town, book: Book) -> None:
    """Of each wallet and vote the ballot that should count does, with its power at the snapshot, and no other."""
    standing: dict[int, dict[str, tuple[object, ...]]] = {vote.id: {} for vote in book.votes.values()}
    for row in town.rows():
        if row.counts:
            assert row.wallet not in standing[row.proposal], f"{row.wallet} counts twice"
            standing[row.proposal][row.wallet] = (_mark(row.mark), row.member, row.via, row.receipt, row.power)
            assert sum(map(int, json.loads(row.scores))) == row.power
    for vote in book.votes.values():
        settled = BY_VOTERS not in vote.strategies
        should: dict[str, tuple[object, ...]] = {
            wallet: (b.mark, b.member, b.via, b.press, sum(book.scores(vote, wallet)))
            for wallet, b in vote.ballots.items()
        }
        is_ = standing[vote.id]
        if not settled:
            should = {wallet: row[:-1] for wallet, row in should.items()}
            is_ = {wallet: row[:-1] for wallet, row in is_.items()}
        assert is_ == should, f"ballots of #{vote.number}"


_UNSEEN = {"who voted", "linked power"}
"""What no file can show: that members cast what nobody signed, and who else is in the power of all linked wallets."""
_AMONG_OTHERS = {"recused power", "wholes"}
"""What was read among wallets of which the file does not tell, where power depends on who votes."""


async def check_views(town: Town, book: Book) -> None:
    """What anybody is shown of a running vote is the count so far, or nothing where votes are hidden."""
    for vote in book.votes.values():
        if vote.counted or vote.withdrawn:
            continue
        view = await town.app.proposals.view(GUILD, vote.number, STRANGER)
        assert view.state.value in (vote.state(book.now), "held"), (view.state, vote.state(book.now))
        seen = await town.app.public.proposal(GUILD, vote.number)
        public = seen.tally
        assert seen.kept is None
        scores, winners, turnout = book.tally(vote)
        if vote.settled.shown != "tally":
            assert view.tally is None
            assert public is None
        elif BY_VOTERS not in vote.strategies:
            for told in (view.tally, public):
                assert told is not None
                check_tally(vote, told, scores, winners, turnout)
        _check_progress(vote, view.progress, book, turnout)


async def check_untold(town: Town, book: Book) -> None:
    """Nothing of a vote is handed out before its count: no result, no ballots, and no mark in the log."""
    for vote in book.votes.values():
        if vote.counted:
            continue
        hidden: tuple[Callable[[GuildId, int], Awaitable[object]], ...] = (
            town.app.results.bundle,
            town.app.results.table,
            town.app.results.counted,
        )
        for asked in hidden:
            _, error = await attempt(partial(asked, GUILD, vote.number))
            assert error == "NotCounted", error
        _, receipt = await town.app.results.receipt(GUILD, vote.number, STRANGER)
        assert receipt is None
    export = await town.app.audit.export(GUILD)
    assert b'"mark"' not in gzip.decompress(export.content)


def _check_progress(vote: Vote, told: Progress | None, book: Book, turnout: int) -> None:
    if not vote.settled.way_shown:
        assert told is None
        return
    assert told is not None
    assert told.ballots == len(book.counting(vote))
    if BY_VOTERS in vote.strategies:
        return
    decided = book.decided(vote)
    if vote.settled.shown == str(VoteVisibility.TALLY):
        assert (told.turnout, told.reached) == (turnout, decided.reached)
    else:
        quorum = decided.quorum
        tenths = Fraction(quorum * min(decided.reached * 10 // quorum, 10), 10) if quorum else 0
        assert (told.turnout, told.reached) == (None, tenths)


def check_tally(vote: Vote, told: Tally, scores: list[Fraction], winners: tuple[int, ...], turnout: int) -> None:
    assert told.total == turnout
    if vote.voting == "quadratic":
        near = NEARLY * turnout
        assert all(abs(a - b) <= near for a, b in zip(told.scores, scores, strict=True)), (told.scores, scores)
        top = max(scores)
        assert all(scores[c - 1] >= top - near for c in told.winners)
        assert bool(told.winners) == bool(winners)
    else:
        assert list(told.scores) == scores, (vote.voting, told.scores, scores)
        if vote.voting != "basic":
            assert tuple(told.winners) == winners, (vote.voting, told.winners, winners)


async def check_closed(town: Town, book: Book, vote: Vote) -> None:
    """The result is the model's, and everything that proves it holds."""
    counted = await town.app.results.counted(GUILD, vote.number)
    result, kept = counted.view.proposal.result, counted.kept
    assert result is not None
    assert kept is not None
    scores, winners, turnout = book.tally(vote)
    check_tally(vote, result.tally, scores, winners, turnout)
    assert result.tally.ballots == len(book.counting(vote))
    decided, outcome = book.decided(vote), result.outcome
    said = Decided(
        verdict=outcome.verdict.value,
        leaders=outcome.leaders,
        turnout=outcome.turnout,
        quorum=outcome.quorum,
        reached=outcome.reached,
        approval=outcome.approval,
        whole=outcome.whole,
    )
    if vote.voting != "quadratic":
        assert said == decided, (vote.voting, said, decided)
    else:
        assert (said.turnout, said.quorum, said.reached) == (decided.turnout, decided.quorum, decided.reached)
        if len(winners) == len(said.leaders) == 1:
            assert (said.verdict, said.leaders) == (decided.verdict, decided.leaders)
    file = await town.app.results.bundle(GUILD, vote.number)
    content = unpacked(file)
    contents = read(content)
    findings = list(check(content, contents, expected_cid=kept.cid, expected_root=kept.root))
    findings += [found async for found in check_signatures(contents, None)]
    findings += [found async for found in check_chains(contents, cast("ChainReader", town.ground))]
    names = _UNSEEN | (_AMONG_OTHERS if BY_VOTERS in vote.strategies else set())
    unseen = [found for found in findings if found.state is State.UNCHECKED and found.check in names]
    wrong = [found for found in findings if found.state is not State.HOLDS and found not in unseen]
    assert not wrong, wrong
    await _check_against_log(town, content, contents, kept.cid)
    if contents.linked is not None:
        known = {*book.counting(vote), *vote.out}
        shown = {wallet: power for wallet, power in vote.linked.items() if wallet in known}
        assert dict(contents.votable) == shown, (contents.votable, shown)
        assert contents.linked.total == sum(vote.linked.values())
    for member in {ballot.member for ballot in book.counting(vote).values()} - {0}:
        _, receipt = await town.app.results.receipt(GUILD, vote.number, MemberId(member))
        assert receipt is not None
        found = list(check_receipt(receipt, contents, expected_root=kept.root))
        assert all(one.state is State.HOLDS for one in found), found


async def _check_against_log(town: Town, content: bytes, contents: Contents, cid: str) -> None:
    """The log led to this bundle, by the bot's verifier and by the one that was written from the page alone."""
    export = await town.app.audit.export(GUILD)
    assert export.head is not None
    file = town.path.with_name("log-of-bundle.gz")
    file.write_bytes(export.content)
    logged = Logged(contents.proposal.number)
    findings = list(check_log([str(file)], [export.head.hash], logged.take))
    findings += match(contents, cid, logged, export.head.seq)
    wrong = [found for found in findings if found.state is State.FAILS]
    assert not wrong, wrong
    verified = Verified(content)
    hold(verified, [json.loads(line) for line in gzip.decompress(export.content).splitlines()], export.head.hash)
    assert verified.false == [], verified.false


async def check_log_of(town: Town) -> None:
    """The log agrees with all that is stored, and its export with itself."""
    verdict = await town.app.audit.verify(GUILD)
    assert not verdict.problems, verdict.problems
    export = await town.app.audit.export(GUILD)
    assert export.head is not None
    file = town.path.with_name("log.gz")
    file.write_bytes(export.content)
    findings = list(check_log([str(file)], [export.head.hash]))
    assert all(found.state is State.HOLDS for found in findings), findings


def check_said(town: Town, expected: set[str]) -> None:
    """Everything was said, and nothing twice."""
    said = Counter(key for key, _ in town.voice.posts)
    assert not [key for key, times in said.items() if times > 1], "said twice"
    ours = {key for key in said if key.startswith("proposal/") and "/reason/" not in key}
    assert ours == expected, (ours ^ expected, "said, or not said")


def _mark(text: str) -> Mark:
    mark: int | list[int] = json.loads(text)
    return tuple(mark) if isinstance(mark, list) else mark
