"""Requests that cannot be granted: what is wrong with them, as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.power.zero_power_reasons import NoScore, ScoredWallet
    from bot.domain.shared.errors.faults import InputFault
    from bot.domain.shared.errors.faults.power import PowerFault, Unreadable
    from bot.domain.shared.errors.fields import AnyField
    from bot.domain.shared.errors.kinds import Reserved, ServerSetting, Step, Thing
    from bot.domain.shared.types import Address, Block, MemberId, Timestamp, Units
    from bot.domain.wallets.signature_flaw import Flaw


from bot.domain.shared.errors.bases import Refused


class InvalidInput(Refused):
    """A field holds what it must not: `fault` says what is wrong with it, and `also` what is wrong besides."""

    def __init__(self, field: AnyField, fault: InputFault, also: Sequence[InvalidInput] = ()) -> None:
        super().__init__("; ".join([f"{field}: {fault}", *map(str, also)]))
        self.field, self.fault, self.also = field, fault, tuple(also)

    @property
    def every(self) -> tuple[InvalidInput, ...]:
        """All that is wrong, one by one, in the order of the form."""
        return (InvalidInput(self.field, self.fault), *(one for other in self.also for one in other.every))


class NotFound(Refused):
    """No such thing in this guild. `key` is by what it was asked for; empty where it was not."""

    def __init__(self, what: Thing, key: str) -> None:
        super().__init__(f"no {what} {key}")
        self.what, self.key = what, key


class NotAllowed(Refused):
    """The person may not do this; `reserved` says who alone may do what."""

    def __init__(self, reserved: Reserved) -> None:
        super().__init__(str(reserved))
        self.reserved = reserved


class NotConfigured(Refused):
    """Something has to be set first, by a moderator or by the bot's operator."""

    def __init__(self, setting: ServerSetting) -> None:
        super().__init__(f"not configured: {setting}")
        self.setting = setting


class CannotPropose(Refused):
    """Neither a proposer role nor enough voting power.

    `needed` and `held` are in units of the space's power scale (`decimals`); `block` is where it was read. `drafted`
    says whether a draft is written already.
    """

    def __init__(
        self,
        *,
        needed: Units | None,
        held: Units,
        decimals: int,
        symbol: str,
        roles: Sequence[int],
        block: Block | None,
        drafted: bool = True,
    ) -> None:
        super().__init__(f"needs {needed} of power, holds {held}")
        self.needed, self.held, self.decimals, self.symbol = needed, held, decimals, symbol
        self.roles, self.block, self.drafted = tuple(roles), block, drafted


class NoWallet(Refused):
    """The member has linked no wallet in this guild."""


class NoPower(Refused):
    """Every linked wallet has exactly zero power at the snapshot; `powers` are what was read of them.

    `why` says it of each strategy, where it is known.
    """

    def __init__(
        self, *, symbol: str, block: Block, powers: Sequence[ScoredWallet] = (), why: Sequence[NoScore] = ()
    ) -> None:
        super().__init__(f"no {symbol} at block {block.number}")
        self.symbol, self.block, self.powers, self.why = symbol, block, tuple(powers), tuple(why)


class Recused(Refused):
    """The member, or every wallet of theirs, is recused from proposal `number`."""

    def __init__(self, *, number: int) -> None:
        super().__init__(f"recused from proposal {number}")
        self.number = number


class NoVoter(Refused):
    """Only members with one of `roles` vote on proposal `number`, and this one has none of them."""

    def __init__(self, *, number: int, roles: Sequence[int]) -> None:
        super().__init__(f"no role that votes on proposal {number}")
        self.number, self.roles = number, tuple(roles)


class NotVoting(Refused):
    """The voting window of proposal `number` is not open at `now` (seconds); both ends are inclusive."""

    def __init__(self, *, number: int, state: str, start: Timestamp | None, end: Timestamp | None) -> None:
        super().__init__(f"proposal {number} is {state}")
        self.number, self.state, self.start, self.end = number, state, start, end


class SignatureNeeded(Refused):
    """Proposal `number` takes ballots that their wallets sign, and no others."""

    def __init__(self, *, number: int) -> None:
        super().__init__(f"proposal {number} takes signed ballots alone")
        self.number = number


class NotCounted(Refused):
    """Proposal `number` is `state`, so it has no result; voting on it ends at `end`, None for one without a window."""

    def __init__(self, *, number: int, state: str, end: Timestamp | None) -> None:
        super().__init__(f"proposal {number} is {state}: it is not counted")
        self.number, self.state, self.end = number, state, end


class WrongState(Refused):
    """Proposal `number` is `state`, so `step` is not possible; `EDITING` is a state for this as well."""

    def __init__(self, *, number: int, state: str, step: Step) -> None:
        super().__init__(f"cannot {step} proposal {number}: it is {state}")
        self.number, self.state, self.step = number, state, step


class TextChanged(Refused):
    """The text of proposal `number` is not what it was when the change to it was begun."""

    def __init__(self, *, number: int) -> None:
        super().__init__(f"the text of proposal {number} was changed meanwhile")
        self.number = number


class WalletTaken(Refused):
    """Another member of this guild holds the wallet. Only who has proved the wallet is told, and may move it."""

    def __init__(self, address: Address) -> None:
        super().__init__("wallet belongs to another member")
        self.address = address


class ChallengeUnusable(Refused):
    """A sign-in challenge that is expired, used up, or somebody else's."""

    def __init__(self, reason: Literal["expired", "used", "foreign"]) -> None:
        super().__init__(f"challenge is {reason}")
        self.reason = reason


class TicketUnusable(Refused):
    """The single-use address of a web page is expired, used, or was never given to anybody."""

    def __init__(self, reason: Literal["expired", "used", "unknown"]) -> None:
        super().__init__(f"ticket is {reason}")
        self.reason = reason


class SignatureRejected(Refused):
    """A signature that does not prove the wallet `expected`, None where none was compared. `flaw` says why.

    `signer` is whose key signed instead, where one did. A wallet that is a contract was asked on the chain `asked`;
    one stands at the same address on the chains `elsewhere`.
    """

    def __init__(
        self,
        *,
        expected: Address | None,
        signer: Address | None,
        flaw: Flaw | None = None,
        asked: str = "",
        elsewhere: Sequence[str] = (),
    ) -> None:
        super().__init__(f"signature does not prove the wallet: {flaw or 'not hexadecimal'}")
        self.expected, self.signer, self.flaw = expected, signer, flaw
        self.asked, self.elsewhere = asked, tuple(elsewhere)


class DelegationCircle(Refused):
    """`through` vote for each other in turn, from the delegate on; the last one's delegate is the delegator.

    It is empty where some of them gave their delegation in another server or (`apart`) another space of this one, so
    that who they are is not told here.
    """

    def __init__(self, through: Sequence[MemberId], *, apart: bool = False) -> None:
        super().__init__(f"closes a circle of {len(through) + 1} members" if through else "closes a circle")
        self.through, self.apart = tuple(through), apart


class UnknownStrategy(Refused):
    """A strategy by a name that is not supported; `supported` lists those that are.

    `why` says of one that is known why it cannot be read; `instead` are supported ones that may serve.
    """

    def __init__(
        self, name: str, supported: Sequence[str], *, why: Unreadable | None = None, instead: Sequence[str] = ()
    ) -> None:
        super().__init__(f"unknown strategy {name}{f' ({why})' if why else ''}: {' or '.join(instead)}")
        self.name, self.supported, self.why, self.instead = name, tuple(supported), why, tuple(instead)


class PowerUndefined(Refused):
    """The formula of `strategy` has no result for the wallet `address`; `why` says what keeps it from one."""

    def __init__(self, *, strategy: str, address: Address, why: PowerFault) -> None:
        super().__init__(f"{strategy} {why} for {address}")
        self.strategy, self.address, self.why = strategy, address, why
