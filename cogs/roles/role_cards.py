"""What roles by holdings look like: the rules to moderators, and to a member what each gives or asks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from bot.domain.power import Strategy, symbol_of
from bot.domain.roles.role_rules import Match, RoleRule, Step
from bot.domain.shared.amounts import shown_amount
from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from bot.presentation.refusals.faults.roles import TROUBLES, unlooked
from bot.services.roles.role_rules import OwnView, RuleView
from cogs._shared.cards import Card
from cogs._shared.formatting import chain_name, listed, moment, quoted
from cogs.spaces.settings_cards import fitted

_FIELD, _DESCRIPTION = 1_024, 3_500
_SHORT = 300
"""Signs of what a rule of many tests asks of one member, and of what they hold."""
_COLOUR = 0x7A6FD0


def rules_card(views: Sequence[RuleView], chains: Mapping[ChainId, str], interval: int, told: str = "") -> Card:
    """Show the rules of a server, below what was `told` just now."""
    head = f"### {_('Roles by what members hold')}" + (f"\n{told}" if told else "")
    rules = _fitted([rule_text(view, chains) for view in views], _DESCRIPTION) or _(
        "There are no rules yet. /roles add makes one: members whose linked wallets hold enough get a role, and lose "
        "it when they don't any more."
    )
    foot = ngettext(
        "All linked wallets are looked at every {number} minute; /roles check looks now.",
        "All linked wallets are looked at every {number} minutes; /roles check looks now.",
        max(1, round(interval / 60)),
    )
    return Card([head, rules, f"-# {foot}"], colour=_COLOUR)


def rule_text(view: RuleView, chains: Mapping[ChainId, str]) -> str:
    """Show one rule: what it asks, who has its role, when it was looked at, what is wrong."""
    rule = view.rule
    lines = [f"**#{rule.number}** <@&{rule.role}>: {asked(view, chains)}"]
    if rule.removed_at is not None:
        lines.append(_("removed; the role is being taken from those whom it was given to"))
        return "\n".join(lines)
    parts = [ngettext("given to {number} member", "given to {number} members", view.counts.get(Step.GIVEN, 0))]
    if waiting := view.counts.get(Step.GIVING, 0) + view.counts.get(Step.TAKING, 0):
        parts.append(ngettext("{number} on the way", "{number} on the way", waiting))
    if by_hand := view.counts.get(Step.BY_HAND, 0):
        parts.append(
            ngettext(
                "{number} had it by hand, which I leave alone", "{number} had it by hand, which I leave alone", by_hand
            )
        )
    looked = _("looked at {time}", time=moment(rule.checked_at)) if rule.checked_at else _("not looked at yet")
    lines.append(" · ".join([*parts, looked]))
    if rule.unknown:
        lines.append(_("**unknown**: {why}; nothing was given or taken", why=quoted(unlooked(rule.unknown))))
    if rule.trouble:
        lines.append(_("**I can't give it**: {why}", why=_(TROUBLES[rule.trouble])))
    return "\n".join(lines)


def asked(view: RuleView, chains: Mapping[ChainId, str]) -> str:
    """Say what a rule asks for: `at least 1,000 VITA (Ethereum) or at least 1 BADGE (Polygon)`."""
    tests = [
        _test(shown_amount(test.minimum), strategies, chains)
        for test, strategies in zip(view.rule.tests, view.strategies, strict=True)
    ]
    both = N_("{one} and {other}") if view.rule.match is Match.ALL else N_("{one} or {other}")
    return reduce(lambda one, other: _(both, one=one, other=other), tests)


def own_lines(views: Sequence[OwnView], chains: Mapping[ChainId, str], room: int = _FIELD) -> str:
    """Say how a member stands to each rule, in so much room."""
    return _fitted([_own(view, chains) for view in views], min(_FIELD, room))


def removal_text(view: RuleView, chains: Mapping[ChainId, str]) -> str:
    """Ask what becomes of those who have the role of a rule that goes."""
    given = sum(count for step, count in view.counts.items() if step.ours)
    asks = _(
        "Remove rule #{rule}, which gives {role} for {asked}?",
        rule=view.rule.number,
        role=f"<@&{view.rule.role}>",
        asked=asked(view, chains),
    )
    if not given:
        return "\n".join([asks, _("It has given the role to nobody.")])
    left = ngettext(
        "It gave the role to {number} member: take it from them, or leave it with them for good? Whoever had it by "
        "hand keeps it in any case.",
        "It gave the role to {number} members: take it from them, or leave it with them for good? Whoever had it by "
        "hand keeps it in any case.",
        given,
    )
    return f"{asks}\n{left}"


def added_text(rule: RoleRule, view: RuleView, chains: Mapping[ChainId, str]) -> str:
    """Say that a rule is in force."""
    return _(
        "Rule #{rule} is in force: members whose linked wallets hold {asked} get {role}, and lose it when they don't "
        "any more. Nobody signs anything again. Whoever has the role by hand keeps it. Next: /roles check looks now; "
        "/roles list shows who has it.",
        rule=rule.number,
        asked=asked(view, chains),
        role=f"<@&{rule.role}>",
    )


def _own(own: OwnView, chains: Mapping[ChainId, str]) -> str:
    rule, status = own.view.rule, own.status
    role = f"<@&{rule.role}>"
    again = _("looked at again {time}", time=f"<t:{own.next_at}:R>")
    if rule.unknown is not None:
        facts = {"role": role, "why": quoted(unlooked(rule.unknown))}
        head = (
            _("{role}: **unknown** ({why}), so you keep it", **facts)
            if status and status.step.ours
            else _("{role}: **unknown** ({why})", **facts)
        )
        return f"{head}\n{again}"
    if status is None or rule.checked_at is None:
        head = _("{role}: not looked at yet, for {asked}", role=role, asked=cut(asked(own.view, chains), _SHORT))
        return f"{head}\n{again}"
    found = cut(listed([_found(one, own.view.strategies[at]) for at, one in enumerate(status.found)]), _SHORT)
    head = _(
        "{role}: **{verdict}**; you hold {found}, it takes {asked}",
        role=role,
        verdict=_(_verdict(own)),
        found=found,
        asked=cut(asked(own.view, chains), _SHORT),
    )
    looked = _("looked at {time}", time=f"<t:{status.checked_at}:R>")
    return f"{head}\n{looked}, {again}"


def _verdict(own: OwnView) -> str:
    """Return how a member stands to a rule, as a sentence of the catalogue."""
    status = own.status
    if status is None or None in status.found:
        return N_("unknown")
    if own.view.rule.trouble and status.to_give:
        return N_("earned, but I can't give it; moderators know")
    if not status.earned:
        return N_("being taken back") if status.step.ours else N_("not yet")
    match status.step:
        case Step.GIVEN:
            return N_("yes")
        case Step.BY_HAND:
            return N_("yes, and you have it by hand")
        case _:
            return N_("yes, it is on its way")


def _found(amount: str | None, strategies: Sequence[Strategy]) -> str:
    symbol = _symbol(strategies)
    return _("an unknown amount of {symbol}", symbol=symbol) if amount is None else f"{amount} {symbol}".strip()


def _test(minimum: str, strategies: Sequence[Strategy], chains: Mapping[ChainId, str]) -> str:
    networks = listed(sorted({chain_name(strategy.network, chains) for strategy in strategies}))
    least = _("at least {amount}", amount=f"{quoted(minimum)} {_symbol(strategies)}")
    return f"{least} ({networks})" if networks else least


def _symbol(strategies: Sequence[Strategy]) -> str:
    return quoted(symbol_of(strategies), 40) if strategies else _("of voting power")


def _fitted(texts: Sequence[str], room: int) -> str:
    return "\n".join(fitted(texts, room))
