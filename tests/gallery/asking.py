"""Who opens a form, as far as forms ask: they are named after the process and after the interaction that opens them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.builders import GUILD


def interaction() -> Any:
    """Return an interaction with ids as long as Discord's are now."""
    return SimpleNamespace(id=GUILD, guild=None, guild_id=GUILD, client=SimpleNamespace(born="0123abcd"), extras={})
