"""The made-up language as walks through rooms use it: what of an answer is in no language but English."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any

import discord
import pytest
import simcord

from bot.presentation.catalogue import messages
from bot.presentation.catalogue.messages import Language
from tests.cogs.answers import answer, form_rows, text_of
from tests.cogs.conftest import parts, said
from tests.presentation.catalogue.command_names import COMMAND
from tests.presentation.catalogue.pseudo import PSEUDO

NAMES = (
    "VITA|Ethereum|Methuselah Commons|Researcher|A mouse study|Ethics approval|First 40 volunteers|Fund the mouse study"
    r"|Twelve months of a rapamycin trial\.|For|Against|Abstain|basic|dan|Vault|Savings|Mice|Yeast|Worms|because"
)
_IDS = r"\*\*[A-Z]\*\*|\bbafk\S+|\b[0-9a-f]{8}\b|\b[0-9A-Z]{8}\b|\b[0-9a-f]{64}\b"
_ROWS = r"\b[a-z ]+/\d+\b|\bspace(?= ís nót ás)|\bMiB\b"
KEPT = re.compile(
    rf"```.*?```|`[^`]*`|<[^>]*>|\]\([^)]*\)|0x\S+|{_IDS}|{_ROWS}|{COMMAND}|\b(?:{NAMES})(?!\w)",
    re.DOTALL,
)
"""What is no sentence of ours: code, mentions, links, addresses, ids, rows, commands, names, what members wrote."""
SPOKEN = Language("ja", PSEUDO.sentences)
"""The made-up language, with lists as in Japanese, whose marks are no letters."""


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak the made-up language in every task."""
    monkeypatch.setattr(messages, "_spoken", ContextVar("spoken", default=SPOKEN))


def english(text: str) -> list[str]:
    """Return the words that are in no language but English: made-up ones have accents on all their vowels."""
    return [word for word in re.findall(r"[A-Za-z']*[aeiouAEIOU][A-Za-z']*", KEPT.sub(" ", text)) if word.isascii()]


def told(result: simcord.InteractionResult) -> str:
    """All that an answer says, buttons, menus and descriptions of pictures too; or the form that it opens."""
    if result.modal is not None:
        rows = [str(result.modal["title"])]
        for row in form_rows(result):
            inner = row.get("component", {})
            rows += [str(one) for one in (row.get("label"), row.get("description"), inner.get("placeholder")) if one]
            rows += _told_of(inner)
        return "\n".join(rows)
    return "\n".join([said(result), *(one for part in parts(answer(result).components) for one in _told_of(part))])


def told_by(message: discord.Message) -> str:
    """All that a message in a channel says."""
    every = parts([one.to_dict() for one in message.components])
    files = [one.description for one in message.attachments if one.description]
    return "\n".join([text_of(message), *files, *(one for part in every for one in _told_of(part))])


def _told_of(part: dict[str, Any]) -> list[str]:
    """What a component says besides texts: its label, the options of a menu, the description of a picture."""
    inner = [*part.get("options", ()), *part.get("items", ())]
    return [str(one[key]) for one in (part, *inner) for key in ("label", "placeholder", "description") if one.get(key)]


def spoken_in_full(result: simcord.InteractionResult) -> None:
    """Fail if a word of an answer is English."""
    assert english(told(result)) == [], told(result)


def says_nothing_english(message: discord.Message) -> None:
    """Fail if a word of a message in a channel is English."""
    assert english(told_by(message)) == [], told_by(message)
