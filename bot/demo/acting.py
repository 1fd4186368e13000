"""What members do on Discord in the demo: type commands, press buttons, fill in forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.demo.people import Person
from bot.demo.stage import Channel, Stage
from bot.demo.story.message_texts import texts

Answer = Any
"""The outcome of an action, as simcord gives it: `response` is the message, `modal` the form that opened."""


async def type_command(
    stage: Stage, person: Person, command: str, *, where: Channel = "proposals", **options: object
) -> Answer:
    """Type a slash command."""
    return await stage.member(person).slash(stage.channels[where], command, **options)


async def press(stage: Stage, person: Person, message: Any, label: str) -> Answer:  # noqa: ANN401 - a message or an answer's
    """Press the button with the label `label`."""
    return await stage.member(person).click(message, label=label)


async def fill_in(stage: Stage, person: Person, form: Answer, values: Mapping[str, str]) -> Answer:
    """Fill in a form, with values by the labels of its fields, and send it."""
    fields = {}
    for row in form.modal["components"]:
        inner = row.get("component") or next(iter(row.get("components", ())), None)
        if inner is None:
            continue  # text only, without a field
        fields[row.get("label") or inner.get("label")] = inner["custom_id"]
    return await stage.member(person).submit_modal(form, {fields[label]: value for label, value in values.items()})


async def ask_to_link(stage: Stage, person: Person) -> tuple[Answer, str]:
    """Ask to link somebody's wallet. Return the answer, and the text in it that the wallet has to sign."""
    asked = await type_command(stage, person, "wallet link", where="hall", address=person.wallet)
    shown = "\n".join(texts(asked.response.components))
    return asked, shown.partition("```\n")[2].partition("\n```")[0]


async def paste_signature(stage: Stage, person: Person, asked: Answer, signature: str) -> Answer:
    """Answer `ask_to_link` by pasting a signature."""
    form = await press(stage, person, asked.response, "Paste the signature")
    return await fill_in(stage, person, form, {"Signature": signature})


async def link_wallet(stage: Stage, person: Person) -> Answer:
    """Link somebody's wallet with its own signature."""
    asked, text = await ask_to_link(stage, person)
    return await paste_signature(stage, person, asked, person.sign(text))
