"""How a change of the rules is answered: what is in force, and the next step of setting the space up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.spaces.space import Space
from cogs._shared.cards import Card, Row
from cogs._shared.replies import Interaction, answer
from cogs.spaces.settings_cards import COLOUR, fit
from cogs.spaces.setup_steps import next_rows, way_on


async def answer_set(interaction: Interaction, space: Space, lines: Sequence[str], rows: Iterable[Row] = ()) -> None:
    """Say what is in force now, in `lines`, and what comes next; `rows` are further buttons."""
    after = way_on(space)
    card = Card([fit(lines, after), after], [*rows, *next_rows(space)], colour=COLOUR)
    await answer(interaction, view=card)
