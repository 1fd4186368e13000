"""`folkmoot demo`: the DAO of the demo in the browser, or its story as a transcript.

The page is simcord's Preview: a Discord-like page on a loopback address, on which every press and command reaches the
real bot. It shows one channel, so proposals and announcements meet in `#governance`; it cannot open threads, so the
discussion under a card is a link that leads nowhere (the thread is there, and the bot writes to it); the moderators'
channel is not shown. Its clock stands still until `/demo pass` moves it, and there is no calendar: the jobs run
after whatever was stored.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import simcord
from simcord.preview import _markdown

from bot.demo.chain.json_rpc import Rpc
from bot.demo.demo_commands import DemoClient
from bot.demo.demo_pages import base_url, free_port, open_pages
from bot.demo.node import serving
from bot.demo.people import DAO, MARA, PEOPLE
from bot.demo.stage import BEGIN, CHAIN, Stage, open_stage
from bot.demo.story.transcript import StoryBroken
from bot.demo.story.verify_process import program
from bot.demo.story.whole_story import tell
from bot.demo.world import PAST, live, sign
from bot.domain.shared.types import Timestamp

_WELCOME = """
  {dao} is open: {url}
  Its chain answers at {node}, so that you can check results yourself. Save the file of a result, then
    {program} verify FILE --rpc {chain}={node}
  /demo verify says it in full.

  Viewing as lets you be each of {names}.
  Type / for the commands. A few to begin with:
    - press a button on proposal #2, as somebody who has not voted yet; then again, with another choice
    - as Ben, press For on proposal #4: a page opens, and a wallet signs the ballot there
    - press Rank the choices on proposal #3; Every round shows how the count goes on
    - /wallet list, and who is a Steward by what they hold; as {moderator}: /roles list
    - /power, /proposal list, /campaign view, /treasury view, /help; as {moderator}: /config show
    - as Finn: /wallet link, and on the page that opens the demo's own wallet
    - /demo donate amount: 15k and hear of a milestone
    - /demo pass days: 3 and see the votes counted; then /results, /vote receipt and /demo verify
    - /demo move tokens after a vote began: the power does not change
    - /demo restart: the buttons still work

  What the page cannot show: threads, and more than one channel; proposals and announcements share #governance here.
  Ctrl-C ends it. Everything was in memory and a temporary folder.
"""


def main(arguments: Sequence[str]) -> int:
    """Play the demo. Return 0 if all went well."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        if given.script:
            return _script()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGTERM then cleans up as Ctrl-C does
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_page(given.port))
    except simcord.SetupError as error:
        print(f"problem: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="folkmoot demo", description="Try Folkmoot without Discord and a chain.")
    parser.add_argument("--port", type=int, default=0, help="the page's port on this machine; any free one by default")
    parser.add_argument(
        "--script", action="store_true", help="no page: play the whole story, check it, and print it; 0 if all held"
    )
    return parser


def _script() -> int:
    try:
        asyncio.run(tell())
    except StoryBroken as broken:
        print(f"\nThe story broke: {broken}", file=sys.stderr)
        return 1
    return 0


async def _page(port: int) -> None:
    async with open_page(port) as stage:
        names = [person.display.split()[0] for person in PEOPLE]
        print(
            _WELCOME.format(
                dao=DAO,
                url=stage.preview.url,
                node=stage.node,
                chain=CHAIN,
                program=program(),
                names=", ".join(names[:-1]) + f" and {names[-1]}",
                moderator=MARA.display.split()[0],
            ),
            flush=True,
        )
        await stage.preview.wait_closed()


def _show_mentions() -> None:
    """Make the page show names for mentions in embeds, as Discord does; by default simcord leaves the ids there."""
    for part in ("embed_description", "embed_field_value"):
        _markdown._FIELD_POLICIES.get(part, {})["mentions"] = True  # noqa: SLF001 - it offers no setting


@asynccontextmanager
async def open_page(port: int) -> AsyncIterator[Stage]:
    """Open the page on a port of this machine (0: any free one), after the DAO's past has been played."""
    _show_mentions()
    began = Timestamp(max(BEGIN, int(time.time()) - PAST))
    web = free_port()
    async with open_stage(one_channel=True, at=began, make_client=DemoClient, base_url=base_url(web)) as stage:
        await live(stage)
        async with open_pages(stage, web):
            await sign(stage)
        viewers = [stage.member(person) for person in PEOPLE]
        preview = stage.env.preview(stage.channels["proposals"], viewers=viewers, layout="channel", port=port)
        async with serving(Rpc(stage.ledger.evm)) as node, preview as stage.preview:
            stage.node = f"http://127.0.0.1:{node}"
            restarts = asyncio.create_task(_serve(stage, web))
            try:
                yield stage
            finally:
                restarts.cancel()
                await asyncio.gather(restarts, return_exceptions=True)


async def _serve(stage: Stage, port: int) -> None:
    """Serve the web pages, and restart the bot on request, from outside of it, when no action is being handled."""
    while True:
        async with open_pages(stage, port):
            await stage.restart_wanted.wait()
        stage.restart_wanted.clear()
        while True:
            try:
                await stage.env.settle()
            except simcord.SetupError:  # an action is still being handled
                await asyncio.sleep(0.05)
            else:
                break
        await stage.restart()
        await stage.preview.refresh()
