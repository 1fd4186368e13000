"""The demo: its story holds, its DAO is no empty page, and its own commands do what they say."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.demo.acting import ask_to_link, link_wallet, press, type_command
from bot.demo.chain.dao_contracts import UNFINAL
from bot.demo.page.demo_commands import DemoClient
from bot.demo.page.demo_pages import base_url, free_port
from bot.demo.people import BEN, CHIARA, DEV, ESRA, FINN, MARA
from bot.demo.play import main
from bot.demo.stage import Stage, open_stage
from bot.demo.story import proof_chapter, whole_story
from bot.demo.story.message_texts import said
from bot.demo.story.transcript import StoryBroken, Transcript
from bot.demo.story.verify_process import Checked
from bot.demo.world import DATA, card, found, live, start_campaign, submit, write
from bot.domain.proposals.proposal import State
from bot.domain.shared.types import GuildId, MemberId, Timestamp

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def bare() -> AsyncIterator[Stage]:
    async with open_stage(one_channel=True, make_client=DemoClient, base_url=base_url(free_port())) as opened:
        yield opened


@pytest.fixture
async def stage(bare: Stage) -> Stage:
    await live(bare)
    return bare


def test_the_story_holds_and_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--script"]) == 0
    told = capsys.readouterr().out
    assert "✗" not in told
    for chapter in (
        "A wallet is linked",
        "A wallet is linked on a web page",
        "A text changes, while it may",
        "Wallets sign their ballots",
        "The result proves itself",
        "Every decision is in a log",
        "A member is forgotten",
        "Four members vote, while tokens move",
        "The bot restarts",
        "Every job runs again",
    ):
        assert f"━━ {chapter}" in told
    assert "Passed: more voted “For” than “Against”." in told
    assert "│ Milestone reached: Ethics approval" in told
    assert "nothing is said twice" in told
    assert "All that was checked holds" in told
    assert f"FAILS        ballots: ballot of {BEN.wallet}" in told


def test_a_story_that_breaks_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_story, "FOR", 2)
    assert main(["--script"]) == 1
    assert "✗ recorded: For" in capsys.readouterr().out


async def test_no_page_is_empty(stage: Stage) -> None:
    guild = GuildId(stage.guild.id)
    views = await stage.app.proposals.visible(guild, MemberId(stage.member(MARA).id))
    assert [view.state for view in views] == [State.VOTING] * 3 + [State.CLOSED]
    (campaign,) = await stage.app.treasury.campaigns(await stage.app.spaces.main(guild))
    assert [milestone.reached_at is not None for milestone in campaign.milestones] == [True, False, False]
    assert await stage.app.treasury.watches(await stage.app.spaces.main(guild))
    assert "Passed" in shown(stage)
    assert "Milestone reached" in shown(stage)
    # Everybody in it has their part.
    assert "300,000 SPAN vesting" in said(await type_command(stage, CHIARA, "power"))
    assert "no wallet" in said(await type_command(stage, FINN, "power"))
    assert "config show" in stage.member(MARA).available_commands(stage.channels["proposals"])
    assert "config show" not in stage.member(BEN).available_commands(stage.channels["proposals"])


async def test_a_vote_counts_once_time_has_passed(stage: Stage) -> None:
    await press(stage, CHIARA, card(stage, 2), "Worm screen of 2,000 compounds")
    assert "618.4 k" not in shown(stage)
    await type_command(stage, FINN, "demo pass", days=3)
    assert "Decided" in shown(stage) or "No quorum" in shown(stage)


async def test_votes_that_end_as_the_days_pass_are_counted(bare: Stage) -> None:
    await found(bare)
    await link_wallet(bare, BEN)
    await submit(bare, BEN, await write(bare, BEN, DATA))
    await type_command(bare, FINN, "demo pass", days=3)
    assert "Result of #1" in shown(bare)


async def test_a_donation_is_heard_of(bare: Stage) -> None:
    await found(bare)
    await start_campaign(bare)
    await type_command(bare, FINN, "demo donate", amount="15k")
    assert "Milestone reached: Ethics approval" in shown(bare)


def moved(giver: str, taker: str, amount: str) -> dict[str, Any]:
    """The options of `/demo move`; one has a name that Python keeps for itself."""
    return {"from": giver, "to": taker, "amount": amount}


async def test_a_move_moves_tokens_and_time(bare: Stage) -> None:
    before = bare.clock.now()
    answer = await type_command(bare, ESRA, "demo move", **moved("ben", "finn", "1,000"))
    assert "final now" in said(answer)
    assert bare.ledger.evm.call(bare.ledger.token, "balanceOf", FINN.wallet) == 1_000 * 10**18
    assert bare.clock.now() == bare.ledger.evm.head.header.timestamp > before


async def test_what_the_chain_refuses_is_told(bare: Stage) -> None:
    answer = await type_command(bare, ESRA, "demo move", **moved("chiara", "ben", "1"))
    assert "The chain refused" in said(answer)
    assert "Not sent" in said(await type_command(bare, ESRA, "demo donate", amount="a lot"))


async def test_mined_blocks_become_final(bare: Stage) -> None:
    final = bare.ledger.evm.finalized.number
    await type_command(bare, ESRA, "demo mine", blocks=3)
    assert bare.ledger.evm.finalized.number == final + 3
    assert bare.ledger.evm.unfinal == UNFINAL


async def test_the_newest_result_can_be_checked_with_a_file_and_an_address(bare: Stage) -> None:
    assert "Nothing is counted yet" in said(await type_command(bare, ESRA, "demo verify"))
    await live(bare)
    assert "Nothing is served" in said(await type_command(bare, ESRA, "demo verify"))
    bare.node = "http://127.0.0.1:8545"
    told = said(await type_command(bare, ESRA, "demo verify"))
    kept = (await bare.app.results.counted(GuildId(bare.guild.id), 1)).kept
    assert kept is not None
    assert f"verify proposal-1-result.json.gz --cid {kept.cid} --rpc 31337={bare.node}\n" in told


@pytest.mark.parametrize("broken", ["signed_ballot", "verify"])
async def test_a_story_without_proof_breaks(
    broken: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(*_given: Any) -> Any:
        return {"address": BEN.wallet} if broken == "signed_ballot" else Checked(code=1, lines=())

    monkeypatch.setattr(proof_chapter, broken, wrong)
    with pytest.raises(StoryBroken):
        await whole_story.tell()
    assert "✗" in capsys.readouterr().out


async def test_the_demo_signs_for_a_newcomer(bare: Stage) -> None:
    assert "Nothing to sign" in said(await type_command(bare, FINN, "demo sign"))
    assert "0x" in said(await type_command(bare, FINN, "demo wallet"))
    _, text = await ask_to_link(bare, FINN)
    assert FINN.sign(text) in said(await type_command(bare, FINN, "demo sign"))


async def test_a_restart_is_asked_for_and_survived_and_nothing_is_said_twice(stage: Stage) -> None:
    before, old = public(stage), card(stage, 2)
    await type_command(stage, DEV, "demo restart")
    assert stage.restart_wanted.is_set()
    await stage.restart()
    assert "Recorded" in said(await press(stage, ESRA, old, "Liver organoids"))
    await type_command(stage, MARA, "demo mine", blocks=1)
    await stage.work()
    assert public(stage) == before


def test_a_broken_promise_breaks_the_story() -> None:
    story = Transcript(now=lambda: Timestamp(0), name_of=str)
    with pytest.raises(StoryBroken, match="two is three"):
        story.check("two is three", holds=False)


def test_a_message_reads_as_people_see_it(capsys: pytest.CaptureFixture[str]) -> None:
    story = Transcript(now=lambda: Timestamp(1_767_225_600), name_of=lambda number: {7: "Ada"}[number])
    message: Any = type(
        "Message",
        (),
        {"content": r"**Hi** <@7>, 1\. until <t:1767398400:R>", "embeds": (), "attachments": (), "components": ()},
    )
    story.show("#here", message)
    assert "│ Hi @Ada, 1. until in 2 days" in capsys.readouterr().out


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


def shown(stage: Stage) -> str:
    return "\n".join(said(message) for message in stage.channels["proposals"].history())


def public(stage: Stage) -> list[int]:
    return [message.id for message in stage.channels["proposals"].history() if not message.flags.ephemeral]
