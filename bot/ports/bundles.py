"""Result bundles."""

from __future__ import annotations

from typing import Protocol

from bot.domain.audit.bundle.writing.bundle_builder import Bundle, Kept
from bot.domain.shared.types import Address, ProposalId, Timestamp, Units


class BundleRepository(Protocol):
    """One bundle for each proposal that was counted; it never changes."""

    async def add(self, proposal: ProposalId, bundle: Bundle, packed: bytes, at: Timestamp) -> None: ...
    async def get(self, proposal: ProposalId) -> Kept | None: ...
    async def packed(self, proposal: ProposalId) -> bytes | None:
        """Return the gzip file, the same bytes every time."""
        ...

    async def superseded(self, proposal: ProposalId) -> int:
        """Return how many ballots were replaced, or taken back."""
        ...

    async def votable(self, proposal: ProposalId) -> dict[Address, Units]:
        """Return what each wallet that was linked at submission is of the power that could vote."""
        ...
