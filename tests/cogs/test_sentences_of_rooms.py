"""Wallets, power, delegations, campaigns and treasuries in a language that nobody speaks: no sentence stays English."""

from __future__ import annotations

import re
from contextvars import ContextVar

import pytest
import simcord

from bot.presentation.catalogue import messages
from bot.presentation.catalogue.messages import Language
from tests.builders import ONE, TOKEN, TREASURY
from tests.cogs.answers import answer, form_rows
from tests.cogs.conftest import World, labels, parts, said
from tests.presentation.catalogue.pseudo import PSEUDO

NAMES = (
    "VITA|Ethereum|Methuselah Commons|Researcher|A mouse study|Ethics approval|First 40 volunteers|Fund the mouse study"
    r"|Twelve months of a rapamycin trial\.|For|Against|Abstain|basic|dan|Vault|Savings|Mice|Yeast|Worms|because"
)
_IDS = r"\*\*[A-Z]\*\*|\bbafk\S+|\b[0-9a-f]{8}\b|\b[0-9A-Z]{8}\b"
KEPT = re.compile(
    rf"```.*?```|`[^`]*`|<[^>]*>|\]\([^)]*\)|0x\S+|{_IDS}|/[a-z-]+(?: [a-z-]+)*|\b(?:{NAMES})(?!\w)",
    re.DOTALL,
)
"""What is no sentence of ours: code, mentions, links, addresses, ids, commands, names, and what members wrote."""


SPOKEN = Language("ja", PSEUDO.sentences)
"""The made-up language, with lists as in Japanese, whose marks are no letters."""
TEXT = 10


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak the made-up language in every task."""
    monkeypatch.setattr(messages, "_spoken", ContextVar("spoken", default=SPOKEN))


def english(text: str) -> list[str]:
    """Return the words that are in no language but English: made-up ones have accents on all their vowels."""
    return [word for word in re.findall(r"[A-Za-z']*[aeiouAEIOU][A-Za-z']*", KEPT.sub(" ", text)) if word.isascii()]


def told(result: simcord.InteractionResult) -> str:
    """All that an answer says, buttons and menus too; or the form that it opens."""
    if result.modal is not None:
        rows = [str(result.modal["title"])]
        for row in form_rows(result):
            inner = row.get("component", {})
            rows += [str(one) for one in (row.get("label"), row.get("description"), inner.get("placeholder")) if one]
        return "\n".join(rows)
    return "\n".join([said(result), *filter(None, labels(answer(result)))])


def spoken_in_full(result: simcord.InteractionResult) -> None:
    assert english(told(result)) == [], told(result)


def test_words_that_are_not_translated_are_found() -> None:
    assert english("⟦Yóú hávé⟧ 5 VITA `code` /power <@5>") == []
    assert english("⟦Yóú hávé⟧ nothing") == ["nothing"]


async def test_linking_a_wallet(world: World) -> None:
    dan = await world.member("dan")
    spoken_in_full(await dan.slash(world.general, "wallet list"))
    spoken_in_full(asked := await dan.slash(world.general, "wallet link", address=f"0x{'ab' * 20}"))
    spoken_in_full(await dan.click(answer(asked).message, custom_id=_first_id(asked)))
    listed = await dan.slash(world.general, "wallet list")
    spoken_in_full(await dan.click(answer(listed).message, custom_id=_first_id(listed)))
    address = await world.link(dan, 9_001, 5)
    spoken_in_full(await dan.slash(world.general, "wallet list"))
    spoken_in_full(await dan.slash(world.general, "wallet label", address=address, label="Vault"))
    spoken_in_full(await dan.slash(world.general, "wallet primary", address=address))
    spoken_in_full(asked := await dan.slash(world.general, "wallet unlink", address=address))
    await dan.click(answer(asked).message, custom_id=_first_id(asked))
    spoken_in_full(asked)


async def test_a_vote_without_a_wallet(world: World) -> None:
    ada, dan = await world.member("ada", 5_000, researcher=True), await world.member("dan")
    proposal = await world.open_proposal(ada)
    refused = await dan.click(world.card(proposal), custom_id=f"vote:{proposal.id}:1")
    spoken_in_full(refused)
    await world.link(dan, 9_001, 5)
    await dan.click(answer(refused).message, custom_id=_first_id(refused))
    spoken_in_full(refused)


async def test_power(world: World) -> None:
    ada, dan = await world.member("ada", 5_000, researcher=True), await world.member("dan")
    proposal = await world.open_proposal(ada)
    for member in (ada, dan):
        spoken_in_full(await member.slash(world.general, "power"))
        spoken_in_full(await member.slash(world.general, "power", proposal=proposal.number))
        spoken_in_full(await member.click(world.card(proposal), custom_id=f"power:{proposal.id}"))
    await world.link(dan, 9_001, 0)
    spoken_in_full(await dan.slash(world.general, "power"))


async def test_delegations(world: World) -> None:
    ada, dan = await world.member("ada", 5), await world.member("dan")
    spoken_in_full(await dan.slash(world.general, "delegate show"))
    spoken_in_full(await dan.slash(world.general, "delegate clear"))
    spoken_in_full(await dan.slash(world.general, "delegate set", member=ada))
    spoken_in_full(await dan.slash(world.general, "delegate set", member=ada, type="basic", until="90 days"))
    spoken_in_full(await dan.slash(world.general, "delegate show"))
    spoken_in_full(await ada.slash(world.general, "delegate show"))
    spoken_in_full(await ada.slash(world.general, "power"))
    spoken_in_full(await dan.slash(world.general, "delegate clear"))


async def test_campaigns_and_treasuries(world: World) -> None:
    mona = world.moderator
    spoken_in_full(await mona.slash(world.general, "campaign list"))
    spoken_in_full(await mona.slash(world.general, "treasury view"))
    options = {"title": "A mouse study", "treasury": TREASURY, "token": TOKEN}
    spoken_in_full(form := await mona.slash(world.general, "campaign new", **options))
    spoken_in_full(await mona.submit_modal(form, {"targets": "Ethics approval: 100\nFirst 40 volunteers: 1.5k"}))
    spoken_in_full(await mona.slash(world.general, "campaign view", campaign="1"))
    spoken_in_full(await mona.slash(world.general, "campaign list"))
    watched = {"treasury": TREASURY, "label": "Savings", "token": TOKEN}
    spoken_in_full(await mona.slash(world.general, "treasury watch", **watched))
    spoken_in_full(await mona.slash(world.general, "treasury view"))
    world.chain.give(TREASURY, 120 * ONE)
    await world.sweep()
    await world.sweep()
    (message,) = world.announcements.history()
    texts = [part["content"] for part in parts([one.to_dict() for one in message.components]) if part["type"] == TEXT]
    assert english("\n".join(texts)) == []
    spoken_in_full(await mona.slash(world.general, "treasury unwatch", treasury="Savings"))


def _first_id(result: simcord.InteractionResult) -> str:
    return next(str(part["custom_id"]) for part in parts(answer(result).components) if part.get("custom_id"))
