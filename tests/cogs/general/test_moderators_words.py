"""What moderators' commands say is in the catalogue: driven in a language that nobody speaks, no English is left."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import simcord

from bot.presentation.catalogue.messages import speaking
from tests.builders import CHAIN, TOKEN
from tests.cogs.answers import answer, form_rows
from tests.cogs.conftest import World, parts, said
from tests.presentation.catalogue.command_names import COMMAND
from tests.presentation.catalogue.pseudo import PSEUDO
from tests.presentation.refusals.test_refusals import untranslated

LIST = json.dumps([{"name": "erc20-balance-of", "network": str(CHAIN), "params": {"address": TOKEN, "decimals": 18}}])
COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("help", {}),
    ("config show", {}),
    ("config channels", {}),
    ("config channels", {"proposals": "general"}),
    ("config proposers", {}),
    ("config proposers", {"minimum": "5"}),
    ("config proposers", {"minimum": "many"}),
    ("config moderators", {}),
    ("config moderators", {"role1": "role"}),
    ("config voters", {}),
    ("config voters", {"role1": "role"}),
    ("config web", {"public": False}),
    ("config web", {"public": True}),
    ("config voting", {}),
    ("config voting", {"period": "1d", "quorum": "5 %", "approval": "60 %", "votes": "hidden", "ballots": "account"}),
    ("config voting", {"type": "approval", "quorum": "5", "approval": "3/5", "partial": True}),
    ("config voting", {"type": "basic", "quorum_counts": "rejection", "quorum": "10"}),
    ("config cogs", {"part": "power", "on": False}),
    ("config cogs", {"part": "power", "on": True}),
    ("space new", {"name": "Zq"}),
    ("space list", {}),
    ("space rename", {"name": "Zqq", "space": 2}),
    ("space archive", {"space": 2}),
    ("space restore", {"space": 2}),
    ("space archive", {"space": 1}),
    ("roles list", {}),
    ("roles check", {}),
    ("roles add", {"role": "role", "minimum": "5"}),
    ("audit export", {}),
    ("audit verify", {}),
    ("audit verify", {"head": "Zq"}),
    ("privacy export", {}),
    ("privacy forget", {}),
]
FACTS = re.compile(
    rf"<[@#][^>]*>|<t:\d+:\w>|`[^`]*`|\*\*|“[^”]*”|{COMMAND}|https?://\S+|VITA|ETH|Zqq?|Methuselah Commons|DAO"
    r"|erc20-balance-of|Ethereum|0x[\w…]+|[^A-Za-z]"
)
"""What is no sentence: mentions, times, commands, and what the server itself is called."""


def english(text: str) -> str:
    """Return the letters that no sentence of the catalogue accounts for."""
    return FACTS.sub("", untranslated(re.sub(r"[“”]", '"', text)))


async def in_pseudo(world: World, command: str, options: dict[str, Any]) -> simcord.InteractionResult:
    things = {"general": world.general, "role": world.researcher}
    given = {name: things.get(value, value) if isinstance(value, str) else value for name, value in options.items()}
    with speaking(PSEUDO):
        return await world.moderator.slash(world.general, command, **given)


def left(result: simcord.InteractionResult) -> list[str]:
    """What of an answer is English: its texts, and the labels of what can be pressed."""
    items = [part for part in parts(answer(result).components) if "custom_id" in part]
    texts = [said(result), *(str(item.get("label") or item.get("placeholder") or "") for item in items)]
    return [text for text in texts if english(text)]


@pytest.mark.parametrize("several", [False, True], ids=["one space", "two spaces"])
async def test_no_answer_of_a_moderators_command_has_a_sentence_of_its_own(world: World, several: bool) -> None:
    if several:
        await world.moderator.slash(world.general, "space new", name="Zq")
    strays = []
    for command, options in COMMANDS:
        if several and command == "space new":
            continue
        result = await in_pseudo(world, command, options)
        strays += [(command, options, english(text), text[:400]) for text in left(result)]
    assert strays == []


async def test_no_step_of_setting_up_has_a_sentence_of_its_own(world: World) -> None:
    await world.configure(strategies=(), proposals_channel=None, proposer_roles=(), proposer_power=None)
    mona = world.moderator
    with speaking(PSEUDO):
        begun = await mona.slash(world.general, "config show")
        form = await mona.click(answer(begun).message, custom_id="config:next:strategies")
        refused = await mona.submit_modal(form, {"strategies": "[]"})
        again = await mona.click(answer(refused).message, custom_id="config:strategies:fix")
        pasted = await mona.submit_modal(again, {"strategies": LIST})
        asked = await mona.click(answer(pasted).message, custom_id="config:next:channel")
        chosen = await mona.select(answer(asked).message, [world.proposals], custom_id="config:proposals")
        who = await mona.click(answer(chosen).message, custom_id="config:next:proposers")
        power = await mona.click(answer(who).message, custom_id="config:minimum")
        done = await mona.submit_modal(power, {"minimum": "5"})
    for result in (begun, refused, pasted, asked, chosen, who, done):
        assert left(result) == []
    for shown in (form, again, power):
        assert shown.modal is not None
        rows = form_rows(shown)
        labels = [row.get("label", "") for row in rows] + [row.get("description", "") for row in rows]
        assert [text for text in [shown.modal["title"], *labels] if english(text)] == []
