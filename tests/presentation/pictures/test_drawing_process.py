"""Pictures are drawn in a process of their own: nobody waits for it, and whatever becomes of it, the bot goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from pathlib import Path

import pytest

from bot.app.composition import App
from bot.presentation.catalogue.messages import speaking
from bot.presentation.pictures.campaign_image import campaign_image, campaign_image_words
from bot.presentation.pictures.drawing_process import DrawingProcess, NotDrawn
from bot.presentation.pictures.result_image import result_image
from bot.presentation.pictures.result_picture import MOST_BARS, Bar, ResultPicture
from bot.settings import SecretStr, Settings, StorageSettings
from cogs.treasury.campaign_cards import drawn_campaign
from tests.builders import a_campaign
from tests.cogs.answers import present
from tests.presentation.catalogue.pseudo import PSEUDO
from tests.presentation.pictures import drawn_elsewhere as elsewhere
from tests.presentation.refusals.test_refusals import untranslated

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def drawing() -> AsyncIterator[DrawingProcess]:
    process = DrawingProcess()
    yield process
    await process.close()


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


async def release(pipe: Path) -> None:
    """Let go on what `held` holds; waits until it is held."""
    await asyncio.to_thread(pipe.write_bytes, b"")


def alive(process: bytes) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_picture_is_the_same_as_drawn_here_and_one_process_draws_all(drawing: DrawingProcess) -> None:
    campaign = a_campaign()
    assert await drawing.draw(campaign_image, campaign) == campaign_image(campaign)
    drew = {await drawing.draw(elsewhere.process_id) for _ in range(3)}
    assert len(drew) == 1
    assert drew != {elsewhere.process_id()}


async def test_words_in_a_picture_are_in_the_language_of_whoever_asks_for_it(drawing: DrawingProcess) -> None:
    campaign = a_campaign()
    with speaking(PSEUDO):
        words = campaign_image_words()
        file = await drawn_campaign(drawing, campaign)
    assert [untranslated(word) for word in (words.unread, words.aim, words.reached, words.milestone)] == [""] * 4
    assert present(file).fp.read() == campaign_image(campaign, words) != campaign_image(campaign)


async def test_everything_else_goes_on_while_a_picture_is_drawn(drawing: DrawingProcess, pipe: Path) -> None:
    held = asyncio.create_task(drawing.draw(elsewhere.held, pipe))
    behind = asyncio.create_task(drawing.draw(elsewhere.process_id))
    turns = 0
    for _ in range(1_000):
        await asyncio.sleep(0)
        turns += 1
    assert await asyncio.to_thread(lambda: "another thread") == "another thread"
    assert turns == 1_000
    assert not held.done()
    assert not behind.done()
    await release(pipe)
    assert await held == b"released"
    assert await behind


@pytest.mark.parametrize("function", [elsewhere.killed_at_first, elsewhere.killed_amid_the_answer])
async def test_a_picture_whose_process_is_killed_is_drawn_anew(
    drawing: DrawingProcess, tmp_path: Path, function: Callable[[Path], bytes]
) -> None:
    before = await drawing.draw(elsewhere.process_id)
    after = await drawing.draw(function, tmp_path / "tried")
    assert after != before
    assert await drawing.draw(elsewhere.process_id) == after
    assert not alive(before)


async def test_a_process_that_was_killed_between_two_pictures_is_replaced(drawing: DrawingProcess) -> None:
    before = await drawing.draw(elsewhere.process_id)
    os.kill(int(before), signal.SIGKILL)
    assert await drawing.draw(elsewhere.process_id) != before


async def test_a_picture_that_kills_its_process_each_time_is_given_up_and_the_next_is_drawn(
    drawing: DrawingProcess,
) -> None:
    with pytest.raises(NotDrawn, match="killed"):
        await drawing.draw(elsewhere.always_killed)
    assert await drawing.draw(elsewhere.process_id)


async def test_a_picture_that_never_ends_is_given_up_and_the_next_is_drawn() -> None:
    impatient = DrawingProcess(patience=0.01)
    with pytest.raises(NotDrawn, match=r"more than 0\.01 seconds"):
        await impatient.draw(elsewhere.never)
    await impatient.close()


async def test_more_pictures_than_may_wait_are_not_drawn(pipe: Path) -> None:
    drawing = DrawingProcess(most_waiting=2)
    held = asyncio.create_task(drawing.draw(elsewhere.held, pipe))
    waiting = [asyncio.create_task(drawing.draw(elsewhere.process_id)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(NotDrawn, match="2 others wait"):
        await drawing.draw(elsewhere.process_id)
    await release(pipe)
    assert await held == b"released"
    assert all(await asyncio.gather(*waiting))
    assert await drawing.draw(elsewhere.process_id)
    await drawing.close()


async def test_who_gives_up_waiting_leaves_the_place_to_others(pipe: Path) -> None:
    drawing = DrawingProcess(most_waiting=1)
    held = asyncio.create_task(drawing.draw(elsewhere.held, pipe))
    impatient = asyncio.create_task(drawing.draw(elsewhere.process_id))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait([impatient])
    assert impatient.cancelled()
    behind = asyncio.create_task(drawing.draw(elsewhere.process_id))
    await release(pipe)
    assert await held == b"released"
    assert await behind
    await drawing.close()


async def test_closing_ends_what_is_drawn_and_what_waits(pipe: Path) -> None:
    drawing = DrawingProcess()
    process = await drawing.draw(elsewhere.process_id)
    held = asyncio.create_task(drawing.draw(elsewhere.held, pipe))
    behind = asyncio.create_task(drawing.draw(elsewhere.process_id))
    await asyncio.sleep(0)
    await drawing.close()
    for task in (held, behind):
        with pytest.raises(NotDrawn, match="stops"):
            await task
    with pytest.raises(NotDrawn, match="stops"):
        await drawing.draw(elsewhere.process_id)
    assert not alive(process)
    await drawing.close()


async def test_a_process_that_stands_still_does_not_keep_the_bot_from_stopping() -> None:
    drawing = DrawingProcess()
    process = await drawing.draw(elsewhere.process_id)
    os.kill(int(process), signal.SIGSTOP)
    await drawing.close()
    assert not alive(process)


async def test_closing_what_never_drew_starts_nothing() -> None:
    await DrawingProcess().close()


async def test_an_error_comes_out_where_the_picture_was_asked_for(drawing: DrawingProcess) -> None:
    with pytest.raises(FileNotFoundError, match="ink") as raised:
        await drawing.draw(elsewhere.failing, "ink")
    assert raised.value.args == ("ink",)
    assert "in failing" in "".join(raised.value.__notes__)
    with pytest.raises(RuntimeError, match="Unbuildable: ink: dry"):
        await drawing.draw(elsewhere.failing, "unbuildable")
    before = await drawing.draw(elsewhere.process_id)
    with pytest.raises(AttributeError, match="local"):
        await drawing.draw(lambda: b"")
    assert await drawing.draw(elsewhere.process_id) == before


async def test_the_process_imports_what_pictures_need_and_nothing_large(drawing: DrawingProcess) -> None:
    await drawing.draw(campaign_image, a_campaign())
    packages = set((await drawing.draw(elsewhere.imported)).decode().split())
    assert {"PIL", "bot"} <= packages
    assert not packages & {"discord", "sqlalchemy", "aiohttp", "web3", "babel", "pydantic", "eth_abi", "cogs"}


async def test_the_process_takes_as_little_memory_as_is_said(drawing: DrawingProcess) -> None:
    bar = Bar(key="A", label="W" * 80, share=Fraction(1, 3), figure="33.33 %", out="out in round 2")
    largest = ResultPicture(bars=(bar,) * MOST_BARS, verdict="Decided", threshold=Fraction(2, 3), quorum=Fraction(2))
    for _ in range(5):
        await drawing.draw(result_image, largest)
    assert int(await drawing.draw(elsewhere.most_memory)) < 60_000
    assert "less than 60 MB" in (ROOT / "docs" / "operating.md").read_text()


async def test_the_process_is_given_none_of_the_bots_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_DISCORD__TOKEN", "secret")
    drawing = DrawingProcess()
    assert await drawing.draw(elsewhere.settings_given) == b""
    await drawing.close()


async def test_what_a_library_prints_is_no_picture(drawing: DrawingProcess) -> None:
    assert await drawing.draw(elsewhere.printing) == await drawing.draw(elsewhere.process_id)


async def test_the_app_has_one_and_closes_it(database: str) -> None:
    settings = Settings(storage=StorageSettings(url=SecretStr(database)))
    async with App.open(settings) as app:
        process = await app.drawing.draw(elsewhere.process_id)
        assert alive(process)
    assert not alive(process)


def a_bot() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.presentation.pictures.outlived"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_the_process_ends_with_a_bot_that_is_killed() -> None:
    with a_bot() as bot:
        assert bot.stdout
        assert int(bot.stdout.readline()) != bot.pid
        bot.kill()
        # Its end comes when nobody holds it any more, neither the bot nor what it started.
        assert bot.communicate() == ("", "")


def test_a_script_is_not_run_again_by_the_process(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import asyncio; from bot.presentation.pictures.drawing_process import DrawingProcess\n"
        "from tests.presentation.pictures.drawn_elsewhere import process_id\n"
        "print('run'); asyncio.run(DrawingProcess().draw(process_id))\n"
    )
    done = subprocess.run(
        [sys.executable, script], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("run\n", "")


def test_the_process_leaves_ctrl_c_to_the_bot_and_ends_with_it() -> None:
    with a_bot() as bot:
        assert bot.stdin
        assert bot.stdout
        before = bot.stdout.readline()
        os.killpg(bot.pid, signal.SIGINT)
        bot.stdin.write("\n")
        bot.stdin.flush()
        assert bot.stdout.readline() == before
        assert bot.communicate() == ("", "")
        assert bot.returncode == 0
