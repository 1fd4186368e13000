"""The words of Discord's audit log about roles given and taken, and the keys of notices to moderators."""

from __future__ import annotations

from bot.domain.roles.role_rules import Match, RoleRule, RoleStatus
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.amounts import shown_amount

FORGOTTEN = "The member asked to be forgotten"


def of_rule(rule: RoleRule, trouble: Trouble) -> str:
    """Return the key of the notice that a rule's role cannot be given."""
    return f"roles/{rule.number}/{trouble.name}"


def alone(status: RoleStatus) -> str:
    """Return the key of the notice about a single member."""
    return f"roles/{status.rule}/member/{status.member}"


def reason(rule: RoleRule, *, given: bool) -> str:
    """Return why a role was given or taken, for the server's audit log; Discord takes 512 characters."""
    if rule.removed_at is not None:
        return f"Folkmoot rule #{rule.number} was removed"
    tests = (" and " if rule.match is Match.ALL else " or ").join(
        f"at least {shown_amount(test.minimum)}" for test in rule.tests
    )
    says = "score" if given else "do not score any more"
    return f"Folkmoot rule #{rule.number}: the member's linked wallets {says} {tests}"[:512]
