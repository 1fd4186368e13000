"""Every card of a proposal in each of its states."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cogs.proposals.card_states import shown_proposals
from tests.gallery import Entry


def entries() -> Iterator[Entry]:
    """Return the cards."""
    return (one.entry() for one in shown_proposals())
