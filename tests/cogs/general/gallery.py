"""What everybody meets: help, hello, and the words for each error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.shared.errors import InvalidInput
from bot.domain.spaces.space import OPTIONAL_COGS
from cogs._shared.cards import Card
from cogs.general.error_messages import words
from cogs.general.help_card import WANTS, help_card
from cogs.general.welcome_cog import thanks, welcome_card
from cogs.spaces.settings_cards import COLOUR
from tests.builders import a_space, a_wallet
from tests.cogs.general.test_error_messages import EXAMPLES, OF_DISCORD
from tests.gallery.asking import CHAINS
from tests.gallery.messages import Message, Reply, Shown
from tests.presentation.refusals.samples import FIELDS, faults

_UNSET: dict[str, Any] = {"strategies": (), "proposals_channel": None, "proposer_roles": (), "proposer_power": None}


def shown() -> Iterator[Shown]:
    """Return all of it."""
    for name, message, says in (*_hello(), *_help(), *_errors()):
        yield Shown(section="general", name=name, message=message, says=(says,))


def _hello() -> Iterator[tuple[str, Message, str]]:
    yield "hello", welcome_card(), "Hello, I am Folkmoot"
    yield "hello, to a member", Card([thanks()], colour=COLOUR), "Next: "


def _help() -> Iterator[tuple[str, Message, str]]:
    names = [name for _want, commands in WANTS for name in commands]
    usable = [(name, f"What {name} does, in a sentence of usual length") for name in names]
    longest = [(f"{name} subcommand-{n}"[:32], "d" * 100) for name in names for n in range(8)]
    new, ready = a_space(**_UNSET), a_space()
    spaces = [a_space(number=n, name="*" * 50, **_UNSET) for n in range(1, 26)]
    for name, card in {
        "a member, no wallet": help_card([ready], [], [], usable),
        "a member, one wallet": help_card([ready], [], [a_wallet()], usable),
        "nothing posted yet": help_card([new], [], [], usable),
        "a moderator, nothing set": help_card([new], [new], [], usable),
        "a moderator, all set": help_card([ready], [ready], [a_wallet()], usable),
        "a moderator of many spaces": help_card(spaces, spaces, [a_wallet()] * 10, usable, several=True),
        "every part is off": help_card([ready], [ready], [], [], off=OPTIONAL_COGS),
        "all that there can be": help_card(spaces, spaces, [a_wallet()] * 10, longest, several=True),
    }.items():
        yield f"help, {name}", card, "Only you see answers to commands"


def _errors() -> Iterator[tuple[str, Message, str]]:
    for kind, examples in EXAMPLES.items():
        for place, error in enumerate(examples, start=1):
            yield f"error, {kind.__name__} {place}", Reply(text=words(error, CHAINS) or ""), " "
    for place, refused in enumerate(OF_DISCORD, start=1):
        yield f"error of Discord {place}", Reply(text=words(refused, CHAINS) or ""), " "
    for place, fault in enumerate(faults(), start=1):
        text = words(InvalidInput(FIELDS[place % len(FIELDS)], fault), CHAINS) or ""
        yield f"refused, {place}. {type(fault).__name__}", Reply(text=text), "Next: "
