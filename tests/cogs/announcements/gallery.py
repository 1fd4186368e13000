"""What moderators are told: each kind of notice, with each of its reasons, in short and in the longest values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from bot.domain.announcements.announcement import Topic
from bot.domain.announcements.moderator_notice import PowerCorrected, stored
from cogs.announcements.notice_card import notice_card
from tests.builders import an_address, an_announcement
from tests.gallery.messages import Shown
from tests.presentation.notices.test_notice_words import every

_LONG = "a very long name of something that somebody else called so " * 40
_WALLETS = "\n".join(f"{an_address(n)} {10**33 + n} {n}" for n in range(1, 40))


def shown() -> Iterator[Shown]:
    """Return the cards."""
    for place, fact in enumerate(every(), start=1):
        words = [one.name for one in fields(fact) if getattr(fact, one.name) == "Zq"]
        everyday = {name: "VITA" if name == "symbol" else "Ethereum" for name in words}
        longest = {name: "*" * 64 if name == "symbol" else _LONG for name in words}
        if isinstance(fact, PowerCorrected):
            longest["wallets"] = _WALLETS
        for name, values in (("everyday", everyday), ("longest", longest)):
            row = {**stored(fact), **values}
            told = f"{place}. {type(fact).__name__}, {name}"
            card = notice_card(an_announcement(Topic.NOTICE, facts=row))
            yield Shown(section="notices", name=told, message=card, says=("For moderators", "Remedy"))
