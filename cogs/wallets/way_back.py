"""What a member was doing when a wallet was missing, kept in the buttons by which they link one.

It is the custom_id of the button that goes on with it. A vote is kept with what was on it, small enough for a
custom_id; weights that are larger than any menu offers are kept as far as their ratios fit.
"""

from __future__ import annotations

import re
from math import gcd

from bot.domain.shared.errors import NotFound
from bot.domain.shared.types import ProposalId
from bot.domain.voting import Mark
from cogs._shared.replies import MEANT, Interaction, guild_of
from cogs._shared.seen_proposals import check_sees
from cogs.voting.panel_state import base36

BACK = r"(?P<back>[0-9a-z:-]{0,70})"
"""How a way back is written within the custom_id of another button."""
VOTE = r"cast:(?P<proposal>[0-9a-z]{1,12}):(?P<mark>[0-9a-z]{0,52})"
"""A vote that was pressed: the proposal, and what was on the ballot; nothing where it does not fit."""
POWER_NOW = "power-now"
"""The custom_id of the button that shows a member's power now."""
_NOWHERE = "cast:0:"
"""A vote on a proposal that never exists."""
_MARK = 52
_WIDEST = 9


def meant(interaction: Interaction) -> str:
    """Return what a member is doing, as it was noted under `MEANT`; nothing if nothing was."""
    noted = interaction.extras.get(MEANT, "")
    return noted if isinstance(noted, str) else write_vote(*noted)


def write_vote(proposal: ProposalId, mark: object) -> str:
    """Write a vote as `VOTE` has it."""
    return f"cast:{base36(proposal)}:{_written(mark)}"


async def seen_back(interaction: Interaction, back: str) -> str:
    """Return a way back as its member may go it: a vote that they do not see is one on a proposal that is not there.

    Whoever makes up a button's custom_id would else be told the title of a proposal.
    """
    voted = re.fullmatch(VOTE, back)
    if voted is None:
        return back
    try:
        found = await interaction.client.app.cards.stored(ProposalId(int(voted["proposal"], 36)))
        if found.submitted_at is None or found.guild != guild_of(interaction):
            return _NOWHERE
        await check_sees(interaction, found)
    except NotFound:
        return _NOWHERE
    return back


def begin_again(back: str, *, more: bool = False) -> str:
    """Return the custom_id of the button that begins to link a wallet, another one with `more`."""
    return f"link-my:{'m' if more else ''}:{back}"


def read_mark(written: str) -> Mark | None:
    """Return what was on the ballot; None if it did not fit."""
    if not written:
        return None
    kind, rest = written[0], written[1:]
    if kind == "n":
        return int(rest or "0", 36)
    width = int(kind, 36)
    return tuple(int(rest[at : at + width], 36) for at in range(0, len(rest), width or 1))


def _written(mark: object) -> str:
    """Write one choice with an `n` before it, several numbers each with as many signs as the first sign says."""
    if isinstance(mark, int):
        return f"n{base36(mark)}" if mark >= 0 else ""
    if not isinstance(mark, tuple) or not all(isinstance(one, int) and one >= 0 for one in mark):
        return ""
    for numbers in (mark, tuple(one // (gcd(*mark) or 1) for one in mark)):
        signs = [base36(one) for one in numbers]
        width = max(map(len, signs), default=1)
        text = f"{width}" + "".join(one.zfill(width) for one in signs)
        if width <= _WIDEST and len(text) <= _MARK:
            return text
    return ""
