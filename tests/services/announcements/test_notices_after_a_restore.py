"""Notices that come about by themselves are known again after a backup was restored, and told anew if they recur."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import delete

from bot.domain.announcements.announcement import Announcement
from bot.domain.announcements.moderator_notice import Cause, Told
from bot.domain.shared.types import Timestamp
from bot.services.announcements.moderator_notices import mended, notice
from bot.services.proposals.counting.count_notices import Holding
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.tables import outbox
from tests.builders import GUILD
from tests.services.conftest import House

ROOT = Path(__file__).parents[3]
BY_A_MEMBER = {"bot/services/proposals/drafts.py": "a snapshot's age is asked about when a member submits"}


async def tell(house: House, *, since: int = 5, said: str = "", key: str = "trouble") -> Announcement:
    """Store a notice, and return it."""
    async with house.app.store.write() as repos:
        fact = Told(problem="It is broken", remedy="Mend it.")
        now = house.clock.now()
        assert await notice(repos, GUILD, key=key, fact=fact, at=now, since=Timestamp(since), said=said)
        found = await repos.outbox.find(f"notice/{GUILD}/{key}")
        await repos.commit()
    assert found is not None
    return found


async def restored(house: House) -> None:
    """Have the database forget all that was to be posted, as an earlier state of it does."""
    engine = open_engine(house.app.settings.storage.url.get_secret_value())
    async with engine.begin() as connection:
        await connection.execute(delete(outbox))
    await close_engine(engine)
    house.clock.time += 60


async def test_the_same_notice_has_the_same_marks_whenever_it_is_stored(house: House) -> None:
    first = await tell(house)
    assert first.is_older(house.clock.now())
    await restored(house)
    again = await tell(house)
    assert (again.ref, again.nonce, again.since) == (first.ref, first.nonce, 5)
    for other in ({"since": 6}, {"said": "else"}, {"key": "other"}):
        await restored(house)
        assert (await tell(house, **other)).ref != first.ref


async def test_what_is_wrong_again_after_it_was_mended_is_another_notice_and_known_again_too(house: House) -> None:
    refs = []
    for _ in range(2):
        for _ in range(3):
            refs.append((await tell(house)).ref)
            async with house.app.store.write() as repos:
                await mended(repos, GUILD, key="trouble")
                await repos.commit()
        await restored(house)
    assert len(set(refs[:3])) == 3
    assert refs[3:] == refs[:3]


async def test_a_count_that_waits_is_told_with_the_same_marks(house: House) -> None:
    proposal = await house.submit()
    house.tampered = True  # the log of the restored database goes back, too
    refs = []
    for late in (3_700, 3_760):
        await house.end(proposal, late=late)
        process = Holding(store=house.app.store, clock=house.clock)  # one that has told nothing yet
        await process.hold(proposal, f"endpoint 1: block {late} is missing", Cause.OTHER)
        async with house.app.store.write() as repos:
            found = await repos.outbox.find(f"notice/{GUILD}/held/{proposal.id}")
            await repos.proposals.save(proposal)
            await repos.commit()
        assert found is not None
        refs.append(found.ref)
        await restored(house)
    assert refs[0] == refs[1]


def notices() -> Iterator[tuple[str, ast.Call]]:
    """Every place in which a notice is stored."""
    for file in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "notice":
                yield str(file.relative_to(ROOT)), node


def test_every_notice_that_comes_about_by_itself_says_since_when_it_could() -> None:
    without = {file for file, call in notices() if "since" not in {keyword.arg for keyword in call.keywords}}
    assert len(list(notices())) > 8
    assert without == BY_A_MEMBER.keys()
