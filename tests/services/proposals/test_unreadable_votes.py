"""A vote that this version cannot read keeps no other from being opened, counted and shown."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import update

from bot.domain.proposals.proposal import Proposal
from bot.storage.repositories.shared import readable_rows
from bot.storage.tables import proposals
from tests.builders import GUILD
from tests.services.conftest import House
from tests.tables import connection_of


async def spoil(house: House, proposal: Proposal) -> None:
    """Have a vote's terms name what another version knew."""
    house.tampered = True
    unknown = [{"name": "of-another-version", "network": "1", "params": {}}]
    async with house.app.store.write() as repos:
        row = (await connection_of(repos).execute(proposals.select().where(proposals.c.id == proposal.id))).one()
        terms = json.dumps(json.loads(row.terms) | {"strategies": unknown})
        await connection_of(repos).execute(update(proposals).where(proposals.c.id == proposal.id).values(terms=terms))
        await repos.commit()


async def test_a_vote_that_cannot_be_read_is_told_once_and_all_others_are_opened_and_counted(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readable_rows, "TOLD", set())
    await house.app.spaces.set_voting(GUILD, delay=3_600)
    alice = await house.member(1, 100)
    spoilt, sound = await house.submit(), await house.submit()
    await spoil(house, spoilt)
    with caplog.at_level(logging.ERROR):
        assert sound.terms is not None
        house.clock.time = sound.terms.start + 1
        assert await house.app.lifecycle.open_due() == 1
        await house.vote(sound, alice, 1)
        assert await house.app.snapshots.watch() == 0
        assert await house.app.cards.stale(0) in ([], [sound.id])
        await house.end(sound)
        assert await house.app.lifecycle.close_due() == 1
    assert (await house.stored(sound)).result is not None
    told = [record for record in caplog.records if "cannot be read by this version" in record.getMessage()]
    assert len(told) == 1
