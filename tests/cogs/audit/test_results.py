"""A result is posted with its bundle, handed out afterwards, and never before."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, Unpack

import discord
import pytest
import simcord

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.audit.bundle.receipts import check_receipt
from bot.domain.audit.bundle.writing.bundle_builder import StoredBundle
from bot.domain.audit.bundle.writing.split_files import joined
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChannelId, MemberId, Timestamp
from bot.domain.voting import OFFERED, Mark, VotingType
from bot.settings import WebSettings
from cogs.audit.result_cards import in_parts, page_of, proof_words
from tests.builders import GUILD, a_block, a_proposal
from tests.cogs.answers import answer, buttons, embed_text, present, refusal, text_of
from tests.cogs.conftest import DraftFields, World, fits, labels, said
from tests.cogs.conftest import parts as parts_of


async def result(
    world: World, votes: Sequence[Mark] = (1, 2, 1), **fields: Unpack[DraftFields]
) -> tuple[Proposal, list[simcord.MemberActor]]:
    """A counted proposal on which members voted."""
    author = await world.member("ada", 100, researcher=True)
    voters = [await world.member(f"voter{number}", 60 - number) for number, _ in enumerate(votes)]
    proposal = await world.open_proposal(author, **fields)
    for voter, mark in zip(voters, votes, strict=True):
        await world.app.voting.cast(world.guild_id, proposal.id, MemberId(voter.id), mark)
    await world.later(3 * 86_400 + 61)
    await world.sweep()
    return proposal, voters


def announcement(world: World) -> discord.Message:
    return next(m for m in world.announcements.history() if _proofs(m))


async def attached(message: discord.Message | simcord.ResponseMessage) -> tuple[str, bytes]:
    (file,) = _proofs(message)
    return file.filename, await file.read()


def _proofs(message: discord.Message | simcord.ResponseMessage) -> list[discord.Attachment]:
    """The files of a message that are no picture."""
    return [file for file in message.attachments if not file.filename.endswith(".png")]


async def test_a_result_is_posted_with_its_bundle_whose_cid_and_root_are_behind_a_button(world: World) -> None:
    proposal, (ann, *_) = await result(world)
    message = announcement(world)
    name, content = await attached(message)
    assert name == "proposal-1-result.json.gz"
    stored = await world.app.results.bundle(world.guild_id, proposal.number)
    assert content == stored
    kept = present((await world.app.results.counted(world.guild_id, proposal.number)).kept)
    assert kept.cid not in text_of(message)
    proof = said(await ann.click(message, label="Proof"))
    assert kept.cid in proof
    assert kept.root in proof
    contents = read(unpacked(content))
    found = list(check(unpacked(content), contents, expected_cid=kept.cid, expected_root=kept.root))
    assert {finding.state for finding in found} == {State.HOLDS}


async def test_an_attempt_that_is_repeated_attaches_the_same_bytes_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = [True]
    send = discord.TextChannel.send

    async def losing(self: discord.TextChannel, *args: Any, **kwargs: Any) -> discord.Message:
        message = await send(self, *args, **kwargs)
        if kwargs.get("files") and lost:
            lost.clear()
            raise TimeoutError
        return message

    monkeypatch.setattr(discord.TextChannel, "send", losing)
    proposal, _ = await result(world)
    assert not lost
    await world.later(60)
    await world.sweep()
    messages = [m for m in world.announcements.history() if _proofs(m)]
    assert len(messages) == 1
    assert (await attached(messages[0]))[1] == await world.app.results.bundle(world.guild_id, proposal.number)


async def test_without_the_permission_the_result_is_posted_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("cogs.audit.result_files", "cogs.announcements.message_contents"):
        monkeypatch.setattr(sys.modules[module], "lacking", lambda _where, *, files=False: "Attach Files" * files)
    await result(world)
    message = next(m for m in world.announcements.history() if "Passed" in text_of(m))
    assert not message.attachments
    assert "I may not attach files here; /results gives the file." in text_of(message)


def takes_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the server take less than what a bundle of a few ballots needs, and more than half of it."""
    monkeypatch.setattr(discord.Guild, "filesize_limit", 1_200)


def parts(world: World) -> list[tuple[str, discord.Message]]:
    """The parts that were posted, oldest first, each as its name and its message."""
    found = [(file.filename, m) for m in world.announcements.history() for file in _proofs(m)]
    return sorted(found, key=lambda entry: entry[1].id)


async def contents(world: World) -> list[bytes]:
    return [(await attached(message))[1] for _, message in parts(world)]


async def whole(world: World) -> bytes:
    return unpacked(await world.app.results.bundle(world.guild_id, 1))


def results(world: World) -> list[discord.Message]:
    return [m for m in world.announcements.history() if "Passed" in text_of(m)]


async def test_a_bundle_that_is_too_large_follows_in_parts_behind_the_result(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_less(monkeypatch)
    await result(world)
    await world.sweep()
    (message,) = results(world)
    assert not _proofs(message)
    assert "so it follows in 2 parts" in text_of(message)
    assert [name for name, _ in parts(world)] == [f"proposal-1-result.json.gz.part{number}of2" for number in (1, 2)]
    assert all(part.id > message.id for _, part in parts(world))
    files = await contents(world)
    assert joined(files[::-1]) == await whole(world)
    kept = present((await world.app.results.counted(world.guild_id, 1)).kept)
    for number, (_, part) in enumerate(parts(world), start=1):
        assert f"part {number} of 2" in text_of(part)
        assert kept.cid in text_of(part)


async def test_parts_are_posted_once_each_though_every_answer_gets_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_less(monkeypatch)
    send = discord.TextChannel.send
    lost: list[str] = []

    async def losing(self: discord.TextChannel, *args: Any, **kwargs: Any) -> discord.Message:
        message = await send(self, *args, **kwargs)
        if (title := _title(kwargs)) not in lost:
            lost.append(title)
            raise TimeoutError
        return message

    monkeypatch.setattr(discord.TextChannel, "send", losing)
    await result(world)
    for _ in range(4):
        await world.later(60)
        await world.sweep()
    assert sum("part" in title for title in lost) == 2
    assert len(results(world)) == 1
    assert len(parts(world)) == 2
    assert joined(await contents(world)) == await whole(world)


def _title(sent: dict[str, Any]) -> str:
    """The first line of what is to be sent."""
    return _text(sent).splitlines()[0]


def _text(sent: dict[str, Any]) -> str:
    return embed_text(sent["embed"]) if "embed" in sent else str(sent["view"].text())


def dies_once(monkeypatch: pytest.MonkeyPatch, where: Callable[[str], bool]) -> list[bool]:
    """Have the process die the first time that a text of which `where` is true is to be sent; list when it has."""
    send = discord.TextChannel.send
    died: list[bool] = []

    async def dying(self: discord.TextChannel, *args: Any, **kwargs: Any) -> discord.Message:
        if not died and where(_text(kwargs)):
            died.append(True)
            raise asyncio.CancelledError
        return await send(self, *args, **kwargs)

    monkeypatch.setattr(discord.TextChannel, "send", dying)
    return died


async def test_a_process_that_dies_between_two_parts_posts_each_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_less(monkeypatch)
    died = dies_once(monkeypatch, lambda text: "part 2" in text.splitlines()[0])
    with pytest.raises(asyncio.CancelledError):
        await result(world)
    assert died
    await world.restart()
    await world.later(60)
    await world.sweep()
    await world.sweep()
    assert len(parts(world)) == 2
    assert joined(await contents(world)) == await whole(world)


async def test_a_process_that_dies_before_the_result_is_said_posts_each_part_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_less(monkeypatch)
    died = dies_once(monkeypatch, lambda text: "in 2 parts" in text)
    with pytest.raises(asyncio.CancelledError):
        await result(world)
    await world.restart()
    for _ in range(3):
        await world.later(60)
        await world.sweep()
    assert (len(died), len(results(world)), len(parts(world))) == (1, 1, 2)
    assert joined(await contents(world)) == await whole(world)
    assert parts(world)[0][1].id > results(world)[0].id


async def test_a_bundle_that_discord_does_not_take_though_it_should_follows_in_parts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = discord.TextChannel.send
    refused: list[str] = []

    async def refusing(self: discord.TextChannel, *args: Any, **kwargs: Any) -> discord.Message:
        if any(file.filename.endswith("result.json.gz") for file in kwargs.get("files", ())):
            refused.append("bundle")
            answered = refusal(413, "Payload Too Large")
            raise discord.HTTPException(answered, {"code": 40005, "message": "Request entity too large"})
        return await send(self, *args, **kwargs)

    monkeypatch.setattr(discord.TextChannel, "send", refusing)
    await result(world)
    await world.sweep()
    assert refused == ["bundle"]
    assert len(results(world)) == 1
    assert joined(await contents(world)) == await whole(world)


async def test_how_many_parts_there_are_is_settled_when_they_are_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_less(monkeypatch)
    proposal, _ = await result(world)
    monkeypatch.setattr("bot.services.audit.bundle_parts.pieces_of", lambda *_: 7)
    assert await world.app.bundle_parts.count(proposal.id) == 2
    assert await world.app.bundle_parts.post(proposal.id, ChannelId(world.announcements.id)) == 2


async def test_results_hand_out_a_large_bundle_in_parts_and_a_large_table_packed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (ann, *_) = await result(world)
    shown = await ann.slash(world.general, "results")
    takes_less(monkeypatch)
    offered = await ann.click(answer(shown), label="Bundle (JSON)")
    assert "is larger than" in said(offered)
    assert labels(answer(offered)) == ["Part 1 of 2", "Part 2 of 2"]
    files = []
    for label in labels(answer(offered)):
        got = await ann.click(answer(offered), label=label)
        name, content = await attached(answer(got))
        assert name.startswith("proposal-1-result.json.gz.part")
        files.append(content)
    assert joined(files) == await whole(world)
    table = await world.app.results.table(world.guild_id, 1)
    monkeypatch.setattr(discord.Guild, "filesize_limit", len(table) - 1)
    got = await ann.click(answer(shown), label="Table (CSV)")
    name, content = await attached(answer(got))
    assert (name, unpacked(content)) == ("proposal-1-ballots.csv.gz", table)
    monkeypatch.setattr(discord.Guild, "filesize_limit", 10)
    refused = await ann.click(answer(shown), label="Table (CSV)")
    assert "is larger than the 0 MiB that this server takes" in said(refused)


async def test_results_are_handed_out_by_buttons(world: World) -> None:
    _, (ann, *_) = await result(world)
    for arguments in ({}, {"proposal": 1}):
        shown = await ann.slash(world.general, "results", **arguments)
        assert answer(shown).ephemeral
        fits(answer(shown))
        assert "Passed" in said(shown)
        assert "folkmoot verify proposal-1-result.json.gz --cid " in said(shown)
        assert labels(answer(shown)) == ["Bundle (JSON)", "Table (CSV)", "Go to the proposal"]
    bundle = await ann.click(answer(shown), label="Bundle (JSON)")
    assert await attached(answer(bundle)) == (
        "proposal-1-result.json.gz",
        await world.app.results.bundle(world.guild_id, 1),
    )
    table = await ann.click(answer(shown), label="Table (CSV)")
    name, content = await attached(answer(table))
    assert name == "proposal-1-ballots.csv"
    assert len(list(csv.reader(io.StringIO(content.decode())))) == 4


async def test_results_are_refused_before_the_count_with_the_reason(world: World) -> None:
    author = await world.member("ada", 100, researcher=True)
    await world.open_proposal(author)
    refused = await author.slash(world.general, "results", proposal=1)
    assert "is not counted yet, and nothing of how members vote is handed out before" in said(refused)
    assert not answer(refused).attachments
    nothing = await author.slash(world.general, "results")
    assert "There is no counted proposal" in said(nothing)


async def test_a_forged_button_gives_nothing_of_an_open_vote_and_nothing_of_a_draft(world: World) -> None:
    _, (ann, *_) = await result(world)
    author = await world.member("eve", 100, researcher=True)
    number = world.chain.head.number + 1
    world.chain.blocks.append(a_block(number, timestamp=Timestamp(world.clock.time)))
    open_ = await world.open_proposal(author)
    draft = await world.draft(author)
    await world.app.voting.cast(world.guild_id, open_.id, MemberId(author.id), 1)
    shown = await ann.slash(world.general, "results", proposal=1)
    stored = world.env.backend.get_message(answer(shown).channel_id, answer(shown).id)
    button = next(part for part in parts_of(stored.components) if part.get("custom_id", "").endswith(":table"))
    for kind in ("table", "bundle"):
        for proposal, says in ((open_.id, "is not counted yet"), (draft.id, "There is no"), (10**9, "There is no")):
            button["custom_id"] = f"result:{proposal}:{kind}"
            refused = await ann.click(answer(shown), custom_id=button["custom_id"])
            assert says in said(refused)
            assert not answer(refused).attachments


async def test_a_receipt_proves_the_members_votes(world: World) -> None:
    author = await world.member("ada", 100, researcher=True)
    ann = await world.member("ann", 60)
    proposal = await world.open_proposal(author)
    none = await ann.slash(world.general, "vote receipt", proposal=1)
    assert "You have not voted" in said(none)
    receipt, _ = await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ann.id), 2)
    before = await ann.slash(world.general, "vote receipt", proposal=1)
    assert answer(before).ephemeral
    assert "so far" in said(before)
    name, early = await attached(answer(before))
    assert name == "proposal-1-receipt.json"
    assert json.loads(early)["ballots"][0]["receipt"] == receipt.id
    await world.later(3 * 86_400 + 61)
    await world.sweep()
    after = await ann.slash(world.general, "vote receipt", proposal=1)
    _, proof = await attached(answer(after))
    contents = read(unpacked(await world.app.results.bundle(world.guild_id, 1)))
    for file in (early, proof):
        assert {f.state for f in check_receipt(file, contents, expected_root=contents.root)} == {State.HOLDS}


async def test_people_see_a_short_form_of_a_receipt(world: World) -> None:
    author = await world.member("ada", 100, researcher=True)
    proposal = await world.open_proposal(author)
    receipt, _ = await world.app.voting.cast(world.guild_id, proposal.id, MemberId(author.id), 1)
    shown = await author.slash(world.general, "vote status", proposal=1)
    assert f"Receipt {receipt.id[:8]} ·" in said(shown)
    assert len(receipt.id) == 32
    assert receipt.id not in said(shown)


@pytest.mark.parametrize("voting", OFFERED)
async def test_the_longest_result_fits_with_its_proof(world: World, voting: VotingType) -> None:
    choices = (
        ("For", "Against", "Abstain")
        if voting == "basic"
        else tuple(f"{number:02d} {'choice of many words ' * 4}"[:80].strip() for number in range(25))
    )
    marks: dict[VotingType, Mark] = {
        "basic": 1,
        "single-choice": 1,
        "approval": tuple(range(1, 26)),
        "weighted": (1,) * 25,
        "quadratic": (1,) * 25,
        "star": (5,) * 25,
    }
    mark = marks.get(voting, tuple(range(1, 26)))
    await result(world, (mark,), voting=voting, choices=choices, title="t " * 128, summary="s " * 150)
    message = announcement(world)
    assert len(text_of(message)) <= 4_000
    assert "wins" in text_of(message) or "Tied" in text_of(message) or "Passed" in text_of(message)


@pytest.mark.parametrize("public", [True, False])
async def test_an_announcement_names_the_page_where_moderators_left_it_on_the_web(world: World, public: bool) -> None:
    settings = world.app.settings.model_copy(update={"web": WebSettings(base_url="https://vote.example.org")})
    object.__setattr__(world.app, "settings", settings)
    await world.configure(public=public)
    await result(world)
    pages = [button.url for button in buttons(announcement(world)) if button.label == "Public page"]
    assert pages == [f"https://vote.example.org/p/{world.guild_id}/1"] * public
    told = said(await world.moderator.slash(world.general, "results"))
    assert ("https://vote.example.org/p/" in told) is public


def test_a_proof_names_the_page_where_there_is_one() -> None:
    assert page_of(None, a_proposal()) is None
    page = page_of("https://vote.example.org", a_proposal())
    assert page == f"https://vote.example.org/p/{GUILD}/1"
    kept = StoredBundle(cid="b" * 59, root="0" * 64, size=1, made_at=Timestamp(0))
    assert f"[Its page]({page}) can be read by anybody." in proof_words(kept, page=page)
    assert "page" not in proof_words(kept)
    assert "11.0 MiB" in in_parts(StoredBundle(cid="", root="", size=11 * 2**20, made_at=Timestamp(0)), 2)
