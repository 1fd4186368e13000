"""What keeps the bot from giving a role, or from looking who earns it."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """What keeps the bot from giving a role; the value is how it is stored."""

    GONE = "the role is gone"
    EVERYBODY = "everybody has the role"
    MANAGED = "another service manages the role"
    POWERFUL = "the role gives power over the server"
    ABOVE_ME = "the role is not below mine"
    NOT_ALLOWED = "I may not manage roles"
    REFUSED = "Discord refuses it"


class Unlooked(StrEnum):
    """Why a rule can't be looked at, besides that a chain does not tell; the value is how it is stored."""

    MINIMUM_TOO_FINE = "minimum_too_fine"
    NO_VOTING_POWER = "no_voting_power"
