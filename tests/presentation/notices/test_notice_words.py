from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, get_args

import pytest

from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.announcements.delivery_fault import DeliveryFault
from bot.domain.announcements.moderator_notice import (
    KINDS,
    AnnouncementRefused,
    AnnouncementWaits,
    Cause,
    ClockDiffers,
    CountWaits,
    NoticeFact,
    PowerCorrected,
    RuleRefused,
    Told,
    TreasuriesUnread,
    WaitingReason,
    read,
    stored,
)
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import ChannelId, GuildId
from bot.presentation.catalogue.messages import speaking
from bot.presentation.notices.count_words import WAITING, waiting_words
from bot.presentation.notices.notice_words import notice_words
from bot.presentation.notices.noticed_words import noticed_words
from bot.presentation.notices.tables import DELIVERIES, FAULTS, REMEDIES, TOPICS, TROUBLES
from cogs.announcements.notice_card import notice_card
from tests.builders import NOW, an_address
from tests.presentation.catalogue.pseudo import PSEUDO
from tests.presentation.refusals.test_refusals import untranslated

OF_TYPE = {"int": 3, "str": "Zq", "bool": True}


def some(kind: Any) -> Any:
    return kind(**{fact.name: OF_TYPE[str(fact.type)] for fact in fields(kind)})


def every() -> Iterator[NoticeFact]:
    own = {RuleRefused, TreasuriesUnread, CountWaits, PowerCorrected, AnnouncementRefused}
    yield from (some(kind) for kind in KINDS.values() if kind not in own)
    yield from (ClockDiffers(chain="Zq", seconds=seconds) for seconds in (-90, 60, 7_200))
    yield from (RuleRefused(rule=1, role=2, trouble=trouble.name) for trouble in Trouble)
    yield from (TreasuriesUnread(chain=1, fault=fault.name) for fault in ChainFault)
    yield from (CountWaits(number=1, reason=str(reason)) for reason in WaitingReason)
    yield from (CountWaits(number=1, reason="Zq", cause=cause) for cause in Cause)
    yield from (AnnouncementWaits(topic=str(topic), reason="Zq") for topic in Topic)
    yield from (AnnouncementRefused(topic="Zq", fault=str(fault), channel=3, detail="Zq") for fault in DeliveryFault)
    one = f"{an_address(1)} 60 7"
    yield from (PowerCorrected(number=1, votes=votes, symbol="Zq", wallets=one) for votes in (1, 2, 9))


def announced(row: Mapping[str, str | int | None]) -> Announcement:
    return Announcement(
        id=1,
        key="k",
        topic=Topic.NOTICE,
        guild=GuildId(1),
        channel=ChannelId(1),
        facts=row,
        nonce="n",
        ref="0123ABCD",
        created_at=NOW,
    )


@pytest.mark.parametrize("fact", list(every()), ids=repr)
def test_a_notice_is_stored_as_facts_and_told_in_the_language_that_is_spoken(fact: NoticeFact) -> None:
    row = json.loads(json.dumps(stored(fact)))
    assert read(row) == fact
    english = notice_words(fact)
    with speaking(PSEUDO):
        told = notice_words(read(row))
        card, noticed = notice_card(announced(row)), noticed_words(fact)
    for sentence, translated in zip(english, told, strict=True):
        assert sentence[0].isupper()
        assert sentence.endswith((".", "Zq"))
        assert untranslated(translated) == ""
    assert noticed.endswith(".⟧")
    shown = card.text()
    for part in (told.problem, noticed, told.remedy, f"<t:{NOW}:R>", "0123ABCD"):
        assert part in shown
    for part in (*told, noticed):
        shown = shown.replace(part, "")
    assert untranslated(re.sub(r"<t:\d+:[fR]>|0123ABCD|[#*:()-]", "", shown)) == ""


def test_what_an_earlier_version_stored_is_shown_as_it_is() -> None:
    row: dict[str, str | int | None] = {"problem": "The chain is slow in <#7>.", "remedy": "Wait."}
    assert stored(Told(problem="The chain is slow in <#7>.", remedy="Wait.")) == row
    with speaking(PSEUDO):
        assert notice_words(read(row)) == ("The chain is slow in <#7>.", "Wait.")
        assert "The chain is slow in <#7>." in notice_card(announced(row)).text()


def test_what_only_a_later_version_knows_is_told_to_be_something() -> None:
    assert read({"kind": "of tomorrow", "number": 3}) is None
    assert read({"kind": "snapshot old", "number": 3}) is None
    assert notice_words(None).problem == "Something is wrong for which this version of the bot has no words."


def test_all_kinds_have_words() -> None:
    assert {*KINDS.values(), Told} == set(get_args(NoticeFact))
    assert WAITING.keys() == set(WaitingReason)
    assert TROUBLES.keys() == REMEDIES.keys() == set(Trouble)
    assert FAULTS.keys() == set(ChainFault)
    assert DELIVERIES.keys() == set(DeliveryFault)
    assert TOPICS.keys() == set(map(str, Topic))


def test_why_a_count_waits_is_stored_as_the_log_has_it_and_told_in_the_language_that_is_spoken() -> None:
    assert waiting_words(WaitingReason.UNREAD) == "the power of a voter could not be read" == WaitingReason.UNREAD.value
    with speaking(PSEUDO):
        assert untranslated(waiting_words(str(WaitingReason.UNREAD))) == ""
        assert waiting_words("chain 1: unreachable") == "chain 1: unreachable"


def test_what_a_token_calls_itself_is_shown_as_it_is_written() -> None:
    wallets = f"{an_address(1)} 60 7\n{an_address(2)} 1 2"
    fact = PowerCorrected(number=3, votes=9, symbol="*VITA*", wallets=wallets)
    assert notice_words(fact).problem == (
        "At the count of proposal #3, 9 of its votes had another power than they were cast with, in "
        r"\*VITA\*. 0x0000…0001: 60 instead of 7; 0x0000…0002: 1 instead of 2, and 7 more."
    )
