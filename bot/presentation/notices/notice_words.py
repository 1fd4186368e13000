"""The notices to moderators in words: what is wrong, and the remedy."""

from __future__ import annotations

from typing import NamedTuple, assert_never

from bot.domain.announcements.delivery_fault import DeliveryFault
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
from bot.domain.roles.role_trouble import Trouble
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext, whole
from bot.presentation.notices.count_words import count_waits, power_corrected
from bot.presentation.notices.tables import DELIVERIES, FAULTS, REMEDIES, TOPICS, TROUBLES, reached


class NoticeWords(NamedTuple):
    """Sentences of our own, in which channels, roles and members are links."""

    problem: str
    remedy: str


def notice_words(fact: NoticeFact | None) -> NoticeWords:  # noqa: PLR0911, PLR0912, C901 - one a kind
    """Return what is wrong and the remedy; for a fact that this version does not know, that something is wrong."""
    match fact:
        case None:
            return NoticeWords(
                _("Something is wrong for which this version of the bot has no words."),
                _("Whoever runs the bot finds it in its log, and should update it."),
            )
        case Told(problem=problem, remedy=remedy):
            return NoticeWords(problem, remedy)
        case CountWaits():
            return NoticeWords(*count_waits(fact))
        case PowerCorrected():
            return NoticeWords(*power_corrected(fact))
        case CountWouldWait(number=number, end=end, error=error):
            return NoticeWords(
                _(
                    "Voting on #{number} goes on until {end}, but as things are its count would wait. Two RPC "
                    "endpoints must answer for it. {error}.",
                    number=number,
                    end=f"<t:{end}:f>",
                    error=error,
                ),
                _("Check the chain's RPC endpoints before that (folkmoot check); nothing is lost meanwhile."),
            )
        case ClockDiffers():
            return _of_clock(fact)
        case SnapshotGone(number=number, block=block, chain=chain, hash=digest):
            return NoticeWords(
                _(
                    "Proposal #{number} reads power at block {block} of chain {chain}, {hash}, which the chain does "
                    "not have (any more). It is never counted.",
                    number=number,
                    block=whole(block),
                    chain=chain,
                    hash=digest,
                ),
                _("Remove it with /proposal delete, and submit it anew; then it gets another block."),
            )
        case SnapshotOld(number=proposal, block=block, hours=hours):
            return NoticeWords(
                ngettext(
                    "Proposal #{proposal} reads power at block {block}, which is {number} hour old.",
                    "Proposal #{proposal} reads power at block {block}, which is {number} hours old.",
                    hours,
                    proposal=proposal,
                    block=whole(block),
                ),
                _("If that is not meant, withdraw it, check the chain's RPC endpoints, and submit it again."),
            )
        case RuleRefused(rule=rule, role=role, trouble=trouble):
            return NoticeWords(
                _(
                    "Rule #{rule} of /roles can't give or take {role}: {trouble}.",
                    rule=rule,
                    role=f"<@&{role}>",
                    trouble=_(TROUBLES[Trouble[trouble]]),
                ),
                _(REMEDIES[Trouble[trouble]]),
            )
        case MemberRefused():
            return _of_member(fact)
        case TreasuriesUnread(chain=chain, fault=fault):
            return NoticeWords(
                _("Treasuries on chain {chain} cannot be read: {fault}.", chain=chain, fault=_(FAULTS[reached(fault)])),
                _("Milestones wait until it can; the bot's operator should run folkmoot check."),
            )
        case AnnouncementWaits(topic=topic, reason=reason):
            return _waits(topic, reason)
        case AnnouncementRefused(topic=topic, fault=fault, channel=channel, detail=detail):
            return _waits(topic, _(DELIVERIES[DeliveryFault(fault)], channel=f"<#{channel}>", detail=detail))
        case NoThread(channel=channel):
            return NoticeWords(
                _(
                    "Proposals in {channel} get no thread to discuss them: Discord lets me start none there.",
                    channel=f"<#{channel}>",
                ),
                _(
                    "Give me the permission Create Public Threads in that channel; if I have it, AutoMod or the limit "
                    "of threads refuses it. The next proposal is tried anew."
                ),
            )
        case _:
            assert_never(fact)


def _of_clock(fact: ClockDiffers) -> NoticeWords:
    minutes = max(1, abs(fact.seconds) // 60)
    if fact.seconds > 0:
        return NoticeWords(
            ngettext(
                "The newest block of {chain} is {number} minute older than the clock of the machine on which the bot "
                "runs.",
                "The newest block of {chain} is {number} minutes older than the clock of the machine on which the bot "
                "runs.",
                minutes,
                chain=fact.chain,
            ),
            _(
                "Votes go on by Discord's clock, and none is counted before a block is later than its end. Whoever "
                "runs the bot sets its clock (NTP); if it is right, the chain stands still or its endpoints lag."
            ),
        )
    return NoticeWords(
        ngettext(
            "The newest block of {chain} is {number} minute ahead of the clock of the machine on which the bot runs.",
            "The newest block of {chain} is {number} minutes ahead of the clock of the machine on which the bot runs.",
            minutes,
            chain=fact.chain,
        ),
        _(
            "Votes go on by Discord's clock, and none is counted before a block is later than its end. Whoever runs "
            "the bot sets its clock (NTP)."
        ),
    )


def _of_member(fact: MemberRefused) -> NoticeWords:
    role, member = f"<@&{fact.role}>", f"<@{fact.member}>"
    problem = (
        _(
            "Discord does not let me give {role} to {member} (rule #{rule} of /roles).",
            role=role,
            member=member,
            rule=fact.rule,
        )
        if fact.given
        else _(
            "Discord does not let me take {role} from {member} (rule #{rule} of /roles).",
            role=role,
            member=member,
            rule=fact.rule,
        )
    )
    remedy = _("Other members are not affected. I try again by myself, at least every six hours.")
    return NoticeWords(problem, remedy)


def _waits(topic: str, reason: str) -> NoticeWords:
    return NoticeWords(
        _(
            "An announcement ({topic}) waits, because I cannot post it: {reason}",
            topic=_(TOPICS[topic]) if topic in TOPICS else topic,
            reason=reason,
        ),
        _("Give me the permission, or choose another channel with /config channels; it is then said."),
    )
