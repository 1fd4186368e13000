"""Words for every error: what happened, why, the next step; never a code or an exception."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Never

import discord
import pytest
from discord import app_commands

from bot.client.discord_client import SwitchedOff
from bot.domain.shared import errors
from bot.domain.shared.errors import ChainFault, FolkmootError
from bot.domain.shared.errors.faults.general import GeneralFlaw
from bot.domain.shared.errors.faults.power import PowerFlaw, PowerGap
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Reserved, ServerSetting, Step, Thing
from bot.domain.shared.types import MemberId, Timestamp, Units
from bot.domain.wallets.signature_flaw import Flaw
from cogs.general.error_messages import words
from tests.builders import CHAIN, NOW, a_block, an_address
from tests.cogs.answers import refusal
from tests.cogs.conftest import World, said

ONE, TWO = an_address(1), an_address(2)
EXAMPLES: dict[type[FolkmootError], list[FolkmootError]] = {
    errors.InvalidInput: [errors.InvalidInput(Field.TITLE, GeneralFlaw.EMPTY)],
    errors.NotFound: [errors.NotFound(Thing.PROPOSAL, "7"), errors.NotFound(Thing.PROPOSAL, "")],
    errors.NotAllowed: [errors.NotAllowed(Reserved.AUTHOR_EDITS)],
    errors.NotConfigured: [errors.NotConfigured(ServerSetting.VOTING_POWER)],
    errors.CannotPropose: [
        errors.CannotPropose(needed=needed, held=Units(0), decimals=0, symbol="VITA", roles=roles, block=block)
        for needed, roles, block in (
            (None, (), None),
            (Units(5), (), a_block()),
            (None, (1,), None),
            (Units(5), (1, 2), a_block()),
        )
    ],
    errors.NoWallet: [errors.NoWallet()],
    errors.SignatureNeeded: [errors.SignatureNeeded(number=7)],
    errors.NotCounted: [
        errors.NotCounted(number=7, state=state, end=end) for state, end in (("voting", NOW), ("withdrawn", None))
    ],
    errors.NoPower: [errors.NoPower(symbol="VITA", block=a_block(21_934_112))],
    errors.NoVoter: [errors.NoVoter(number=3, roles=[7]), errors.NoVoter(number=3, roles=[7, 8, 9])],
    errors.RolesUnknown: [errors.RolesUnknown(number=3)],
    errors.Recused: [errors.Recused(number=3)],
    errors.NotVoting: [
        *(
            errors.NotVoting(number=3, state=state, start=NOW, end=Timestamp(NOW + 5))
            for state in ("pending", "closing", "held", "closed", "withdrawn")
        ),
        errors.NotVoting(number=3, state="draft", start=None, end=None),
    ],
    errors.ClocksDiffer: [
        errors.ClocksDiffer(number=3, host=NOW, said=said, head=head)
        for said, head in ((None, NOW), (NOW, None), (NOW, NOW))
    ],
    errors.WrongState: [
        errors.WrongState(number=3, state=state, step=Step.EDIT)
        for state in ("draft", "pending", "voting", "closing", "closed", "held", "withdrawn")
    ],
    errors.TextChanged: [errors.TextChanged(number=3)],
    errors.WalletTaken: [errors.WalletTaken(ONE)],
    errors.ChallengeUnusable: [
        errors.ChallengeUnusable("expired"),
        errors.ChallengeUnusable("used"),
        errors.ChallengeUnusable("foreign"),
    ],
    errors.TicketUnusable: [errors.TicketUnusable(reason) for reason in ("expired", "used", "unknown")],
    errors.SignatureRejected: [
        errors.SignatureRejected(expected=None, signer=None),
        errors.SignatureRejected(expected=ONE, signer=TWO, flaw=Flaw.OTHER_SIGNER),
        *(errors.SignatureRejected(expected=ONE, signer=None, flaw=flaw, asked="Ethereum") for flaw in Flaw),
        *(
            errors.SignatureRejected(
                expected=ONE, signer=None, flaw=flaw, asked="Ethereum", elsewhere=["Base", "**OP**"]
            )
            for flaw in (Flaw.MALFORMED, Flaw.OTHER_SIGNER)
        ),
    ],
    errors.DelegationCircle: [errors.DelegationCircle([MemberId(n) for n in range(many)]) for many in (1, 30)],
    errors.UnknownStrategy: [errors.UnknownStrategy("**ticket**", ["erc20-votes", "erc721"])],
    errors.PowerUndefined: [errors.PowerUndefined(strategy="math", address=ONE, why=PowerFlaw.DIVIDES_BY_ZERO)],
    errors.ChainUnavailable: [errors.ChainUnavailable(CHAIN, fault, "detail") for fault in ChainFault],
    errors.StorageUnavailable: [errors.StorageUnavailable(fault) for fault in errors.StorageFault],
    errors.UnfitBlock: [errors.UnfitBlock(block=a_block(), age=age, most=3_600) for age in (-301, 3_601, 400_000)],
    errors.PowerUnknown: [
        errors.PowerUnknown([], PowerGap.CONTRACT_SILENT),
        errors.PowerUnknown([ONE], PowerGap.CONTRACT_SILENT),
        errors.PowerUnknown([ONE, TWO] * 3, PowerGap.CONTRACT_SILENT),
    ],
}
OF_DISCORD: list[Exception] = [
    SwitchedOff("power"),
    app_commands.MissingPermissions(["manage_guild"]),
    app_commands.NoPrivateMessage(),
    app_commands.BotMissingPermissions(["send_messages"]),
    app_commands.CommandNotFound("power", []),
    app_commands.CheckFailure(),
    discord.Forbidden(refusal(403, "x"), {"code": 50013, "message": "x"}),
    discord.HTTPException(refusal(503, "x"), "x"),
    discord.RateLimited(3_600),
]


def _leaves(kind: type[FolkmootError]) -> Iterator[type[FolkmootError]]:
    if not kind.__subclasses__():
        yield kind
    for below in kind.__subclasses__():
        yield from _leaves(below)


def test_every_error_has_an_example_here() -> None:
    assert set(EXAMPLES) == set(_leaves(FolkmootError))


@pytest.mark.parametrize("error", [*(e for found in EXAMPLES.values() for e in found), *OF_DISCORD], ids=repr)
def test_every_error_has_words_with_a_next_step(error: Exception) -> None:
    text = words(error, {CHAIN: "Ethereum"})
    assert text
    assert "Next: " in text or "Try again" in text
    assert len(text) <= 2000
    assert type(error).__name__ not in text
    assert "  " not in text
    assert "None" not in text
    assert "no visible text" not in text
    assert "**ticket**" not in text


def test_an_error_that_nobody_foresaw_has_none() -> None:
    assert words(RuntimeError("x")) is None
    assert words(KeyError("x")) is None


def test_words_name_the_chain_and_the_block() -> None:
    text = words(errors.NoPower(symbol="VITA", block=a_block(21_934_112)), {CHAIN: "Ethereum"})
    assert text is not None
    assert "no voting power in VITA at Ethereum block 21,934,112" in text


async def test_a_command_that_fails_in_an_unforeseen_way_apologises_without_the_exception(
    world: World, unforeseen: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await world.member("ada", 5)

    async def explode(*args: object, **kwargs: object) -> Never:
        raise RuntimeError("https://rpc.example/secret-key")

    unforeseen.append("unforeseen error")
    monkeypatch.setattr(world.chain, "finalized", explode)
    text = said(await ada.slash(world.general, "power"))
    assert "Sorry" in text
    assert "secret-key" not in text
    assert text.split("reference ")[1].split(",")[0] in caplog.text


async def test_a_form_that_fails_in_an_unforeseen_way_answers_too(
    world: World, unforeseen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await world.member("ada", 5, researcher=True)
    form = await ada.slash(world.general, "proposal new")

    async def explode(*args: object, **kwargs: object) -> Never:
        raise RuntimeError("x")

    unforeseen.append("unforeseen error")
    monkeypatch.setattr(world.client, "check_on", explode)
    answered = await ada.submit_modal(form, {"title": "t", "body": "b"})
    assert "Sorry" in said(answered)


async def test_an_interaction_that_came_too_late_is_logged_and_not_raised(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ada = await world.member("ada", 5)
    world.env.inject_error("POST", "/interactions/*", status=404, code=10062)
    await ada.slash(world.general, "power")
    assert "could not be answered any more" in caplog.text


async def test_discord_failing_while_an_error_is_told_is_only_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bob = await world.member("bob")
    world.env.inject_error("PATCH", "/webhooks/*", status=404, code=50027)
    await bob.slash(world.general, "power")
    assert "could not be answered" in caplog.text
