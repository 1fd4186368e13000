"""What a count holds beyond one number a choice: every round, or who beats whom, as tables."""

from __future__ import annotations

from math import floor

from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.amounts import humane
from bot.domain.voting import SYSTEMS, Rounds, Tally
from bot.presentation.catalogue.messages import gettext as _
from bot.web.shared.html import NOTHING, Html, fragment, join

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def count_details(proposal: Proposal, tally: Tally, terms: Terms) -> Html:
    """Return a table of all rounds, or of all duels; nothing for a count that has neither."""
    if tally.rounds:
        return _rounds(proposal, tally, terms)
    if tally.pairs and tally.ballots:
        return _duels(proposal, tally, terms)
    return NOTHING


def _rounds(proposal: Proposal, tally: Tally, terms: Terms) -> Html:
    """A row a choice, a column a round; the choice that goes out in a round is marked."""
    run_off = SYSTEMS[proposal.voting].rounds is Rounds.RUN_OFF
    heads = [_("Scores"), _("Run-off")] if run_off else []
    heads = heads or [_("Round {round}", round=number) for number in range(1, len(tally.rounds) + 1)]
    rows = []
    for at, label in enumerate(proposal.choices):
        cells = []
        for counted in tally.rounds:
            score = counted.scores[at]
            text = "" if score is None else humane(floor(score), terms.scale)
            cells.append(_("{power}, goes out", power=text) if counted.eliminated == at + 1 else text)
        rows.append(_row(label, cells))
    return _table(_("Every round, in {symbol}", symbol=terms.symbol), "", heads, rows)


def _duels(proposal: Proposal, tally: Tally, terms: Terms) -> Html:
    """A row and a column a choice: the power that prefers the row's choice to the column's."""
    letters = _LETTERS[: len(proposal.choices)]
    rows = []
    for at, label in enumerate(proposal.choices):
        cells = ["" if at == other else humane(tally.pairs[at][other], terms.scale) for other in range(len(letters))]
        rows.append(_row(f"{letters[at]}. {label}", cells))
    told = _("How much power, in {symbol}, prefers the choice of a row to that of a column.", symbol=terms.symbol)
    return _table(_("Head to head"), told, list(letters), rows)


def _row(label: str, cells: list[str]) -> Html:
    filled = join(fragment("proposals/count_cell.html").fill(text=text) for text in cells)
    return fragment("proposals/count_row.html").fill(label=label, cells=filled)


def _table(title: str, told: str, heads: list[str], rows: list[Html]) -> Html:
    return fragment("proposals/count_table.html").fill(
        title=title,
        told=told,
        choice=_("Choice"),
        heads=join(fragment("proposals/count_head.html").fill(text=text) for text in heads),
        rows=join(rows),
    )
