"""What forgetting means, told before and after."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.shared.types import RoleId
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.services.audit.privacy import Forgotten, Preview
from cogs._shared.formatting import listed

_NUMBERS = 20


def asked_words(preview: Preview) -> str:
    """Say what goes, what stays, and what becomes of votes that are open."""
    lines = [
        _("**Forget you in this server?**"),
        _(
            "**Goes, at once:** the links of your wallets with their labels, your drafts, and reasons you gave. So do "
            "delegations from and to you, also those for every server, if given here. So do roles I gave you for what "
            "you hold, sign-in texts, page addresses, and what lets the audit log name you."
        ),
        _(
            "**Stays, without you:** votes that your wallets cast, under the wallets' addresses, because results must "
            "stay checkable. Proposals that you submitted stay, by “a former member”. My messages that name you are "
            "taken down or drawn again. Where you are recused from a vote that is open, a salted mark of your id stays "
            "until it ends, so that you stay out. What you wrote yourself is yours to delete in Discord."
        ),
        _(
            "**Was never shown:** wallets of yours that cast no vote and are not recused. Results of rules that count "
            "all linked power show one sum of theirs. Result files of the older form listed them, and stay as they are."
        ),
    ]
    if preview.elsewhere:
        lines.append(
            ngettext(
                "**Stays, in other servers:** {number} delegation for every server, from or to you, given in another "
                "one. /delegate clear takes yours back from any server; where it was given, /privacy forget erases it.",
                "**Stays, in other servers:** {number} delegations for every server, from or to you, given in another "
                "one. /delegate clear takes yours back from any server; where it was given, /privacy forget erases it.",
                preview.elsewhere,
            )
        )
    if preview.votes:
        numbers = [f"#{number}" for number in preview.votes[:_NUMBERS]]
        if (rest := len(preview.votes) - _NUMBERS) > 0:
            numbers.append(ngettext("{number} more", "{number} more", rest))
        lines.append(
            _(
                "**Open votes:** what you voted on {proposals} keeps counting as it is. You can change it only if you "
                "link the wallet anew before the end.",
                proposals=listed(numbers),
            )
        )
    lines.append(
        ngettext(
            "I store {number} row on you; /privacy export shows them. This can't be undone, but you may link a wallet "
            "anew at any time, as somebody I don't know.",
            "I store {number} rows on you; /privacy export shows them. This can't be undone, but you may link a wallet "
            "anew at any time, as somebody I don't know.",
            sum(preview.rows.values()),
        )
    )
    return "\n".join(lines)


def forgotten_words(done: Forgotten, kept: Sequence[RoleId] = ()) -> str:
    """Say that it is done, what follows within minutes, and which roles could not be taken back."""
    lines = [_("Done: I don't know you in this server any more.")]
    if done.cards:
        lines.append(
            ngettext(
                "Within minutes {number} card that named you is drawn again.",
                "Within minutes {number} cards that named you are drawn again.",
                done.cards,
            )
        )
    if done.messages:
        lines.append(
            ngettext(
                "Within minutes {number} message of mine that named you is taken down.",
                "Within minutes {number} messages of mine that named you are taken down.",
                done.messages,
            )
        )
    if kept:
        lines.append(
            _(
                "Discord did not let me take back {roles}, which I gave you for what you hold: ask a moderator.",
                roles=listed([f"<@&{role}>" for role in kept]),
            )
        )
    lines.append(_("Backups made before keep it until they are deleted."))
    return " ".join(lines)
