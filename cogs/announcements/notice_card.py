"""What moderators are told: what is wrong, since when, what members notice, and the remedy."""

from __future__ import annotations

from bot.domain.announcements.announcement import Announcement
from bot.domain.announcements.moderator_notice import read
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from bot.presentation.notices.notice_words import notice_words
from bot.presentation.notices.noticed_words import noticed_words
from cogs._shared.cards import Card
from cogs._shared.formatting import moment
from cogs.spaces.setup_steps import rules_button

_WRONG = 0xB08D2E


def notice_card(announcement: Announcement) -> Card:
    """Show a moderators' notice. Its sentences are our own, so that channels in them stay links."""
    fact = read(announcement.facts)
    words, noticed = notice_words(fact), noticed_words(fact)
    parts = [(_("Since"), moment(announcement.created_at))]
    parts += [(_("What members notice"), noticed)] if noticed else []
    parts.append((_("Remedy"), cut(words.remedy, 1_024)))
    texts = [
        f"### {_('For moderators')}\n{cut(words.problem, 2_000)}",
        "\n".join(f"**{name}:** {said}" for name, said in parts),
        f"-# {_('Said once · ref {ref}', ref=announcement.ref)}",
    ]
    return Card(texts, [[rules_button()]], colour=_WRONG)
