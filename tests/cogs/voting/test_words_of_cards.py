"""Single sentences on cards of a vote, where a number or its unit is easily said wrong."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.announcements.announcement import Topic
from bot.domain.voting import Ballots, tally
from bot.domain.voting.recusal import Recusal
from cogs.voting.ballot_panels import ballot_panel
from cogs.voting.cards.count_rounds import details_card
from cogs.voting.cards.reasons_and_recusals import recusal_card
from cogs.voting.panel_state import PanelState
from tests.builders import NOW, ONE, VOTER, a_proposal, an_announcement, some_terms

CITIES = ("Lisbon", "Tallinn", "Ljubljana")


def test_a_last_page_with_one_choice_says_which_it_is() -> None:
    proposal = a_proposal(voting="star", choices=tuple(f"Laboratory {n}" for n in range(1, 26)))
    steps = PanelState.begin("star", 25, proposal.options)
    last = ballot_panel(replace(steps, at=steps.pages - 1), proposal, VOTER).text()
    assert "The menu below is for choice 25." in last
    assert "The menus below are for choices 1 to 4." in ballot_panel(steps, proposal, VOTER).text()


def test_duels_that_are_even_name_the_unit() -> None:
    proposal = a_proposal(voting="copeland", choices=CITIES)
    cast = [((1, 2, 3), ONE, (ONE,)), ((3, 2, 1), ONE, (ONE,))]
    card = details_card(proposal, tally("copeland", 3, Ballots.of(cast, 1)), some_terms())
    assert "Lisbon and Tallinn are even, 1 VITA each" in card.text()


def test_of_a_member_without_a_wallet_no_power_is_left_out() -> None:
    out = replace(a_proposal(), recusals=(Recusal(member=VOTER, by=VOTER, at=NOW, wallets=()),))
    card = recusal_card(an_announcement(Topic.RECUSAL, facts={"member": VOTER}), out).text()
    assert "No vote of theirs on this proposal counts. This can't be undone." in card
    assert "left out" not in card
