"""Every card of a proposal in each of its states."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cogs.proposals.card_states import shown_proposals
from tests.cogs.proposals.text_states import shown_texts
from tests.gallery.messages import Shown


def shown() -> Iterator[Shown]:
    """Return the cards, and what is read and written beside them."""
    yield from shown_proposals()
    yield from shown_texts()
