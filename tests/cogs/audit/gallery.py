"""What proves things: results with their files, the log's heads and checks, receipts, and what forgetting does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import discord

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.bundle.writing.bundle_builder import StoredBundle
from bot.domain.audit.log.hash_chain import Entry
from bot.domain.audit.log.log_problem import (
    BallotFlaw,
    BallotPersonProblem,
    BallotProblem,
    Break,
    ChainFlaw,
    EntryFlaw,
    EntryProblem,
    HashUnknown,
    Person,
    Problem,
    RowFlaw,
    RowPersonProblem,
    RowProblem,
)
from bot.domain.proposals.proposal import GRACE, Proposal, Result
from bot.domain.shared.types import ChainId, ChannelId, MessageId, RoleId, Timestamp, Units
from bot.domain.voting import OFFERED, Ballots, decide, tally
from bot.services.audit.audit_log import Export, Verdict
from bot.services.audit.privacy import Forgotten, Preview
from bot.services.audit.result_bundles import CountedView
from bot.services.shared.proposal_view import ProposalView
from cogs.audit.log_cards import export_words, head_card, verdict_card
from cogs.audit.privacy_messages import asked_words, forgotten_words
from cogs.audit.proof_button import fixed_card
from cogs.audit.result_cards import part_card, receipt_words, results_card
from cogs.audit.result_files import result_files
from tests.builders import (
    CHAIN,
    GUILD,
    NOW,
    ONE,
    a_block,
    a_proposal,
    a_tombstone,
    an_address,
    an_announcement,
    some_terms,
)
from tests.cogs.proposals.card_states import CITIES, LABELS, REF, TEXTS, marks
from tests.gallery.asking import CHAINS
from tests.gallery.messages import Message, Reply, Shown

_EXPLORERS = {CHAIN: "https://explorer.example"}
_KEPT = StoredBundle(cid="bafkrei" + "w" * 52, root="0x" + "ab" * 32, size=123_456, made_at=NOW)
_HEAD = Entry(seq=1_234_567, content="{}", hash="ab" * 32)
_MANY = {ChainId(n): a_block(99_999_999, chain=ChainId(n)) for n in range(1, 11)}


def shown() -> Iterator[Shown]:
    """Return all of it."""
    for name, message, says in (*_results(), *_log(), *_forgetting()):
        yield Shown(section="audit", name=name, message=message, says=(says,))


def _counted(proposal: Proposal, first: tuple[int, ...]) -> Proposal:
    terms = proposal.terms or some_terms()
    cast = [(marks(proposal.voting, len(proposal.choices), n), n * ONE, (n * ONE,)) for n in first]
    counted = tally(proposal.voting, len(proposal.choices), Ballots.of(cast, 1))
    outcome = decide(proposal.voting, counted, terms.quorum_rule, terms.threshold)
    return replace(proposal, result=Result(tally=counted, outcome=outcome, counted_at=Timestamp(terms.end + GRACE)))


def _proposals() -> Iterator[tuple[str, Proposal]]:
    labels = ("For", "Against", "Abstain")
    posted: dict[str, Any] = {"channel": ChannelId(GUILD), "card": MessageId(GUILD), "cid": "bafkrei" + "w" * 52}
    for voting in OFFERED:
        yield voting, a_proposal(voting=voting, choices=labels if voting == "basic" else CITIES, **posted)
    for kind, text in TEXTS.items():
        choices = LABELS.get(kind, CITIES)
        yield kind, a_proposal(text=text, voting="ranked-choice", choices=choices, number=2**31, **posted)
    terms = some_terms(snapshot=_MANY, quorum=Units(100 * ONE))
    many = tuple(f"{n}. " + "*laboratory* " * 7 for n in range(1, 26))
    yield (
        "25 choices, ten chains",
        a_proposal(text=TEXTS["longest"], voting="star", choices=many, terms=terms, **posted),
    )


def _results() -> Iterator[tuple[str, Message, str]]:
    for kind, proposal in _proposals():
        for name, first in (("two voters", (1, 2)), ("one voter", (1,)), ("nobody", ())):
            done = _counted(proposal, first)
            found = CountedView(view=ProposalView(proposal=done, tally=None, now=NOW, progress=None), kept=_KEPT)
            page = f"https://folkmoot.example/p/{GUILD}/1"
            card = results_card(found, CHAINS, _EXPLORERS, [result_files(done)], page=page)
            yield f"result, {name}, {kind}", card, "Check it yourself"
        without = replace(found, kept=None)
        yield f"result, without a bundle, {kind}", results_card(without, CHAINS, {}), "before results had bundles"
        for part, of in ((1, 2), (99, 99)):
            file = discord.File(io.BytesIO(b"x"), f"proposal-1-result.json.gz.part{part}of{of}")
            yield f"part {part} of {of}, {kind}", part_card(found, part, of, REF, file), f"part {part} of {of}"
        yield f"proof, open, {kind}", fixed_card(proposal, CHAINS, _EXPLORERS), "fixed by this identifier"
        gone = replace(proposal, tombstone=a_tombstone())
        yield f"proof, taken back, {kind}", fixed_card(gone, CHAINS, _EXPLORERS), "fixed by this identifier"
        yield f"receipt, open, {kind}", Reply(text=receipt_words(proposal), files=["receipt.json"]), "Keep it"
        yield f"receipt, counted, {kind}", Reply(text=receipt_words(done), files=["receipt.json"]), "the proof"


def _log() -> Iterator[tuple[str, Message, str]]:
    for name, seq, before in (("first", 1, 0), ("one more", 2, 1), ("millions", 12_345_678, 12_000_000)):
        facts = {"seq": seq, "before": before, "at": NOW, "hash": _HEAD.hash}
        yield f"head, {name}", head_card(an_announcement(Topic.LOG_HEAD, facts=facts)), "Audit log: entry"
    many = _problems()
    for name, verdict, wanted in (
        ("empty", Verdict(head=None, problems=(), count=0), None),
        ("right", Verdict(head=_HEAD, problems=(), count=0), None),
        ("right, with a head", Verdict(head=_HEAD, problems=(), count=0), _HEAD.hash),
        *((f"fault {n}", Verdict(head=_HEAD, problems=(one,), count=1), None) for n, one in enumerate(many)),
        ("many faults", Verdict(head=_HEAD, problems=many, count=99_999), None),
    ):
        yield f"check, {name}", verdict_card(verdict, wanted), "og"
    for name, last in (("whole", _HEAD.seq), ("cut", 1_000)):
        export = Export(content=b"", first=1, last=last, head=_HEAD)
        told = Reply(text=export_words(export, _HEAD, NOW), files=["audit-log.jsonl.gz"])
        yield f"export, {name}", told, "Entries 1 to"


def _problems() -> tuple[Problem, ...]:
    """Return one of each."""
    wallet, row = an_address(), "row 7 of proposals " + "7" * 99
    return (
        *(Break(seq=5, flaw=flaw, number="7") for flaw in ChainFlaw),
        *(EntryProblem(seq=5, flaw=flaw) for flaw in EntryFlaw),
        HashUnknown(hash=_HEAD.hash),
        *(RowProblem(seq=5, flaw=flaw, row=row) for flaw in RowFlaw),
        RowPersonProblem(seq=5, row=row, column="author"),
        *(BallotProblem(seq=5, flaw=flaw, wallet=wallet, proposal=7) for flaw in BallotFlaw),
        *(BallotPersonProblem(seq=5, person=person, wallet=wallet, proposal=7) for person in Person),
    )


def _forgetting() -> Iterator[tuple[str, Message, str]]:
    for name, votes, elsewhere in (("nothing open", (), 0), ("one", (7,), 1), ("many", tuple(range(1, 500)), 999)):
        preview = Preview(rows={}, votes=votes, elsewhere=elsewhere, agreed="x")
        yield f"forgetting, {name}", Reply(text=asked_words(preview)), "Forget you in this server?"
    roles = [RoleId(GUILD + n) for n in range(25)]
    for name, done, kept in (
        ("nothing", Forgotten(cards=0, messages=0), []),
        ("some", Forgotten(cards=1, messages=1), roles[:1]),
        ("all that there can be", Forgotten(cards=10**9, messages=10**9), roles),
    ):
        yield f"forgotten, {name}", Reply(text=forgotten_words(done, kept)), "Done"
