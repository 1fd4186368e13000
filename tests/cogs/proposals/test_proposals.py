"""Writing, submitting and listing proposals, as members do it."""

from __future__ import annotations

import re
from dataclasses import replace

import discord
import pytest
import simcord

from bot.domain.proposals.proposal import State
from bot.domain.proposals.vote_rules import VoteVisibility
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import MemberId, Timestamp
from bot.services.proposals.drafts import MAX_DRAFTS
from bot.settings import WebSettings
from cogs.proposals.draft_forms import DraftButton
from cogs.proposals.refused_forms import KEEP, RefusedForms, Typed
from tests.builders import NOW, ONE, a_draft, a_text
from tests.cogs.answers import answer, filled_in, present, text_of
from tests.cogs.conftest import World, labels, press_twice, said, shown_text

FORM = {
    "title": "Fund the mouse study",
    "summary": "Twelve months of a rapamycin trial.",
    "body": "We propose to fund a trial.",
    "discussion": "https://forum.example/t/12",
}


async def _state(world: World, number: int, viewer: simcord.MemberActor) -> State:
    return (await world.app.proposals.view(world.guild_id, number, MemberId(viewer.id))).state


async def _new(
    world: World, actor: simcord.MemberActor, kind: str = "basic", **typed: str
) -> simcord.InteractionResult:
    form = await actor.slash(world.general, "proposal new", type=kind)
    return await actor.submit_modal(form, FORM | typed)


@pytest.mark.parametrize("public", [True, False])
async def test_an_author_is_told_before_submitting_that_anybody_will_read_it(world: World, public: bool) -> None:
    settings = world.app.settings.model_copy(update={"web": WebSettings(base_url="https://vote.example.org")})
    object.__setattr__(world.app, "settings", settings)
    await world.configure(public=public)
    told = said(await _new(world, await world.member("ada", 0, researcher=True)))
    assert ("on the web" in told) == public
    assert (f"anybody can read it on the web, at https://vote.example.org/p/{world.guild_id}/1." in told) == public


async def test_with_one_provider_author_card_and_rules_say_that_nobody_confirms_it(world: World) -> None:
    world.chain.witnesses = ("one",)
    ada = await world.member("ada", 0, researcher=True)
    draft = await _new(world, ada)
    await ada.click(answer(draft), label="Submit")
    await world.sweep()
    shown = await world.moderator.slash(world.general, "config show")
    words = "Ethereum is read from one provider: not confirmed by a second provider."
    for told in (said(draft), text_of(world.proposals.history()[0]), said(shown)):
        assert words in told


async def test_an_old_block_is_refused_with_its_reason_and_the_draft_stays(world: World) -> None:
    world.chain.oldest_allowed = 3_600
    world.clock.time += 86_400
    ada = await world.member("ada", 0, researcher=True)
    draft = await _new(world, ada)
    refused = await ada.click(answer(draft), label="Submit")
    told = said(refused) or answer(draft).content
    assert "is 23 hours old" in told or "is 24 hours old" in told
    assert "at most 60 minutes are allowed" in told
    assert "Nothing was submitted." in told
    assert await _state(world, 1, ada) is State.DRAFT


async def test_from_the_form_to_the_public_card(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    draft = await _new(world, ada)
    assert draft.ephemeral
    assert "Draft #1 is stored" in said(draft)
    assert world.proposals.last_message is None
    submitted = await ada.click(answer(draft), label="Submit")
    assert "Submitted · " in said(draft)
    assert "my clock at submission." in said(draft)
    assert "not confirmed" not in said(draft)
    assert labels(answer(draft)) == []
    assert submitted.acknowledged
    await world.sweep()
    card = world.proposals.history()[0]
    lines = text_of(card).strip().splitlines()
    assert lines[0] == "### Fund the mouse study"
    assert lines[1].startswith("**Voting** · ends <t:")
    assert lines[1].endswith(f" · #1, proposed by <@{ada.id}>")
    assert lines[2] == f"> {FORM['summary']}"
    assert [thread.name for thread in world.proposals.threads] == ["Proposal 1: Fund the mouse study"]


@pytest.mark.parametrize(("label", "told"), [("Submit", "**#1 · Submitted"), ("Discard", "Discarded: draft #1")])
async def test_a_second_press_on_a_step_of_a_draft_says_again_that_it_is_done(
    world: World, label: str, told: str
) -> None:
    ada = await world.member("ada", 0, researcher=True)
    shown = answer(await _new(world, ada))
    first = await press_twice(world, ada, shown, label)
    assert first.startswith(told)
    assert shown_text(shown) == first


async def test_what_was_submitted_is_not_said_to_be_discarded(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    shown = answer(await _new(world, ada))
    stored = world.env.backend.get_message(shown.channel_id, shown.id)
    before = list(stored.components)
    await ada.click(shown, label="Submit")
    stored.components = before
    await ada.click(shown, label="Discard")
    assert "you can't discard it" in shown_text(shown)


async def test_nothing_typed_into_a_refused_form_is_lost(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    body = "A long text that took an hour."
    refused = await _new(world, ada, discussion="forum.example", body=body)
    assert "start it with https://" in said(refused)
    again = await ada.click(answer(refused), label="Fix it")
    assert again.modal is not None
    defaults = filled_in(again)
    assert defaults["body"] == body
    assert defaults["discussion"] == "forum.example"
    stored = await ada.submit_modal(again, FORM | {"body": body})
    assert "Draft #1 is stored" in said(stored)


async def test_a_refused_form_is_kept_for_its_member_and_for_a_while() -> None:
    refused_forms, typed = RefusedForms(), Typed(text=a_text(), voting="basic", choices=())
    key = refused_forms.keep(1, typed, NOW)
    assert refused_forms.take(key, 1, NOW) == typed
    assert refused_forms.take(key, 2, NOW) is None
    assert refused_forms.take(key, 1, Timestamp(NOW + KEEP)) is None


async def test_the_way_back_into_a_form_says_when_it_is_closed(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    refused = await _new(world, ada, discussion="forum.example")
    await world.later(KEEP + 1)
    assert "that is over" in said(await ada.click(answer(refused), label="Fix it"))


async def test_a_form_open_during_a_restart_gives_back_what_was_typed(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    form = await ada.slash(world.general, "proposal new", type="basic")
    await world.restart()
    answered = await ada.submit_modal(form, FORM)
    assert "restarted" in said(answered)
    assert FORM["body"] in said(answered)


async def test_a_long_text_is_given_back_to_its_last_word(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    form = await ada.slash(world.general, "proposal new", type="basic")
    await world.restart()
    body = "word " * 780 + "the very last"
    answered = await ada.submit_modal(form, FORM | {"body": body})
    (file,) = answer(answered).attachments
    given = (await file.read()).decode()
    assert body in given
    assert FORM["title"] in given


async def test_a_form_that_is_sent_again_is_answered_and_stores_nothing_twice(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    form = await ada.slash(world.general, "proposal new", type="basic")
    await ada.submit_modal(form, FORM)
    form._interaction.modal_consumed = False  # Discord leaves a form open until it hears an answer
    again = await ada.submit_modal(form, FORM | {"body": "Better words."})
    assert "Nothing was stored" in said(again)
    assert "Better words." in said(again)
    assert len(await world.app.proposals.visible(world.guild_id, MemberId(ada.id))) == 1


async def test_forms_that_are_opened_and_left_do_not_pile_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.client.discord_client._MOST_FORMS", 3)
    ada = await world.member("ada", 0, researcher=True)
    forms = [await ada.slash(world.general, "proposal new", type="basic") for _ in range(5)]
    assert len(world.client._connection._view_store._modals) == 3
    assert "not open any more" in said(await ada.submit_modal(forms[0], FORM))
    assert "Draft #1 is stored" in said(await ada.submit_modal(forms[-1], FORM))


@pytest.mark.parametrize(
    ("choices", "words"),
    [("Mice", "choices number 1"), ("Mice\nmice", "look the same"), ("x" * 81 + "\nMice", "one of 81 characters")],
)
async def test_choices_are_checked_with_the_remedy(world: World, choices: str, words: str) -> None:
    ada = await world.member("ada", 0, researcher=True)
    refused = await _new(world, ada, "approval", choices=choices)
    assert words in said(refused)
    assert "Next: " in said(refused)


async def test_a_draft_is_edited_in_a_form_that_holds_it(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    draft = await _new(world, ada)
    form = await ada.click(answer(draft), label="Edit")
    edited = await ada.submit_modal(form, FORM | {"title": "Fund the yeast study"})
    assert "Fund the yeast study" in said(edited)
    by_command = await ada.slash(world.general, "proposal edit", proposal=1)
    assert by_command.modal is not None


async def test_a_draft_is_its_authors_alone(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    eve = await world.member("eve", 0, researcher=True)
    draft = await world.draft(ada)
    for command in ("edit", "submit", "view", "withdraw"):
        assert "no proposal 1" in said(await eve.slash(world.general, f"proposal {command}", proposal=1)), command
    refused = await world.moderator.slash(world.general, "proposal delete", proposal=1, reason="It is spam.")
    assert "no proposal 1" in said(refused)
    assert await world.app.proposals.visible(world.guild_id, MemberId(eve.id)) == []
    assert await eve.autocomplete(world.general, "proposal view", "proposal", "") == []
    assert await _state(world, draft.number, ada) is State.DRAFT


@pytest.mark.parametrize("step", ["edit", "submit", "discard"])
async def test_another_member_who_gets_hold_of_a_drafts_button_is_refused(world: World, step: str) -> None:
    ada = await world.member("ada", 0, researcher=True)
    eve = await world.member("eve", 0, researcher=True)
    draft = await world.draft(ada)
    view = discord.ui.View(timeout=None).add_item(DraftButton(draft.id, step))
    forged = await world.channel(world.general).send("forged", view=view)
    result = await eve.click(forged, custom_id=f"draft:{draft.id}:{step}")
    text = said(result) if step == "edit" else world.general.history()[-1].content
    assert "no proposal" in text
    assert await _state(world, draft.number, ada) is State.DRAFT


async def test_discarding_what_was_submitted_meanwhile_withdraws_nothing(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    draft = await _new(world, ada)
    await ada.slash(world.general, "proposal submit", proposal=1)
    await ada.click(answer(draft), label="Discard")
    assert "being voted on" in said(draft)
    assert await _state(world, 1, ada) is State.VOTING


async def test_a_second_submit_is_refused_and_announces_nothing_twice(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    await _new(world, ada)
    await ada.slash(world.general, "proposal submit", proposal=1)
    assert "being voted on" in said(await ada.slash(world.general, "proposal submit", proposal=1))
    await world.sweep()
    await world.sweep()
    assert len(world.proposals.history()) == 2  # the card, and Discord's own note of the thread


async def test_submitting_takes_a_role_or_enough_power_and_says_which(world: World) -> None:
    bob = await world.member("bob", 999)
    await world.draft(bob)
    refused = said(await bob.slash(world.general, "proposal submit", proposal=1))
    assert f"<@&{world.researcher.id}>" in refused
    assert "1,000 VITA" in refused
    assert "Your voting power is 999 VITA at Ethereum block" in refused
    assert "Your draft is kept" in refused
    world.chain.give(world.people["bob"], 1_000 * ONE)
    assert "Submitted" in said(await bob.slash(world.general, "proposal submit", proposal=1))


async def test_who_may_not_propose_is_told_before_the_form_and_may_write_a_draft_all_the_same(world: World) -> None:
    bob = await world.member("bob", 999)
    told = await bob.slash(world.general, "proposal new", type="single-choice")
    assert told.modal is None
    assert f"takes the role <@&{world.researcher.id}> or at least 1,000 VITA of voting power." in said(told)
    assert "Your voting power is 999 VITA at Ethereum block" in said(told)
    assert "Your draft is kept" not in said(told)
    form = await bob.click(answer(told), label="Write a draft")
    draft = await bob.submit_modal(form, FORM | {"choices": "Mice\nYeast"})
    assert "Draft #1 is stored" in said(draft)


async def test_who_has_all_the_drafts_that_one_may_have_is_told_before_the_form(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    for _ in range(MAX_DRAFTS):
        await world.draft(ada)
    told = await ada.slash(world.general, "proposal new")
    assert told.modal is None
    assert str(MAX_DRAFTS) in said(told)


async def test_a_chain_that_cannot_be_read_keeps_nobody_from_a_draft(world: World) -> None:
    bob = await world.member("bob", 999)
    world.chain.down = ChainFault.UNREACHABLE
    assert (await bob.slash(world.general, "proposal new")).modal is not None


async def test_all_that_is_wrong_with_a_text_is_told_at_once_and_given_back(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    wrong = {"title": " ", "body": " ", "discussion": "forum", "choices": "Mice"}
    refused = await _new(world, ada, "single-choice", **wrong)
    told = said(refused)
    assert [name in told for name in ("The title", "The body", "The discussion", "The choices")] == [True] * 4
    again = await ada.click(answer(refused), label="Fix it")
    assert filled_in(again)["discussion"] == "forum"


async def test_submitting_where_something_is_not_configured_names_the_command(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    await world.draft(ada)
    await world.configure(proposals_channel=None)
    assert "/config channels" in said(await ada.slash(world.general, "proposal submit", proposal=1))
    await world.configure(strategies=())
    assert "/config strategies" in said(await ada.slash(world.general, "proposal submit", proposal=1))


async def test_an_unreadable_chain_keeps_the_draft(world: World) -> None:
    ada = await world.member("ada", 0, researcher=True)
    await world.draft(ada)
    world.chain.down = ChainFault.LAGGING
    assert "lag behind" in said(await ada.slash(world.general, "proposal submit", proposal=1))
    assert await _state(world, 1, ada) is State.DRAFT


async def test_the_list_shows_pages_states_and_teaches_when_empty(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    assert "/proposal new starts one" in said(await ada.slash(world.general, "proposal list"))
    for number in range(9):
        await world.draft(ada, title=f"Idea {number}")
    await world.open_proposal(ada, title="The open one")
    await ada.slash(world.general, "proposal withdraw", proposal=1)
    everything = said(await ada.slash(world.general, "proposal list"))
    assert "10 proposals · /proposal view shows one" in everything
    open_ones = said(await ada.slash(world.general, "proposal list", state="open"))
    assert "The open one" in open_ones
    assert "Idea" not in open_ones
    assert "ends <t:" in open_ones


async def test_view_shows_a_proposal_on_which_one_can_vote(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    await world.open_proposal(ada)
    shown = await ada.slash(world.general, "proposal view", proposal=1)
    assert "Recorded: **For**" in said(await ada.click(answer(shown), label="For"))


async def test_the_list_names_the_choice_that_leads_and_none_while_votes_are_hidden(world: World) -> None:
    ada = await world.member("ada", 3, researcher=True)
    bob = await world.member("bob", 2)
    proposals = [
        await world.open_proposal(ada),
        await world.open_proposal(ada, voting="star", choices=("Mice", "Yeast")),
        await world.open_proposal(ada, voting="schulze", choices=("Mice", "Yeast")),
    ]
    assert "leads" not in said(await ada.slash(world.general, "proposal list"))
    for member, mark in ((ada, "For"), (bob, "Against")):
        await member.click(world.card(proposals[0]), label=mark)
    await world.app.voting.cast(world.guild_id, proposals[1].id, MemberId(ada.id), (1, 4))
    await world.app.voting.cast(world.guild_id, proposals[2].id, MemberId(ada.id), (2, 1))
    lines = said(await bob.slash(world.general, "proposal list")).splitlines()
    assert [present(re.search(r"[A-Z]\w+ leads[^·]*(?= ·)", line))[0] for line in lines if "leads" in line] == [
        "Yeast leads",
        "Yeast leads with 4.0 of 5 stars",
        "For leads with 60 %",
    ]
    async with world.app.store.write() as repos:
        found = present(await repos.proposals.get(proposals[0].id))
        terms = present(found.terms)
        hidden = replace(terms, rules=replace(terms.rules, shown=VoteVisibility.QUORUM))
        await repos.proposals.save(replace(found, terms=hidden))
        await repos.commit()
    assert "For leads" not in said(await bob.slash(world.general, "proposal list"))
    await world.later(present(proposals[0].terms).end - world.clock.now() + 1)
    await world.sweep(120)
    over = said(await bob.slash(world.general, "proposal list", state="over"))
    assert "For with 60 %" in over
    assert "leads" not in over


async def test_the_whole_text_is_a_button_away(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    body = "\n".join(f"{line}. {'*_' * 20}" for line in range(85))
    proposal = await world.open_proposal(ada, body=body)
    read = await ada.click(world.card(proposal), label="Read all")
    assert read.ephemeral
    (file,) = answer(read).attachments
    assert body in (await file.read()).decode()


async def test_autocomplete_offers_at_most_25_with_names_of_at_most_100(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    async with world.app.store.write() as repos:
        for _ in range(30):
            space = await repos.spaces.main(world.guild_id)
            await repos.proposals.add(
                a_draft(guild=world.guild_id, space=present(space).id, author=ada.id, text=a_text(title="W" * 256))
            )
        await repos.commit()
    for command in ("view", "edit", "submit", "withdraw"):
        choices = await ada.autocomplete(world.general, f"proposal {command}", "proposal", "")
        assert len(choices) == 25
        assert all(1 <= len(choice["name"]) <= 100 for choice in choices)
    (one,) = await ada.autocomplete(world.general, "proposal view", "proposal", "#17")
    assert one["value"] == 17


async def test_a_members_words_neither_ping_nor_impersonate(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    evil = "@everyone **Passed** [click](https://evil.example) <@1234567890123456789>"
    proposal = await world.open_proposal(
        ada,
        title=evil,
        summary=f"# {evil}",
        body=f"# Official\n> {evil}\n\u202egnp.exe",
        voting="single-choice",
        choices=(f"`{evil}`"[:80], "**No**"),
    )
    await world.sweep()
    card = world.card(proposal)
    text = text_of(card)
    assert "@everyone" not in text
    links = [line for line in text.splitlines() if re.search(r"(?<!\\)\]\(https://evil", line)]
    assert all(line.startswith("> ") and "](https://evil.example) (evil.example)" in line for line in links), (
        "as theirs"
    )
    assert not re.search(r"(?<!\\)<@1234567890123456789>", text)
    assert all(line.startswith("> ") for line in text.splitlines() if re.search(r"(?<!\\)\*\*Passed", line))
    bodies = [entry.json for entry in world.env.http_requests if isinstance(entry.json, dict)]
    assert not any((body.get("allowed_mentions") or {}).get("parse") for body in bodies)


async def test_the_power_that_lets_propose_is_read_at_a_final_block(world: World) -> None:
    bob = await world.member("bob", 1_000)
    await world.draft(bob)
    await world.app.proposals.submit(world.guild_id, 1, MemberId(bob.id), [])
    shown = (await world.app.proposals.view(world.guild_id, 1, MemberId(bob.id))).proposal
    assert shown.terms is not None
    assert next(iter(shown.terms.snapshot.values())) == world.chain.head
