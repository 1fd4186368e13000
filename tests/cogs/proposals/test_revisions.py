"""Changing a text before voting opens, and reading what it said before, as members do it."""

from __future__ import annotations

from typing import Unpack

import discord
import pytest
import simcord
from sqlalchemy import text as sql

from bot.domain.audit.hashing.content_id import cid
from bot.domain.proposals.proposal import Proposal
from tests.builders import a_text
from tests.cogs.answers import answer, filled_in, is_told, present, text_of
from tests.cogs.conftest import DraftFields, World, fits_laid_out, said
from tests.tables import connection_of

FORM = {
    "title": "Fund the mouse study",
    "summary": "Twelve months of a rapamycin trial.",
    "body": "We propose to fund a trial.",
    "discussion": "",
}
DELAY = 600


async def _pending(world: World, author: simcord.MemberActor, **fields: Unpack[DraftFields]) -> Proposal:
    """A proposal whose card stands and whose voting opens in ten minutes."""
    await world.configure(voting_delay=DELAY)
    return await world.open_proposal(author, **fields)


async def _edit(world: World, actor: simcord.MemberActor, number: int = 1, **typed: str) -> simcord.InteractionResult:
    form = await actor.slash(world.general, "proposal edit", proposal=number)
    return await actor.submit_modal(form, FORM | typed)


async def _stored(world: World, proposal: Proposal) -> Proposal:
    return await world.app.cards.stored(proposal.id)


def _in_thread(world: World) -> list[discord.Message]:
    return [message for thread in world.proposals.threads for message in thread.history() if is_told(message)]


async def test_a_change_before_the_start_is_on_the_card_and_its_difference_in_the_thread(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await _pending(world, ada)
    before = said(await ada.click(world.card(proposal), label="Proof"))
    told = said(await _edit(world, ada, title="Fund the yeast study"))
    stored = await _stored(world, proposal)
    assert "says what you typed" in told
    assert present(stored.cid) in told
    await world.sweep()
    await world.sweep()
    card = text_of(world.card(proposal))
    assert "### Fund the yeast study" in card.splitlines()
    assert "mouse" not in card
    assert "Its author may change the text until voting opens." in card
    assert "fixed as" not in card
    after = said(await ada.click(world.card(proposal), label="Proof"))
    assert f"`{stored.cid}`" in after
    assert f"`{proposal.cid}`" in before
    assert present(proposal.cid) not in after
    (message,) = _in_thread(world)
    fits_laid_out(message)
    text = text_of(message)
    assert "```diff\n@@ Title @@\n- Fund the mouse study\n+ Fund the yeast study\n```" in text
    assert present(stored.cid) in text
    assert "version 2" in text
    assert message.attachments == []
    assert len([m for m in world.proposals.history() if is_told(m)]) == 1


async def test_without_a_thread_the_change_is_told_in_the_channel(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await _pending(world, ada)
    async with world.app.store.write() as repos:
        await connection_of(repos).execute(sql("UPDATE proposals SET thread = NULL"))
        await repos.commit()
    await _edit(world, ada, body="We propose to fund a longer trial.")
    await world.sweep()
    assert _in_thread(world) == []
    said_there = [text_of(m) for m in world.proposals.history() if is_told(m) and m.id != proposal.card]
    assert len(said_there) == 1
    assert "+ We propose to fund a longer trial." in said_there[0]


async def test_a_change_is_told_once_though_the_bot_is_restarted_before_and_after(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await _pending(world, ada)
    await _edit(world, ada, body="We propose to fund a longer trial.")
    await world.restart()
    await world.sweep()
    await world.restart()
    await world.sweep()
    assert len(_in_thread(world)) == 1


async def test_a_long_difference_is_cut_and_comes_whole_as_a_file(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await _pending(world, ada)
    body = "\n".join(f"{line}: {'word ' * 6}end" for line in range(100))
    await _edit(world, ada, body=body)
    await world.sweep()
    (message,) = _in_thread(world)
    (file,) = message.attachments
    whole = (await file.read()).decode()
    assert "The attached file holds all that changed" in text_of(message)
    assert "+ 99: " not in text_of(message)
    assert all(f"+ {line}" in whole for line in body.split("\n"))


async def test_choices_can_be_changed_before_the_start_and_what_is_counted_are_the_new_ones(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await _pending(world, ada, voting="single-choice", choices=("Mice", "Yeast", "Worms"))
    await _edit(world, ada, choices="Mice\nWorms")
    await world.later(DELAY)
    await world.sweep()
    assert "Recorded: **Worms**" in said(await ada.click(world.card(proposal), label="Worms"))
    assert (await _stored(world, proposal)).choices == ("Mice", "Worms")


async def test_once_voting_is_open_the_form_does_not_open(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await _pending(world, ada)
    await world.later(DELAY)
    await world.sweep()
    refused = await ada.slash(world.general, "proposal edit", proposal=1)
    assert refused.modal is None
    assert "being voted on, so you can't edit it" in said(refused)
    await world.sweep()
    assert "Text and terms are fixed as" in text_of(world.card(await _stored(world, proposal)))


async def test_a_form_that_is_sent_when_voting_has_opened_changes_nothing_and_is_given_back(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await _pending(world, ada)
    form = await ada.slash(world.general, "proposal edit", proposal=1)
    await world.later(DELAY)
    refused = await ada.submit_modal(form, FORM | {"body": "Words of an hour."})
    assert "The text is fixed from the moment voting opens" in said(refused)
    (file,) = answer(refused).attachments
    assert "Words of an hour." in (await file.read()).decode()
    assert await _stored(world, proposal) == proposal


async def test_a_form_on_an_older_text_is_refused_and_sent_again_on_purpose_takes_its_place(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await _pending(world, ada)
    old = await ada.slash(world.general, "proposal edit", proposal=1)
    await _edit(world, ada, body="The newer words.")
    refused = await ada.submit_modal(old, FORM | {"body": "Words of an hour."})
    assert "was changed while you wrote" in said(refused)
    (file,) = answer(refused).attachments
    assert "Words of an hour." in (await file.read()).decode()
    assert (await _stored(world, proposal)).text.body == "The newer words."
    again = await ada.click(answer(refused), label="Fix it")
    defaults = filled_in(again)
    assert defaults["body"] == "Words of an hour."
    await ada.submit_modal(again, FORM | {"body": "Words of an hour."})
    assert (await _stored(world, proposal)).text.body == "Words of an hour."


async def test_a_form_for_a_draft_that_was_discarded_meanwhile_is_given_back(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    draft = await world.draft(ada)
    form = await ada.slash(world.general, "proposal edit", proposal=1)
    await world.app.withdrawals.discard(world.guild_id, draft.number, draft.author)
    refused = await ada.submit_modal(form, FORM | {"body": "Words of an hour."})
    (file,) = answer(refused).attachments
    assert "Words of an hour." in (await file.read()).decode()


async def test_nobody_opens_the_form_of_somebody_elses_proposal(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await _pending(world, ada)
    for other in (await world.member("eve", 5, researcher=True), world.moderator):
        refused = await other.slash(world.general, "proposal edit", proposal=1)
        assert refused.modal is None
        assert "Only its author can" in said(refused)
        assert await other.autocomplete(world.general, "proposal edit", "proposal", "") == []
    assert [one["value"] for one in await ada.autocomplete(world.general, "proposal edit", "proposal", "")] == [1]


async def test_the_history_lists_versions_and_gives_the_document_that_the_identifier_names(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    eve = await world.member("eve", 5)
    proposal = await _pending(world, ada)
    await _edit(world, ada, body="We propose to fund a longer trial.")
    stored = await _stored(world, proposal)
    shown = await eve.slash(world.general, "proposal history", proposal=1)
    assert shown.ephemeral
    text = said(shown)
    assert present(proposal.cid) in text
    assert f"in force\n`{stored.cid}`" in text
    assert "until voting opens" in text
    (file,) = answer(shown).attachments
    assert cid(await file.read()) == stored.cid
    first = await eve.slash(world.general, "proposal history", proposal=1, version=1)
    (file,) = answer(first).attachments
    content = await file.read()
    assert cid(content) == proposal.cid
    assert str(ada.id) not in content.decode()
    assert "no version 3" in said(await eve.slash(world.general, "proposal history", proposal=1, version=3))
    await world.later(DELAY)
    await world.sweep()
    assert "No text changes any more" in said(await eve.slash(world.general, "proposal history", proposal=1))


async def test_a_draft_has_no_history(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await world.draft(ada)
    assert "no proposal 1" in said(await ada.slash(world.general, "proposal history", proposal=1))
    assert await ada.autocomplete(world.general, "proposal history", "proposal", "") == []


async def test_the_identifier_stands_in_full_behind_the_button_proof(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await _pending(world, ada)
    assert f"`{proposal.cid}`" in said(await ada.click(world.card(proposal), label="Proof"))


@pytest.mark.parametrize("evil", ["@everyone **Passed**", "``` <@1234567890123456789>"])
async def test_a_changed_text_neither_pings_nor_breaks_out_of_its_frame(world: World, evil: str) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await _pending(world, ada)
    await _edit(world, ada, title=evil, body=evil)
    await world.sweep()
    (message,) = _in_thread(world)
    text = text_of(message)
    assert text.count("```") == 2
    before, _changed, after = text.split("```")
    assert "@everyone" not in before + after
    bodies = [entry.json for entry in world.env.http_requests if isinstance(entry.json, dict)]
    assert not any((body.get("allowed_mentions") or {}).get("parse") for body in bodies)


async def test_a_basic_vote_keeps_its_own_choices_when_it_is_edited(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await _pending(world, ada, choices=("Aye", "Nay"))
    await _edit(world, ada, title=a_text().title + "!")
    assert (await _stored(world, proposal)).choices == ("Aye", "Nay")
