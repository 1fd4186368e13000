"""Cards fit Discord's limits with the longest legal input, and say what they must in the right order."""

from __future__ import annotations

import io
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.audit.bundle.writing.bundle_builder import StoredBundle
from bot.domain.power import PowerPart, VotingPower
from bot.domain.proposals.proposal import (
    GRACE,
    MAX_BODY,
    MAX_GROUND,
    MAX_SUMMARY,
    MAX_TITLE,
    MAX_URL,
    MAX_VERSIONS,
    Proposal,
    Remover,
    Result,
    Text,
)
from bot.domain.shared.types import Block, ChainId, ChannelId, MemberId, MessageId, Timestamp, Units
from bot.domain.spaces.space import DAY
from bot.domain.voting import OFFERED, Ballots, Round, Tally, TieRule, Verdict, VotingType, decide, tally
from bot.domain.voting.ballot import Receipt
from bot.domain.voting.recusal import Recusal, RecusedWallet
from bot.presentation.markdown.safe_text import cut
from bot.presentation.pictures.result_alt import result_alt
from bot.presentation.pictures.result_image import result_image
from bot.presentation.results.drawn_result import result_picture
from bot.presentation.results.outcome_lines import VERDICTS
from bot.presentation.results.shares import share
from bot.services.power.voting_power import PowerReport
from bot.services.shared.proposal_view import Progress, ProposalView
from cogs._shared.cards import Card
from cogs._shared.formatting import cut_quoted, plain, quoted
from cogs.announcements.notice_card import notice_card
from cogs.audit.proof_button import fixed_card
from cogs.audit.result_cards import in_parts
from cogs.power.power_card import power_card
from cogs.proposals.announcement_cards import opened_card, result_card, withdrawn_card
from cogs.proposals.drafts.draft_card import draft_card
from cogs.proposals.proposal_cards import choice_line, proposal_card
from cogs.proposals.proposal_list import listed_page, proposal_list
from cogs.proposals.revision_cards import change_card, history_card
from cogs.proposals.whole_text import whole_text
from cogs.voting.card_buttons import card_rows, read_row, result_rows
from cogs.voting.cards.count_rounds import details_card
from cogs.voting.cards.receipt import receipt_card
from cogs.voting.count_details import details_name
from cogs.voting.rules_button import rules_card
from tests.builders import (
    CHAIN,
    GUILD,
    NOW,
    ONE,
    a_block,
    a_proposal,
    a_strategy,
    a_text,
    a_tombstone,
    a_version,
    an_address,
    some_terms,
)
from tests.cogs.answers import present
from tests.cogs.conftest import fits

CHAINS = {ChainId(number): "A chain with a name of forty characters.." for number in range(1, 11)} | {CHAIN: "Ethereum"}
EXPLORERS = dict.fromkeys(CHAINS, "https://an-explorer-with-a-long-name.example/of/chains")
WORST = "*_~`|[]<\\"
HUGE = Units(2**256 - 1)


def _worst(length: int) -> str:
    return (WORST * length)[:length]


def _longest(voting: VotingType = "approval", fill: Callable[[int], str] = _worst, **fields: object) -> Proposal:
    text = Text(
        title=fill(MAX_TITLE), summary=fill(MAX_SUMMARY), body=fill(MAX_BODY), discussion="https://" + fill(MAX_URL - 8)
    )
    choices = tuple(f"{n:02}" + fill(78) for n in range(25)) if voting != "basic" else ("For", "Against", "Abstain")
    symbols = tuple(a_strategy(network=n, params={"address": an_address(n), "symbol": "*" * 16}) for n in range(1, 11))
    terms = some_terms(
        strategies=symbols,
        symbol=" + ".join(["*" * 16] * 3) + " + …",
        quorum=HUGE,
        snapshot={ChainId(n): a_block(10**9, chain=ChainId(n)) for n in range(1, 11)},
    )
    return a_proposal(
        **{
            "text": text,
            "voting": voting,
            "choices": choices,
            "terms": terms,
            "number": 10**6,
            "channel": ChannelId(10**18),
            "card": MessageId(10**18),
            "thread": ChannelId(10**18),
            "held_reason": "x" * 500,
            "cid": "bafkrei" + "w" * 52,
        }
        | fields
    )


def _scores(proposal: Proposal, units: int = HUGE) -> Tally:
    n, strategies = len(proposal.choices), 10
    row = tuple(Units(units) for _ in range(strategies))
    return Tally(scores=(Units(units),) * n, by_strategy=(row,) * n, total=Units(units * 2), ballots=10**6)


def _counted(proposal: Proposal) -> Tally:
    """The longest count: as many rounds as there can be, and every duel, in the largest numbers."""
    n, scores = len(proposal.choices), _scores(proposal)
    third = Fraction(HUGE, 3)
    scores = replace(scores, scores=(third,) * n, winners=(n,))
    if proposal.voting == "ranked-choice":
        return replace(scores, rounds=tuple(_round(n, gone) for gone in range(n - 1)))
    if proposal.voting == "star":
        return replace(scores, rounds=(_round(n, 0), replace(_round(n, n - 2), eliminated=None)))
    if proposal.voting in ("copeland", "schulze"):
        return replace(scores, pairs=tuple(tuple(HUGE - a * (a < b) for b in range(n)) for a in range(n)))
    return scores


def _round(n: int, gone: int) -> Round:
    tied = tuple(range(gone + 1, n + 1))
    return Round(
        scores=tuple(None if at < gone else Fraction(HUGE - at, 7) for at in range(n)),
        exhausted=HUGE,
        eliminated=gone + 1 if gone < n - 2 else None,
        tied=tied,
        rule=TieRule.LISTED,
    )


def _view(proposal: Proposal, at: int = NOW, scores: Tally | None = None) -> ProposalView:
    counted = scores or _scores(proposal)
    progress = Progress(ballots=counted.ballots, turnout=Units(counted.total), reached=counted.total)
    return ProposalView(proposal=proposal, tally=counted, now=Timestamp(at), progress=progress)


def _whole_card(view: ProposalView) -> Card:
    """A card with all that one can have."""
    wallet = RecusedWallet(address=an_address(1), power=HUGE, supply=HUGE, linked=HUGE)
    gone = (Recusal(member=MemberId(10**18 + n), by=MemberId(1), at=NOW, wallets=(wallet,)) for n in range(30))
    view = replace(view, proposal=replace(view.proposal, recusals=tuple(gone)))
    return proposal_card(view, CHAINS, card_rows(view, "0123ABCD"), alone=CHAINS, space="W" * 40)


@pytest.mark.parametrize("fill", [_worst, lambda n: "W" * n, lambda n: ("漢 " * n)[:n], lambda n: "\u202e" * n])
@pytest.mark.parametrize("voting", OFFERED)
def test_every_card_of_the_longest_proposal_fits(voting: VotingType, fill: Callable[[int], str]) -> None:
    proposal = _longest(voting, fill)
    terms = present(proposal.terms)
    end = terms.end
    for at in (NOW - 1, NOW, end, end + 1, end + 9 * DAY):
        fits(_whole_card(_view(proposal, at)))
    counted = _counted(proposal)
    fits(_whole_card(_view(proposal, NOW, counted)))
    if details_name(counted):
        fits(details_card(proposal, counted, terms))
    result = Result(tally=counted, outcome=decide(voting, counted, HUGE), counted_at=Timestamp(end + 9 * DAY))
    closed = replace(proposal, result=result, held_reason=None)
    fits(_whole_card(_view(closed, end + 9 * DAY)))
    view, drawn = _view(closed, end + 9 * DAY), result_picture(closed, result, terms)
    png = io.BytesIO(result_image(drawn))
    picture = discord.File(png, "result.png", description=result_alt(drawn))
    proof = discord.File(io.BytesIO(b"{}"), "proof.json.gz")
    fits(result_card(view, result_rows(view, "0123ABCD"), picture=picture, attached=proof))
    large = StoredBundle(cid="b" * 59, root="0" * 64, size=2**60, made_at=Timestamp(0))
    fits(result_card(view, result_rows(view, "0123ABCD"), unattached=in_parts(large, 99)))
    for by in Remover:
        gone = replace(proposal, tombstone=a_tombstone(by=by, reason=fill(MAX_GROUND)))
        fits(withdrawn_card(gone, read_row(gone, "0123ABCD")))
        fits(_whole_card(_view(gone)))
        fits(proposal_list(listed_page([_view(gone)] * 40, 4), "withdrawn"))
    fits(opened_card(_view(replace(proposal, opened_at=Timestamp(NOW + DAY))), read_row(proposal, "0123ABCD")))
    fits(rules_card(proposal))
    fits(fixed_card(proposal, CHAINS, EXPLORERS))
    fits(draft_card(proposal))
    versions = [a_version(n, text=proposal.text, choices=proposal.choices) for n in range(1, MAX_VERSIONS + 1)]
    fits(history_card(proposal, versions, None, NOW))
    fits(changed := change_card(proposal, a_version(), versions[-1], "0123ABCD"))
    assert changed.files
    fits(shown := whole_text(proposal))
    assert all(proposal.text.body in file.fp.read().decode() for file in shown.files)
    fits(proposal_list(listed_page([_view(proposal)] * 40, 4), "open"))
    assert 1 <= len(choice_line(proposal, 1)) <= 100


@pytest.mark.parametrize("count", [2, 5, 6, 25])
@pytest.mark.parametrize("voting", ["single-choice", "approval"])
def test_buttons_and_menus_fit_with_any_legal_label(voting: VotingType, count: int) -> None:
    labels = ("\u200b", "\u2800 ", *(f"{n:02}" + "y" * 78 for n in range(23)))
    rows = card_rows(_view(_longest(voting, choices=labels[:count])))
    raw = [row for row in Card(["x"], rows).payload()[0]["components"] if row["type"] == 1]
    assert len(raw) <= 5
    for row in raw:
        assert len(row["components"]) <= 5
        for item in row["components"]:
            assert 1 <= len(item.get("custom_id", "link")) <= 100
            if item["type"] == 2:
                assert 1 <= len(item["label"]) <= 80
            else:
                assert len(item["options"]) == count
                assert all(1 <= len(option["label"]) <= 100 for option in item["options"])
                assert item["min_values"] == (0 if voting == "approval" else 1)


def _part(n: int, amount: int | None) -> PowerPart:
    return PowerPart(
        strategy="erc20-balance-of",
        network=ChainId(n + 1),
        contract=an_address(n),
        symbol="*" * 16,
        decimals=36,
        amount=None if amount is None else Units(amount),
    )


def _powers(amount: int | None) -> tuple[VotingPower, ...]:
    return tuple(
        VotingPower(address=an_address(w), scale=36, parts=tuple(_part(n, amount) for n in range(10)))
        for w in range(10)
    )


@pytest.mark.parametrize("amount", [0, HUGE, None])
@pytest.mark.parametrize("voting", ["approval", "ranked-choice", "weighted", "star"])
def test_reports_and_receipts_of_the_most_wallets_fit(voting: VotingType, amount: int | None) -> None:
    proposal = _longest(voting)
    terms = present(proposal.terms)
    blocks: dict[ChainId, Block] = dict(terms.snapshot)
    for about in (proposal, None):
        report = PowerReport(proposal=about, blocks=blocks, powers=_powers(amount), scale=36, symbol=terms.symbol)
        explained = power_card(report, CHAINS, EXPLORERS)
        fits(explained)
        assert explained.files
    if amount is not None:
        receipt = Receipt(
            id="0123abcd",
            proposal=proposal.id,
            number=proposal.number,
            mark=tuple(range(1, 26)) if voting != "weighted" else (9_999,) * 25,
            powers=_powers(amount),
            power=HUGE,
            cast_at=NOW,
            replaced=tuple(range(1, 26)),
        )
        fits(receipt_card(receipt, proposal, NOW, CHAINS))


def test_a_notice_fits_and_ends_with_its_ref() -> None:
    announcement = Announcement(
        id=1,
        key="k",
        topic=Topic.NOTICE,
        guild=GUILD,
        channel=ChannelId(1),
        facts={"problem": "x" * 9000, "remedy": "y" * 9000},
        nonce="n",
        ref="0123ABCD",
        created_at=NOW,
    )
    card = notice_card(announcement)
    fits(card)
    assert card.text().endswith("ref 0123ABCD")


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (780, "Power counts as of a block that was 13 minutes old at submission."),
        (7_500, "a block that was 2 hours old"),
        (59, "a block that was 59 seconds old"),
        (200_000, "a block that was 2 days old"),
        (-90, "Power counts as of a block that was 90 seconds ahead of my clock at submission."),
    ],
)
def test_the_card_says_how_old_the_snapshot_was_and_who_confirms_it(age: int, words: str) -> None:
    terms = some_terms(snapshot={CHAIN: a_block(timestamp=Timestamp(NOW - age))})
    view = _view(a_proposal(terms=terms, submitted_at=NOW))
    text = proposal_card(view, CHAINS).text()
    assert words in text
    assert "not confirmed" not in text
    alone = proposal_card(view, CHAINS, alone={CHAIN, ChainId(5)}).text()
    assert "Ethereum is read from one provider: not confirmed by a second provider." in alone


def test_of_several_blocks_the_card_tells_the_age_of_the_oldest() -> None:
    blocks = {
        chain: a_block(chain=chain, timestamp=Timestamp(NOW - age))
        for chain, age in ((CHAIN, 700), (ChainId(5), 1_300))
    }
    text = proposal_card(_view(a_proposal(terms=some_terms(snapshot=blocks), submitted_at=NOW)), CHAINS).text()
    assert "Power counts as of blocks of which the oldest was 21 minutes old at submission." in text


def test_the_card_says_first_what_is_asked_and_how_it_stands() -> None:
    proposal = a_proposal(terms=some_terms(quorum=Units(10 * ONE)), thread=ChannelId(77))
    marks = ((1, 3), (2, 1))
    scores = tally("basic", 3, Ballots.of([(m, p * ONE, (p * ONE,)) for m, p in marks], 1))
    text = proposal_card(_view(proposal, scores=scores), CHAINS).text()
    order = [
        "### Fund the mouse study",
        "**Voting** · ends <t:",
        "#1, proposed by <@1100000000000000001>",
        "> Twelve months of a rapamycin trial.",
        "2 wallets voted with 4 VITA",
        "**For**\n`█████████░░░` 75 % · 3",
        "**Against**\n`███░░░░░░░░░` 25 % · 1",
        "**Abstain**\n`░░░░░░░░░░░░` 0 % · 0",
        "Quorum `████░░░░░░░░` 40 % of 10 VITA to vote; 6 VITA are missing",
    ]
    at = [text.index(part) for part in order]
    assert at == sorted(at)


def _outcome(voting: VotingType, powers: list[int], quorum: int = 0, late: int = 0, scale: int = 18) -> str:
    choices = ("For", "Against", "Abstain") if voting == "basic" else ("Mice", "Yeast", "Worms")
    terms = some_terms(quorum=Units(quorum), scale=scale)
    ballots = [(n if voting != "approval" else (n,), p, (p,)) for n, p in enumerate(powers, start=1) if p]
    scores = tally(voting, 3, Ballots.of(ballots, 1))
    result = Result(
        tally=scores,
        outcome=decide(voting, scores, Units(quorum)),
        counted_at=Timestamp(terms.end + GRACE + late),
    )
    proposal = a_proposal(voting=voting, choices=choices, terms=terms, result=result)
    return result_card(_view(proposal, result.counted_at, scores), []).text()


@pytest.mark.parametrize(
    ("voting", "powers", "quorum", "words"),
    [
        (
            "basic",
            [3 * ONE, ONE, 0],
            0,
            (
                "**Passed:** more voted “For” than “Against”.\n"
                "“For” has 3 VITA, 75 % of what was cast for it or for “Against” (1 VITA).\n"
                "2 wallets voted with 4 VITA."
            ),
        ),
        (
            "basic",
            [ONE, 3 * ONE, 0],
            ONE,
            (
                "**Rejected:** more voted “Against” than “For”.\n"
                "“Against” has 3 VITA, 75 % of what was cast for it or for “For” (1 VITA).\n"
                "2 wallets voted with 4 VITA; the quorum of 1 VITA is reached."
            ),
        ),
        ("basic", [ONE, ONE, 9 * ONE], 0, "**Tied:** nothing is decided.\n“For” and “Against” have 1 VITA each.\n"),
        ("basic", [0, 0, 0], 0, "**No quorum:** nothing is decided, for nobody voted.\n**A** For: 0 % · 0\n"),
        (
            "basic",
            [ONE, 0, 0],
            10 * ONE,
            (
                "**No quorum:** nothing is decided, for too few voted.\n"
                "“For” was ahead with 100 % of what was cast for it or for “Against”.\n"
                "1 wallet voted with 1 VITA; the quorum of 10 VITA lacks 9 VITA."
            ),
        ),
        (
            "single-choice",
            [ONE, 0, 0],
            10 * ONE,
            "for too few voted.\n“Mice” would have won, had the quorum been reached.\n1 wallet voted",
        ),
        (
            "single-choice",
            [ONE, 3 * ONE, 0],
            0,
            "“Yeast” wins.\nIt has 75 % of 4 VITA, more than any other choice.\n",
        ),
        ("approval", [ONE, 3 * ONE, 0], 0, "**Decided:** “Yeast” wins.\n75 % of 4 VITA approved it"),
        ("single-choice", [ONE, ONE, 0], 0, "**Tied:** nothing is decided.\n“Mice” and “Yeast” have 1 VITA each.\n"),
        ("basic", [10**24 + 1, 10**24, 0], 0, "just over half of what was cast"),
    ],
)
def test_the_result_says_what_was_decided_and_why(
    voting: VotingType, powers: list[int], quorum: int, words: str
) -> None:
    assert words in _outcome(voting, powers, quorum)


def test_a_close_result_shows_amounts_that_differ() -> None:
    text = _outcome("basic", [10**24 + 1, 10**24, 0])
    assert "1,000,000.000000000000000001 VITA" in text
    assert "(1,000,000 VITA)" in text


@pytest.mark.parametrize(("late", "told"), [(0, False), (600, False), (601, True)])
def test_a_result_more_than_ten_minutes_late_says_so(late: int, told: bool) -> None:
    assert ("This comes late" in _outcome("basic", [ONE, 0, 0], late=late)) is told


def test_every_verdict_has_a_word() -> None:
    assert set(VERDICTS) == set(Verdict)


@settings(max_examples=200)
@given(st.text(st.sampled_from(string.printable + "\u202e\u200b\u2066漢🙂<@#[]()`*_~|\\"), max_size=120))
def test_quoted_words_start_no_markup(text: str) -> None:
    shown = quoted(text)
    bare = "".join(" " if escaped else c for escaped, c in _walk(shown))
    without_urls = " ".join(word for word in bare.split(" ") if "://" not in word)
    assert not set("*~`|[]<") & set(without_urls)
    assert "@everyone" not in shown
    assert not any(c in shown for c in "\u202e\u200e\u2066")
    assert not any(line.lstrip().startswith(("#", ">", "-", "+")) for line in shown.splitlines())
    assert shown


def _walk(text: str) -> Iterator[tuple[bool, str]]:
    escaped = False
    for c in text:
        yield escaped, "" if c == "\\" and not escaped else c
        escaped = c == "\\" and not escaped


@given(st.text(max_size=300), st.integers(1, 200))
def test_cut_words_are_never_longer_than_their_room(text: str, room: int) -> None:
    assert len(cut(text, room)) <= room
    assert len(plain(text, max(room, 20))) <= max(room, 20)
    assert len(cut_quoted(text, max(room, 20))) <= max(room, 20)


def test_titles_under_100_signs_stay_whole_and_longer_ones_are_cut_at_a_word() -> None:
    whole = "a" * 60 + " " + "b" * 38
    shown = proposal_card(_view(a_proposal(text=a_text(title=whole))), CHAINS).text()
    assert shown.startswith(f"### {whole}\n")
    longer = "word " * 40
    shown = proposal_card(_view(a_proposal(text=a_text(title=longer))), CHAINS).text()
    assert shown.splitlines()[0].endswith("word…")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(624, 1000, "62.4 %"), (1, 2, "50 %"), (500_004, 1_000_000, "just over half (50.0004 %)"), (1, 1, "100 %")],
)
def test_a_share_near_half_says_on_which_side(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text
