"""What moderators and members meet of roles by holdings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.power import Strategy
from bot.domain.roles.role_rules import MAX_RULES, Asked, Match, RoleRule, RoleStatus, Step
from bot.domain.roles.role_trouble import Trouble, Unlooked
from bot.domain.shared.types import RoleId, SpaceId, Timestamp
from bot.services.roles.role_rules import OwnView, RuleView
from cogs.roles.role_cards import added_text, own_lines, removal_text, rules_card
from cogs.roles.role_rule_form import RuleForm
from tests.builders import AUTHOR, GUILD, NOW, RESEARCHER, VOTER, a_strategy
from tests.gallery.asking import CHAINS, interaction
from tests.gallery.messages import Message, Reply, Shown

_MINIMUM = "1" * 60


def shown() -> Iterator[Shown]:
    """Return all of it."""
    for name, message, says in (*_listed(), *_own(), *_changed()):
        yield Shown(section="roles", name=name, message=message, says=(says,))


def _strategies(symbol: str, many: int = 1) -> tuple[Strategy, ...]:
    params: dict[str, object] = {"address": "0x" + "70" * 20, "symbol": symbol, "decimals": 18}
    return tuple(a_strategy(params=params) for _ in range(many))


def view(number: int = 1, *, symbol: str = "VITA", minimum: str = "1000", tests: int = 1, **fields: Any) -> RuleView:
    """Return a rule of `tests` tests, whose other fields are given."""
    counts = {Step.GIVEN: 3} if "counts" not in fields else fields.pop("counts")
    asked = tuple(Asked(strategies=None, minimum=minimum) for _ in range(tests))
    rule = RoleRule(
        space=SpaceId(1),
        guild=GUILD,
        number=number,
        role=RoleId(RESEARCHER + number),
        name="Researcher",
        tests=asked,
        match=Match.ANY,
        added_by=AUTHOR,
        added_at=NOW,
        **fields,
    )
    return RuleView(rule=rule, counts=counts, strategies=(_strategies(symbol),) * tests)


def _views() -> dict[str, RuleView]:
    at: dict[str, Any] = {"checked_at": NOW}
    found = {
        "new": view(counts={}),
        "looked at": view(**at),
        "one on the way, one by hand": view(counts={Step.GIVING: 1, Step.BY_HAND: 1}, **at),
        "removed": view(removed_at=NOW),
        "right to left": view(symbol="توكن", **at),
        "emoji": view(symbol="🧬👩‍🔬", **at),
        "two tests": view(tests=2, **at),
        "longest": view(2**31, symbol="*" * 64, minimum=_MINIMUM, tests=10, counts=dict.fromkeys(Step, 10**9), **at),
    }
    found |= {f"unknown, {why}": view(unknown=why, **at) for why in Unlooked}
    return found | {f"trouble, {why}": view(trouble=why, **at) for why in Trouble}


def _listed() -> Iterator[tuple[str, Message, str]]:
    yield "rules, none", rules_card([], CHAINS, 600), "There are no rules yet"
    for name, one in _views().items():
        yield f"rules, {name}", rules_card([one], CHAINS, 600, "Looked."), f"#{one.rule.number}"
    most = [_views()["longest"]] * MAX_RULES
    yield "rules, all that there can be", rules_card(most, CHAINS, 60, "Looked."), "every 1 minute"


def own_views() -> Sequence[OwnView]:
    """Return how a member stands to rules in each state."""
    later = Timestamp(NOW + 600)
    found = []
    for one in _views().values():
        found.append(OwnView(view=one, status=None, next_at=later))
        for step in Step:
            for amounts in (("12.5",), (None,)):
                status = RoleStatus(
                    guild=GUILD,
                    rule=one.rule.number,
                    member=VOTER,
                    earned=step in (Step.GIVEN, Step.GIVING, Step.BY_HAND),
                    step=step,
                    checked_at=NOW,
                    found=amounts * len(one.rule.tests),
                )
                found.append(OwnView(view=one, status=status, next_at=later))
    return found


def _own() -> Iterator[tuple[str, Message, str]]:
    for place, own in enumerate(own_views()):
        yield f"own, {place}", Reply(text=own_lines([own], CHAINS)), "<@&"
    yield "own, all that there can be", Reply(text=own_lines(own_views(), CHAINS)), " more"


def _changed() -> Iterator[tuple[str, Message, str]]:
    for name, one in _views().items():
        yield f"removal, {name}", Reply(text=removal_text(one, CHAINS)), "Remove rule"
        yield f"added, {name}", Reply(text=added_text(one.rule, one, CHAINS)), "is in force"
    yield "form, empty", RuleForm(interaction(), 1, Match.ANY, space="", minimum="", tests=""), "At least"
    yield "form, full", RuleForm(interaction(), 1, Match.ANY, space="", minimum="9" * 99, tests="[" * 9_999), "At least"
