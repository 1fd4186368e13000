"""What /help shows: the first steps on top, then commands by what people want, each with its description."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.spaces.space import Space
from bot.domain.wallets.wallet import Wallet
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import ROOM, Card
from cogs._shared.formatting import listed, quoted
from cogs.spaces.settings_cards import fitted
from cogs.spaces.setup_steps import COMMANDS, missing, next_rows, steps_left

_COLOUR = 0x4A7FD0
_SPACES = 5
"""Most spaces that are listed with what they lack."""
Usable = tuple[str, str]
"""A command's name and description."""
WANTS = (
    (N_("Vote"), ("vote", "results")),
    (N_("Propose"), ("proposal new", "proposal edit", "proposal submit", "proposal withdraw")),
    (N_("My wallet and power"), ("wallet", "power", "privacy")),
    (N_("Delegate"), ("delegate",)),
    (N_("Follow"), ("proposal", "campaign", "treasury", "space list", "help")),
    (N_("Moderators: set up"), ("config", "space", "roles")),
    (
        N_("Moderators: run"),
        (
            "proposal delete",
            "proposal count",
            "proposal recuse",
            "campaign new",
            "treasury watch",
            "treasury unwatch",
            "audit",
        ),
    ),
)
"""What people want, in order, and by what commands: each belongs where most of its words stand."""
_OTHERS = N_("Besides")
"""The heading of commands that are not ours, such as those of the demo."""


def help_card(
    spaces: Sequence[Space],
    moderated: Sequence[Space],
    wallets: Sequence[Wallet],
    usable: Sequence[Usable],
    *,
    off: Collection[str] = (),
    several: bool = False,
) -> Card:
    """Show the steps to take first in the spaces that are meant, and the commands.

    The person may configure those that are `moderated`. Parts that are `off` are left out; with `several` spaces in the
    server those that lack something are named.
    """
    texts = []
    if steps := _member_steps(spaces, wallets, off):
        texts.append("\n".join([f"### {_('First steps')}", *steps]))
    if moderated:
        texts.append("\n".join([f"**{_('For moderators')}**", *_moderator_steps(moderated, several=several)]))
    foot = f"-# {_('Only you see answers to commands. I read chains, and never ask for a key or a payment.')}"
    groups = "\n".join(_groups(usable, ROOM - sum(map(len, texts)) - len(foot) - 8))
    rows = next_rows(next(space for space in moderated if steps_left(space))) if any(map(steps_left, moderated)) else []
    return Card([*texts, *([groups] if groups else []), foot], rows, colour=_COLOUR)


def want_of(command: str) -> str:
    """Return what people want who use a command: the heading below which it stands."""

    def fit(beginning: str) -> int:
        return len(beginning) if f"{command} ".startswith(f"{beginning} ") else 0

    best = max(WANTS, key=lambda want: max(map(fit, want[1])))
    return best[0] if any(map(fit, best[1])) else _OTHERS


def _groups(usable: Sequence[Usable], room: int) -> list[str]:
    """Write the commands below their headings; where that does not fit, the last groups without descriptions."""
    wants = [*(want for want, _names in WANTS), _OTHERS]
    groups = [(want, [one for one in usable if want_of(one[0]) == want]) for want in wants]
    groups = [(want, found) for want, found in groups if found]
    for plain in range(len(groups) + 1):
        lines = [
            line
            for at, (want, found) in enumerate(groups)
            for line in _group(_(want), found, described=at < len(groups) - plain)
        ]
        if len("\n".join(lines)) <= room:
            return lines
    return fitted(lines, room)


def _group(want: str, found: Sequence[Usable], *, described: bool) -> list[str]:
    if described:
        return [f"**{want}**", *(f"/{name}: {_(description)}" for name, description in found)]
    return [f"**{want}**", ", ".join(f"/{name}" for name, _description in found)]


def _member_steps(spaces: Sequence[Space], wallets: Sequence[Wallet], off: Collection[str]) -> list[str]:
    steps = []
    if "wallets" not in off:
        done = ngettext(
            "Link your wallet: /wallet link (done: you have linked {number})",
            "Link your wallet: /wallet link (done: you have linked {number})",
            len(wallets),
        )
        steps.append(done if wallets else _("Link your wallet: /wallet link (sign a text, which costs nothing)"))
    if "power" not in off:
        steps.append(_("See your voting power, and why it is what it is: /power"))
    if "voting" not in off:
        channels = dict.fromkeys(f"<#{space.proposals_channel}>" for space in spaces if space.proposals_channel)
        steps.append(
            _(
                "Vote with the buttons below a proposal, in {channels}; you can change your vote until it ends",
                channels=listed(list(channels)),
            )
            if channels
            else _("Vote with the buttons below a proposal, once proposals are posted")
        )
    return [f"{number}. {step}" for number, step in enumerate(steps, start=1)]


def _moderator_steps(spaces: Sequence[Space], *, several: bool) -> list[str]:
    lacking = [space for space in spaces if steps_left(space)]
    if not lacking:
        return [_("All set: /proposal new writes a proposal. /config show shows the rules, and what is wrong now.")]
    if len(lacking) == 1:
        (space,) = lacking
        head = (
            _("Before the first proposal in “{space}”, set:", space=quoted(space.name, 60))
            if several
            else _("Before the first proposal, set:")
        )
        return [head, *(f"- {entry}" for entry in missing(space)), _("/config show shows the rest")]
    lines = [
        f"- “{quoted(space.name, 60)}”: {listed([COMMANDS[step] for step in steps_left(space)])}"
        for space in lacking[:_SPACES]
    ]
    if rest := len(lacking) - len(lines):
        lines.append(
            ngettext("- and {number} more space: /space list", "- and {number} more spaces: /space list", rest)
        )
    return [_("Before the first proposal in each, set:"), *lines, _("/config show shows the rest")]
