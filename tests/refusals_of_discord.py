"""What Discord refuses to an announcement, as tests have it refused."""

from __future__ import annotations

from bot.domain.announcements.delivery_fault import DeliveryFault, DeliveryRefusal

SHUT = DeliveryRefusal(DeliveryFault.OUT_OF_SIGHT, 3)
"""Nobody lets the bot in."""
GONE = DeliveryRefusal(DeliveryFault.CHANNEL_GONE, 3)
"""The channel is no more."""
