"""Names of spaces: which are allowed, and when two look the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.general import TextTooLong
from bot.domain.shared.errors.faults.spaces import NameTaken, SpaceFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.pasted_text import without_invisible
from bot.domain.spaces.space import Space

MAX_NAME = 50
"""Characters of a name."""
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Characters that are drawn as nothing, although their Unicode categories are letters, marks and symbols."""


def check_name(name: str, others: Iterable[Space]) -> str:
    """Return a name trimmed and without invisible characters.

    Raises InvalidInput if it is too long, shows nothing, or looks like one of the `others`.
    """
    name = " ".join(
        "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in without_invisible(name)).split()
    )
    if len(name) > MAX_NAME:
        raise InvalidInput(Field.NAME, TextTooLong(len(name), MAX_NAME))
    if not (key := name_key(name)):
        raise InvalidInput(Field.NAME, SpaceFlaw.NAME_SHOWS_NOTHING)
    for other in others:
        if name_key(other.name) == key:
            raise InvalidInput(Field.NAME, NameTaken(other.name))
    return name


def name_key(name: str) -> str:
    """Return a key that is equal for names that look the same. Letters of different scripts remain different."""
    plain = unicodedata.normalize("NFKC", _BLANK.sub("", name)).casefold()
    shown = (" " if unicodedata.category(sign) == "Cc" else sign for sign in _BLANK.sub("", plain))
    return " ".join("".join(sign for sign in shown if unicodedata.category(sign) not in _HIDDEN).split())
