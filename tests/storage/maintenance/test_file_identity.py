"""A database's file that is taken away below the running bot: nothing is said to be stored that nobody will find."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.storage.maintenance.health import CALM
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD
from tests.disks import Ticking
from tests.storage.maintenance.test_health import WAYS, Way, told, write


def _delete(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def _replace(path: Path) -> None:
    _delete(path)
    path.write_bytes(path.with_name("elsewhere").read_bytes())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("take_away", [_delete, _replace])
async def test_nothing_is_stored_in_or_read_from_a_file_that_is_not_the_databases_any_more(
    store: SqlStore,
    path: Path,
    ticking: Ticking,
    caplog: pytest.LogCaptureFixture,
    way: Way,
    take_away: Callable[[Path], None],
) -> None:
    await way(store, 1)
    take_away(path)
    for number in range(2, 5):
        with pytest.raises(StorageUnavailable) as caught:
            await way(store, number)
        assert caught.value.fault is StorageFault.REPLACED
    with pytest.raises(StorageUnavailable):
        async with store.read() as repos:
            await repos.spaces.main(GUILD)
    with pytest.raises(StorageUnavailable):
        await store.checkpoint()
    assert path.exists() is (take_away is _replace)
    ticking.now += CALM + 1
    await store.try_again()
    assert store.fault is StorageFault.REPLACED
    (record,) = told(caplog)
    assert record.levelno == logging.ERROR
    assert "its file was deleted, or another stands in its place — put the file back" in record.message


async def test_once_the_file_is_back_everything_goes_on(
    store: SqlStore, path: Path, ticking: Ticking, caplog: pytest.LogCaptureFixture
) -> None:
    _delete(path)
    with pytest.raises(StorageUnavailable):
        await write(store, 1)
    path.with_name("elsewhere").rename(path)
    ticking.now += CALM + 1
    await write(store, 2)
    assert store.fault is None
    assert "works again" in told(caplog)[-1].message
