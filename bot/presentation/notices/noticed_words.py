"""What members notice of what moderators are told, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.announcements.moderator_notice import (
    AnnouncementRefused,
    AnnouncementWaits,
    ClockDiffers,
    CountWaits,
    CountWouldWait,
    MemberRefused,
    NoThread,
    NoticeFact,
    PowerCorrected,
    RuleRefused,
    SnapshotGone,
    SnapshotOld,
    Told,
    TreasuriesUnread,
)
from bot.presentation.catalogue.messages import gettext as _


def noticed_words(fact: NoticeFact | None) -> str:  # noqa: PLR0911, PLR0912, C901 - one a kind
    """Return what members notice meanwhile; nothing for what this version does not know."""
    match fact:
        case None | Told():
            return ""
        case CountWaits():
            return _("The card says that the count waits; no result is announced yet.")
        case CountWouldWait():
            return _("Nothing yet; the result would come late.")
        case PowerCorrected():
            return _("The result has other numbers than the card had while voting.")
        case ClockDiffers():
            return _("Voting goes on as always; results may come late.")
        case SnapshotGone():
            return _("Members can vote, but no result will come.")
        case SnapshotOld():
            return _("Members vote with what they held then; what they bought since doesn't count.")
        case RuleRefused():
            return _("Members don't get that role, or keep it, whatever they hold.")
        case MemberRefused():
            return _("That member lacks the role, or keeps it, whatever they hold.")
        case TreasuriesUnread():
            return _("Amounts of treasuries and campaigns are older ones, and milestones come late.")
        case AnnouncementWaits() | AnnouncementRefused():
            return _("Members miss that announcement until it is posted.")
        case NoThread():
            return _("Members vote as always, but have no thread in which to discuss it.")
        case _:
            assert_never(fact)
