"""Names of spaces are told apart by what is seen; which one is meant follows from the name, the channel, the number."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.domain.shared.errors import NotFound
from bot.domain.shared.types import ChannelId, SpaceId
from bot.domain.spaces.meant_space import channels_of, meant
from bot.domain.spaces.space import Space
from bot.domain.spaces.space_names import MAX_NAME, check_name, name_key
from tests.builders import ANNOUNCEMENTS, MODERATORS, PROPOSALS, a_space
from tests.refusals import refused

CARD, NOTES, HALL, OTHER = (ChannelId(number) for number in (61, 62, 63, 64))

MAIN_SPACE = a_space()
HOLDERS = a_space(
    id=SpaceId(2),
    number=2,
    name="IPT holders",
    proposals_channel=CARD,
    announcements_channel=NOTES,
    moderators_channel=None,
)
GROUP = a_space(
    id=SpaceId(3),
    number=3,
    name="Working group",
    proposals_channel=HALL,
    announcements_channel=NOTES,
    moderators_channel=MODERATORS,
)
THREE = [MAIN_SPACE, HOLDERS, GROUP]


@pytest.mark.parametrize(
    ("spaces", "named", "channels", "numbers"),
    [
        ([MAIN_SPACE], None, [], [1]),
        ([MAIN_SPACE], None, [CARD], [1]),
        ([MAIN_SPACE], 1, [OTHER], [1]),
        (THREE, 2, [], [2]),
        (THREE, 2, [HALL], [2]),
        (THREE, None, [CARD], [2]),
        (THREE, None, [OTHER, HALL], [3]),
        (THREE, None, [PROPOSALS], [1]),
        (THREE, None, [ANNOUNCEMENTS], [1]),
        (THREE, None, [NOTES], [2, 3]),
        (THREE, None, [MODERATORS], [1, 3]),
        (THREE, None, [CARD, HALL], [2, 3]),
        (THREE, None, [OTHER], [1, 2, 3]),
        (THREE, None, [], [1, 2, 3]),
    ],
)
def test_a_name_goes_before_the_channel_and_where_there_is_one_space_it_is_meant(
    spaces: Sequence[Space], named: int | None, channels: Sequence[ChannelId], numbers: Sequence[int]
) -> None:
    assert [space.number for space in meant(spaces, named, channels)] == numbers


@pytest.mark.parametrize("spaces", [[MAIN_SPACE], THREE])
def test_a_space_that_is_not_there_is_not_taken_for_another(spaces: Sequence[Space]) -> None:
    with pytest.raises(NotFound, match="space 9"):
        meant(spaces, 9, [CARD])


def test_the_audit_channel_is_the_servers_and_tells_of_no_space() -> None:
    assert channels_of(a_space(audit_channel=OTHER)) == {PROPOSALS, ANNOUNCEMENTS, MODERATORS}
    assert channels_of(a_space(proposals_channel=None, announcements_channel=None, moderators_channel=None)) == set()


@pytest.mark.parametrize(
    "typed",
    [
        "ipt holders",
        "  IPT\u00a0 holders ",
        "IPT \u200bholders",
        "I\u200dPT holders",
        "\uff29\uff30\uff34 holders",
        "IPT\nholders",
        "IPT\u3164 holders",
        "IPT\ufe0f holders",
        "\u202eIPT holders\u202c",
        "IPT holders\u2800",
        "IPT hol\u00adders",
    ],
)
def test_two_names_that_look_the_same_are_the_same(typed: str) -> None:
    assert name_key(typed) == name_key("IPT holders")
    with refused("is that of “IPT holders” already"):
        check_name(typed, THREE)


@pytest.mark.parametrize("typed", ["IPT-holders", "IPTholders", "IPT holders 2", "\u0399\u03a1\u03a4 holders"])
def test_other_names_are_others(typed: str) -> None:
    assert check_name(typed, THREE) == typed


def test_a_name_is_kept_as_it_is_seen() -> None:
    assert check_name("\ufeff Réseau \u200e des\tchercheurs 👩\u200d🔬 ", []) == "Réseau des chercheurs 👩\u200d🔬"


@pytest.mark.parametrize("typed", ["", "  ", "\u200b\u200d", "\u3164", "\u2800\u2800", "\ufe0f", "\n"])
def test_a_name_shows_something(typed: str) -> None:
    with refused("shows nothing"):
        check_name(typed, [])


def test_a_name_fits_everywhere() -> None:
    assert check_name("x" * MAX_NAME, []) == "x" * MAX_NAME
    with refused("51 characters"):
        check_name("x" * (MAX_NAME + 1), [])
