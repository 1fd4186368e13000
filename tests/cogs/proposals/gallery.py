"""Every card of a proposal in each of its states."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cogs.proposals.card_states import shown_proposals
from tests.gallery.messages import Shown


def shown() -> Iterator[Shown]:
    """Return the cards."""
    return shown_proposals()
