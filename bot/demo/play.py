"""`folkmoot demo`: the DAO of the demo in the browser, beside it a server to set up, or its story as a transcript.

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
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import simcord
from simcord.preview import _markdown

from bot.demo.chain.json_rpc import Rpc
from bot.demo.node import serving
from bot.demo.page.demo_commands import DemoClient
from bot.demo.page.demo_pages import base_url, free_port, open_pages
from bot.demo.page.second_process import second_process, until_parent_ends
from bot.demo.page.tour import Tour, tour_of_setting_up, tour_of_the_dao
from bot.demo.people import DAO, MARA, NOOR, PEOPLE, Person
from bot.demo.stage import BEGIN, CHAIN, Stage, open_stage
from bot.demo.story.transcript import StoryBroken
from bot.demo.story.verify_process import program
from bot.demo.story.whole_story import tell
from bot.demo.world import PAST, ask, live, sign
from bot.domain.shared.types import Timestamp

_WELCOME = """
  {dao} is open: {url}
  {second}
  Its chain answers at {node}, so that you can check results yourself. Save the file of a result, then
    {program} verify FILE --rpc {chain}={node}
  /demo verify says it in full.

  Below the newest vote stands a tour. Viewing as lets you be each of {names}.
  Type / for the commands. Some more to try:
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
_SECOND = "A server of your own to set up, with the same bot and nothing set yet: {url}"
_NO_SECOND = "The second server, to set up from nothing, did not start: folkmoot demo --new-server says why."


def main(arguments: Sequence[str]) -> int:
    """Play the demo. Return 0 if all went well."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        if given.script:
            return _script()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGTERM then cleans up as Ctrl-C does
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_new_server(given.port) if given.new_server else _page(given.port))
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
    parser.add_argument(
        "--new-server", action="store_true", help="only the server in which nothing is set yet, to try setting up"
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
    async with second_process("--new-server") as second, open_page(port, second.address, say=_say) as stage:
        names = [person.display.split()[0] for person in PEOPLE]
        url = await second.address()
        _say(
            _WELCOME.format(
                dao=DAO,
                url=stage.preview.url,
                second=_NO_SECOND if url is None else _SECOND.format(url=url),
                node=stage.node,
                chain=CHAIN,
                program=program(),
                names=", ".join(names[:-1]) + f" and {names[-1]}",
                moderator=MARA.display.split()[0],
            )
        )
        await stage.preview.wait_closed()


async def _new_server(port: int) -> None:
    async with open_new_server(port) as stage:
        _say(stage.preview.url)
        await until_parent_ends(stage.preview.wait_closed())


def _say(words: str) -> None:
    print(words, flush=True)


def _show_mentions() -> None:
    """Make the page show names for mentions in embeds, as Discord does; by default simcord leaves the ids there."""
    for part in ("embed_description", "embed_field_value"):
        _markdown._FIELD_POLICIES.get(part, {})["mentions"] = True  # noqa: SLF001 - it offers no setting


@asynccontextmanager
async def open_page(
    port: int,
    second: Callable[[], Awaitable[str | None]] | None = None,
    *,
    say: Callable[[str], None] = lambda _words: None,
) -> AsyncIterator[Stage]:
    """Open the page on a port of this machine (0: any free one), after the DAO's past has been played.

    `second` gives the address of a server to set up, None if there is none. `say` is told what is being done.
    """
    say("Starting a Discord, an Ethereum chain and the bot, all in memory: about ten seconds …")
    began, web = Timestamp(max(BEGIN, int(time.time()) - PAST)), free_port()
    async with open_stage(one_channel=True, at=began, make_client=DemoClient, base_url=base_url(web)) as stage:
        say(f"{DAO} is founded: its members link wallets, propose, vote, and raise money …")
        await live(stage)
        async with open_pages(stage, web):
            await sign(stage)
        await ask(stage)
        tour = tour_of_the_dao(stage, await second() if second else None)
        await tour.post()
        say("Opening the page …")
        async with _shown(stage, port, web, tour, first=NOOR):
            await stage.preview.show(tour.message)
            yield stage


@asynccontextmanager
async def open_new_server(port: int) -> AsyncIterator[Stage]:
    """Open the page of a server in which nothing is set yet, and nobody has linked a wallet."""
    began, web = Timestamp(max(BEGIN, int(time.time()))), free_port()
    async with open_stage(
        one_channel=True, at=began, make_client=DemoClient, base_url=base_url(web), name="Your server"
    ) as stage:
        tour = tour_of_setting_up(stage)
        await tour.post()
        async with _shown(stage, port, web, tour, first=MARA):
            yield stage


@asynccontextmanager
async def _shown(stage: Stage, port: int, web: int, tour: Tour, *, first: Person) -> AsyncIterator[None]:
    """Serve the page, which `first` sees at first, the bot's own pages, and the chain; tick off the tour's steps."""
    _show_mentions()
    stage.after_sweep = tour.look
    viewers = [stage.member(person) for person in sorted(PEOPLE, key=lambda person: person is not first)]
    preview = stage.env.preview(stage.channels["proposals"], viewers=viewers, layout="channel", port=port)
    async with serving(Rpc(stage.ledger.evm)) as node, preview as stage.preview:
        stage.node = f"http://127.0.0.1:{node}"
        restarts = asyncio.create_task(_serve(stage, web))
        try:
            yield
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
