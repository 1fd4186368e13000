"""Every kind of announcement says how it is delivered, is stored by a service, and has its card."""

from __future__ import annotations

import pytest

from bot.domain.announcements.announcement import DELIVERIES, PRIVATE, To, Topic
from tests.recipes.reading import ROOT

SERVICES = "\n".join(path.read_text() for path in (ROOT / "bot/services").rglob("*.py"))
VOICES = "\n".join(path.read_text() for path in (ROOT / "cogs").rglob("*.py"))

every = pytest.mark.parametrize("topic", Topic)


def test_each_has_its_delivery() -> None:
    assert list(DELIVERIES) == list(Topic)


@every
def test_it_is_stored_by_a_service_and_said_by_the_voice(topic: Topic) -> None:
    assert f"topic=Topic.{topic.name}" in SERVICES or f" Topic.{topic.name}," in SERVICES
    assert f"Topic.{topic.name}:" in VOICES or f"Topic.{topic.name} |" in VOICES or f"| Topic.{topic.name}" in VOICES


@every
def test_what_has_no_channel_of_its_own_has_no_other_to_go_to(topic: Topic) -> None:
    delivery = DELIVERIES[topic]
    if delivery.to is not To.CHANNEL:
        assert not delivery.otherwise
        assert not delivery.files
    assert (topic in PRIVATE) == (delivery.to is To.MEMBER)
