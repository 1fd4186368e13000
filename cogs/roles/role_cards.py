"""What roles by holdings look like: the rules to moderators, and to a member what each gives or asks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.domain.power import Strategy, symbol_of
from bot.domain.roles.role_rules import Match, RoleRule, Step
from bot.domain.shared.amounts import shown_amount
from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.faults.roles import TROUBLES, unlooked
from bot.services.roles.role_rules import OwnView, RuleView
from cogs._shared.formatting import chain_name, listed, moment, plural, quoted

_FIELD, _DESCRIPTION = 1_024, 4_000
_COLOUR = discord.Colour(0x7A6FD0)


def rules_embed(views: Sequence[RuleView], chains: Mapping[ChainId, str], interval: int) -> discord.Embed:
    """Show the rules of a server."""
    embed = discord.Embed(title="Roles by what members hold", colour=_COLOUR)
    embed.description = _fitted([rule_text(view, chains) for view in views], _DESCRIPTION) or (
        "There are no rules yet. /roles add makes one: members whose linked wallets hold enough get a role, and lose "
        "it when they don't any more."
    )
    minutes = plural(max(1, round(interval / 60)), "minute")
    embed.set_footer(text=f"All linked wallets are looked at every {minutes}; /roles check looks now.")
    return embed


def rule_text(view: RuleView, chains: Mapping[ChainId, str]) -> str:
    """Show one rule: what it asks, who has its role, when it was looked at, what is wrong."""
    rule = view.rule
    lines = [f"**#{rule.number}** <@&{rule.role}>: {asked(view, chains)}"]
    if rule.removed_at is not None:
        lines.append("removed; the role is being taken from those whom it was given to")
        return "\n".join(lines)
    has = view.counts.get(Step.GIVEN, 0)
    waiting = view.counts.get(Step.GIVING, 0) + view.counts.get(Step.TAKING, 0)
    parts = [f"given to {plural(has, 'member')}"]
    if waiting:
        parts.append(f"{waiting:,} on the way")
    if by_hand := view.counts.get(Step.BY_HAND, 0):
        parts.append(f"{by_hand:,} had it by hand, which I leave alone")
    parts.append(f"looked at {moment(rule.checked_at)}" if rule.checked_at else "not looked at yet")
    lines.append(" · ".join(parts))
    if rule.unknown:
        lines.append(f"**unknown**: {quoted(unlooked(rule.unknown))}; nothing was given or taken")
    if rule.trouble:
        lines.append(f"**I can't give it**: {_(TROUBLES[rule.trouble])}")
    return "\n".join(lines)


def asked(view: RuleView, chains: Mapping[ChainId, str]) -> str:
    """Say what a rule asks for: `at least 1,000 VITA (Ethereum) or at least 1 BADGE (Polygon)`."""
    tests = [
        _test(shown_amount(test.minimum), strategies, chains)
        for test, strategies in zip(view.rule.tests, view.strategies, strict=True)
    ]
    return f" {'and' if view.rule.match is Match.ALL else 'or'} ".join(tests)


def own_lines(views: Sequence[OwnView], chains: Mapping[ChainId, str]) -> str:
    """Say how a member stands to each rule, for the field of an embed."""
    return _fitted([_own(view, chains) for view in views], _FIELD)


def removal_text(view: RuleView, chains: Mapping[ChainId, str]) -> str:
    """Ask what becomes of those who have the role of a rule that goes."""
    given = sum(count for step, count in view.counts.items() if step.ours)
    head = f"Remove rule #{view.rule.number}, which gives <@&{view.rule.role}> for {asked(view, chains)}?\n"
    if not given:
        return f"{head}It has given the role to nobody."
    return (
        f"{head}It gave the role to {plural(given, 'member')}: take it from them, or leave it with them for good? "
        "Whoever had it by hand keeps it in any case."
    )


def added_text(rule: RoleRule, view: RuleView, chains: Mapping[ChainId, str]) -> str:
    """Say that a rule is in force."""
    return (
        f"Rule #{rule.number} is in force: members whose linked wallets hold {asked(view, chains)} get "
        f"<@&{rule.role}>, and lose it when they don't any more. Nobody signs anything again. Whoever has the role "
        "by hand keeps it. Next: /roles check looks now; /roles list shows who has it."
    )


def _own(own: OwnView, chains: Mapping[ChainId, str]) -> str:
    rule, status = own.view.rule, own.status
    head = f"<@&{rule.role}>"
    again = f"looked at again <t:{own.next_at}:R>"
    if rule.unknown is not None:
        kept = ", so you keep it" if status and status.step.ours else ""
        return f"{head}: **unknown** ({quoted(unlooked(rule.unknown))}){kept}\n{again}"
    if status is None or rule.checked_at is None:
        return f"{head}: not looked at yet, for {asked(own.view, chains)}\n{again}"
    found = listed([_found(one, own.view.strategies[at]) for at, one in enumerate(status.found)])
    checked = f"looked at <t:{status.checked_at}:R>, {again}"
    return f"{head}: **{_verdict(own)}**; you hold {found}, it takes {asked(own.view, chains)}\n{checked}"


def _verdict(own: OwnView) -> str:
    status = own.status
    if status is None or None in status.found:
        return "unknown"
    if own.view.rule.trouble and status.to_give:
        return "earned, but I can't give it; moderators know"
    if not status.earned:
        return "being taken back" if status.step.ours else "not yet"
    match status.step:
        case Step.GIVEN:
            return "yes"
        case Step.BY_HAND:
            return "yes, and you have it by hand"
        case _:
            return "yes, it is on its way"


def _found(amount: str | None, strategies: Sequence[Strategy]) -> str:
    return f"{amount or 'an unknown amount of'} {_symbol(strategies)}".strip()


def _test(minimum: str, strategies: Sequence[Strategy], chains: Mapping[ChainId, str]) -> str:
    networks = listed(sorted({chain_name(strategy.network, chains) for strategy in strategies}))
    return f"at least {quoted(minimum)} {_symbol(strategies)}{f' ({networks})' if networks else ''}"


def _symbol(strategies: Sequence[Strategy]) -> str:
    return quoted(symbol_of(strategies), 40) if strategies else "of voting power"


def _fitted(texts: Sequence[str], room: int) -> str:
    shown: list[str] = []
    for number, text in enumerate(texts):
        rest = f"\nand {len(texts) - number} more"
        if len("\n".join([*shown, text])) + len(rest) > room:
            return "\n".join(shown) + rest
        shown.append(text)
    return "\n".join(shown)
