"""What moderators meet who set a space up or look at its rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.client.permissions import Use
from bot.domain.proposals.vote_rules import Rules, VoteVisibility
from bot.domain.shared.types import RoleId
from bot.domain.spaces.snapshot_import import SpaceSettings
from bot.domain.spaces.space import DAY, OPTIONAL_COGS, Space
from bot.domain.voting import OFFERED
from bot.services.announcements.moderator_notices import Notice
from cogs._shared.cards import Card, Row
from cogs.spaces.settings_cards import COLOUR, config_card, fit
from cogs.spaces.settings_words import Place, publication_lines, strategy_lines, voting_lines
from cogs.spaces.setup_buttons import ChannelMenu, MinimumButton, MinimumForm, ProposersMenu
from cogs.spaces.setup_steps import next_rows, way_on
from cogs.spaces.snapshot_import import settings_lines
from cogs.spaces.strategies_form import StrategiesForm
from tests.builders import MODERATORS, NOW, RESEARCHER, a_space, a_strategy
from tests.gallery.asking import CHAINS, MANY_CHAINS, interaction
from tests.gallery.messages import Message, Shown
from tests.presentation.notices.test_notice_words import every

_BASE = "https://folkmoot.example"
_EMPTY: dict[str, Any] = {
    "strategies": (),
    "proposals_channel": None,
    "announcements_channel": None,
    "moderators_channel": None,
    "proposer_roles": (),
    "proposer_power": None,
}
_ROLES = tuple(RoleId(RESEARCHER + n) for n in range(5))
_NAMES = {"everyday": "Grants", "shortest": "G", "longest": "*" * 50, "right to left": "مِنَح", "emoji": "🧬👩‍🔬" * 5}


def shown() -> Iterator[Shown]:
    """Return all of it."""
    for name, message, says in (*_rules(), *_steps(), *_answers()):
        yield Shown(section="spaces", name=name, message=message, says=(says,))


def _most() -> Space:
    strategies = tuple(
        a_strategy(params={"address": "0x" + "70" * 20, "symbol": "*" * 64, "decimals": 18}) for _ in range(8)
    )
    rules = {voting: Rules(quorum="1" * 30, shown=VoteVisibility.NOTHING, partial=False) for voting in (None, *OFFERED)}
    return a_space(
        name="*" * 50,
        strategies=strategies,
        proposer_roles=_ROLES,
        proposer_power="1" * 60,
        rules=rules,
        cogs_off=frozenset(OPTIONAL_COGS),
        public=True,
        moderators=_ROLES,
        voters=_ROLES,
    )


def _rules() -> Iterator[tuple[str, Message, str]]:
    right = [Place(use=use, channel=MODERATORS) for use in Use]
    unset = [Place(use=use, channel=None) for use in Use]
    lacks = ("See the channel", "Send messages", "Embed links", "Attach files", "Create public threads")
    wrong = [Place(use=use, channel=MODERATORS, lacking=lacks) for use in Use]
    gone = [Place(use=use, channel=MODERATORS, gone=True) for use in Use]
    notices = [Notice(fact=fact, since=NOW, posted=bool(n % 2)) for n, fact in enumerate(every())]
    unknown = [Notice(fact=None, since=NOW, posted=False)]
    for name, space, places, told in (
        ("nothing set", a_space(**_EMPTY), unset, []),
        ("a channel is missing", a_space(proposals_channel=None), unset, []),
        ("all set", a_space(), right, []),
        ("permissions are missing", a_space(), wrong, notices[:1]),
        ("channels are gone", a_space(), gone, unknown),
        ("public", a_space(public=True), right, notices[:4]),
        ("all that there can be", _most(), wrong, notices),
    ):
        card = config_card(space, places, told, CHAINS, _BASE, rows=next_rows(space))
        yield f"rules, {name}", card, "The rules in force here"
        several = config_card(
            space, places, told, CHAINS, None, alone=list(MANY_CHAINS), several=True, rows=next_rows(space)
        )
        yield f"rules, {name}, one of several spaces, no pages", several, "The rules in force in"
    for kind, title in _NAMES.items():
        card = config_card(a_space(name=title), right, [], CHAINS, several=True)
        yield f"rules of a space, {kind} name", card, "The rules in force in"
    for place, notice in enumerate(notices):
        yield (
            f"rules, notice {place}",
            config_card(a_space(), right, [notice], CHAINS),
            "Notices of the last seven days",
        )


def _steps() -> Iterator[tuple[str, Message, str]]:
    for space in ("", "123456789.01234567"):
        where = "another space" if space else "the main space"
        yield f"step, channel, {where}", Card(["Where?"], [[ChannelMenu(space)]], colour=COLOUR), "Where?"
        rows: list[Row] = [[ProposersMenu(space)], [MinimumButton(space)], [MinimumButton(space, "1" * 60)]]
        yield f"step, proposers, {where}", Card(["Who?"], rows, colour=COLOUR), "Who?"
        yield f"form, minimum, {where}", MinimumForm(interaction(), space, "1" * 60), "Voting power that is enough"
        yield f"form, strategies, {where}", StrategiesForm(interaction(), "", space), "Snapshot"
        full = StrategiesForm(interaction(), "[" * 9_999, space, snapshot="a.eth")
        yield f"form, strategies, full, {where}", full, "Snapshot"


def _answers() -> Iterator[tuple[str, Message, str]]:
    """Show what is in force after a change, and the next step."""
    bare, most = a_space(**_EMPTY), _most()
    left = tuple(f"a setting of the number {n}" for n in range(1, 30))
    pasted = SpaceSettings(delay=DAY, period=9 * DAY, quorum="1" * 40, minimum="1" * 40, left=left)
    few = SpaceSettings(quorum="1,000", left=("filters",))
    for name, space, lines in (
        ("strategies", a_space(proposals_channel=None), strategy_lines(a_space(), CHAINS)),
        ("strategies, the most", most, strategy_lines(most, CHAINS)),
        ("voting", bare, voting_lines(bare)),
        ("voting, the most", most, voting_lines(most)),
        ("made public", a_space(public=True), publication_lines(a_space(public=True), _BASE)),
        ("not public", a_space(), publication_lines(a_space(), _BASE)),
        ("made public, longest name", most, publication_lines(most, _BASE, "\\*" * 50)),
        ("pasted, a few settings", a_space(), settings_lines(few, "VITA")),
        ("pasted, all that there can be", most, settings_lines(pasted, "\\*" * 64)),
    ):
        after = way_on(space)
        yield f"set, {name}", Card([fit(lines, after), after], next_rows(space), colour=COLOUR), after[:20]
