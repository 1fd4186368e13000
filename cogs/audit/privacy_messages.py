"""What forgetting means, told before and after."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.shared.types import RoleId
from bot.services.audit.privacy import Forgotten, Preview
from cogs._shared.formatting import listed, plural

_NUMBERS = 20
_GOES = (
    "**Goes, at once:** the links of your wallets with their labels, your drafts, and reasons you gave. So do "
    "delegations from and to you, also those for every server, if given here. So do roles I gave you for what you "
    "hold, sign-in texts, page addresses, and what lets the audit log name you."
)
_STAYS = (
    "**Stays, without you:** votes that your wallets cast, under the wallets' addresses, because results must stay "
    "checkable; proposals that you submitted, by “a former member”. My messages that name you are taken down or drawn "
    "again. Where you are recused from a vote that is open, a salted mark of your id stays until it ends, so that you "
    "stay out. What you wrote yourself is yours to delete in Discord."
)
_NEVER = (
    "**Was never shown:** wallets of yours that cast no vote and are not recused. Results of rules that count all "
    "linked power show one sum of theirs. Result files of the older form listed them, and stay as they are."
)


def asked_words(preview: Preview) -> str:
    """Say what goes, what stays, and what becomes of votes that are open."""
    lines = [
        "**Forget you in this server?**",
        _GOES,
        _STAYS,
        _NEVER,
    ]
    if preview.elsewhere:
        stay = plural(preview.elsewhere, "delegation")
        lines.append(
            f"**Stays, in other servers:** {stay} for every server, from or to you, given in another one. /delegate "
            "clear takes yours back from any server; where it was given, /privacy forget erases it."
        )
    if preview.votes:
        numbers = [f"#{number}" for number in preview.votes[:_NUMBERS]]
        if len(preview.votes) > _NUMBERS:
            numbers.append(f"{len(preview.votes) - _NUMBERS} more")
        lines.append(
            f"**Open votes:** what you voted on {listed(numbers)} keeps counting as it is. You can change it only if "
            "you link the wallet anew before the end."
        )
    lines.append(
        f"I store {plural(sum(preview.rows.values()), 'row')} on you; /privacy export shows them. This can't be "
        "undone, but you may link a wallet anew at any time, as somebody I don't know."
    )
    return "\n".join(lines)


def forgotten_words(done: Forgotten, kept: Sequence[RoleId] = ()) -> str:
    """Say that it is done, what follows within minutes, and which roles could not be taken back."""
    follows = []
    if done.cards:
        follows.append(
            f"{plural(done.cards, 'card')} that named you " + ("is" if done.cards == 1 else "are") + " drawn again"
        )
    if done.messages:
        follows.append(
            f"{plural(done.messages, 'message')} of mine that named you "
            + ("is" if done.messages == 1 else "are")
            + " taken down"
        )
    then = f" Within minutes {listed(follows)}." if follows else ""
    if kept:
        named = listed([f"<@&{role}>" for role in kept])
        then += f" Discord did not let me take back {named}, which I gave you for what you hold: ask a moderator."
    return f"Done: I don't know you in this server any more.{then} Backups made before keep it until they are deleted."
