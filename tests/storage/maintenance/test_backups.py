"""Backups: whole, checked, private, so many and no more; and the way back from one."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.shared.types import Timestamp
from bot.domain.spaces.space import DAY
from bot.storage.maintenance.backups import BEFORE_MIGRATION, BackupFailed, Backups, copy, is_cut_off, restore
from bot.storage.maintenance.opening import cut_off
from tests.builders import NOW


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A database with one row that stands only in its log."""
    path = tmp_path / "kept.sqlite3"
    path.touch(mode=0o600)
    _add(path, "first")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def _add(path: Path, note: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
        raw.execute("CREATE TABLE IF NOT EXISTS notes (note TEXT)")
        raw.execute("INSERT INTO notes VALUES (?)", [note])
        raw.commit()


def notes(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as raw:
        return [note for (note,) in raw.execute("SELECT note FROM notes")]


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4_096] + b"\xff" * 4_096)


def on(day: int) -> Timestamp:
    return Timestamp(NOW + day * DAY)


def test_a_backup_is_one_file_that_holds_what_is_only_in_the_log(kept: Path, folder: Path) -> None:
    with closing(sqlite3.connect(kept)) as open_still:
        open_still.execute("INSERT INTO notes VALUES ('second')")
        open_still.commit()
        made = Backups(kept, folder, 3).make_daily(NOW)
    assert made is not None
    assert [file.name for file in folder.iterdir()] == [made.name]
    assert notes(made) == ["first", "second"]


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_backup_has_the_rights_of_the_database_in_a_folder_for_its_owner(kept: Path, folder: Path, mode: int) -> None:
    kept.chmod(mode)
    made = Backups(kept, folder, 1).make_daily(NOW)
    assert made is not None
    assert stat.S_IMODE(made.stat().st_mode) == mode
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_there_is_one_a_day_and_the_oldest_go(kept: Path, folder: Path) -> None:
    backups = Backups(kept, folder, 3)
    for day in range(5):
        for hour in range(3):
            assert (backups.make_daily(Timestamp(on(day) + hour)) is not None) is (hour == 0)
    names = sorted(file.name for file in folder.iterdir())
    assert len(names) == 3
    assert backups.newest() == folder / names[-1]
    assert [name.split(".")[2][:10] for name in names] == ["2026-09-23", "2026-09-24", "2026-09-25"]


@pytest.mark.parametrize("daily", [1, 3])
def test_backups_dated_by_a_clock_that_was_ahead_go_first_and_never_todays(
    kept: Path, folder: Path, daily: int
) -> None:
    backups = Backups(kept, folder, daily)
    for day in range(400, 400 + daily):
        backups.make_daily(Timestamp(NOW + day * 86_400))
    for day in range(5):
        today = backups.make_daily(Timestamp(NOW + day * 86_400))
        assert today is not None
        assert today.exists()
        assert backups.make_daily(Timestamp(NOW + day * 86_400 + 10)) is None, "made again every few seconds"
    left = [path.name for path in folder.iterdir()]
    assert len(left) == daily
    assert not any("2027" in name for name in left)


def test_the_newest_backup_is_the_one_that_was_made_last_whatever_the_clock_said(kept: Path, folder: Path) -> None:
    backups = Backups(kept, folder, 7)
    for day in (0, 4_000, 1, -20_000, 2):
        _add(kept, str(day))
        made = backups.make_daily(on(day))
        assert made is not None
        assert backups.newest() == made
        assert notes(made)[-1] == str(day)
    migrated = backups.make_before_migration("v0007", on(-500))
    assert backups.newest() == migrated


def test_no_clock_that_was_wrong_makes_rotation_remove_what_was_made_after(kept: Path, folder: Path) -> None:
    backups = Backups(kept, folder, 3)
    made = [backups.make_daily(on(day)) for day in (0, 4_000, -20_000, 1, 2)]
    assert sorted(folder.iterdir()) == sorted(path for path in made[-3:] if path)
    migrated = [backups.make_before_migration(f"v000{at}", on(day)) for at, day in enumerate((4_000, 3, 4, 5))]
    assert sorted(folder.glob("*from*")) == sorted(migrated[-3:])


def test_a_backup_of_an_earlier_version_that_is_dated_ahead_is_no_remedy_before_another(
    kept: Path, folder: Path
) -> None:
    folder.mkdir()
    ahead, older, newer = (
        folder / f"{kept.name}.{moment}.daily"
        for moment in ("2999-01-01T000000Z", "2020-01-01T000000Z", "2020-01-02T000000Z")
    )
    for name in (ahead, older, newer):
        copy(kept, name)
    backups = Backups(kept, folder, 3)
    assert backups.newest() == newer
    made = backups.make_daily(Timestamp(1_577_836_800 + 9 * DAY))
    assert backups.newest() == made
    assert not ahead.exists(), "it goes before those that are older"


def test_none_is_made_where_none_is_wanted(kept: Path, folder: Path) -> None:
    assert Backups(kept, folder, 0).make_daily(NOW) is None
    assert not folder.exists()


def test_of_each_version_the_last_state_before_a_migration_is_kept_however_often_it_is_tried(
    kept: Path, folder: Path
) -> None:
    backups = Backups(kept, folder, 1)
    backups.make_daily(NOW)
    for number in range(1, 6):
        for attempt in range(3):
            backups.make_before_migration(f"v000{number}", Timestamp(NOW + 100 * number + attempt))
    names = sorted(file.name for file in folder.iterdir() if "from" in file.name)
    assert [name.rsplit("-", 1)[1] for name in names] == ["v0003", "v0004", "v0005"]
    assert len(names) == BEFORE_MIGRATION
    assert len(list(folder.iterdir())) == BEFORE_MIGRATION + 1  # the daily one stays


def test_files_of_others_in_the_folder_are_let_be(kept: Path, folder: Path) -> None:
    folder.mkdir()
    other = folder / "kept.sqlite3.mine"
    other.touch()
    backups = Backups(kept, folder, 1)
    for day in range(3):
        backups.make_daily(on(day))
    assert other.exists()


def test_a_backup_of_a_damaged_file_is_not_kept(kept: Path, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    damage(kept)
    assert Backups(kept, folder, 1).make_daily(NOW) is None
    assert list(folder.iterdir()) == []
    (record,) = caplog.records
    assert "today's backup was not made" in record.message
    assert record.exc_info is None


def test_a_failure_is_told_once_and_again_when_it_was_mended_and_returns(
    kept: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    backups = Backups(kept, folder, 1)
    for day in (0, 1):
        folder.rmdir() if folder.exists() else None
        folder.write_text("in the way")
        for hour in range(3):
            assert backups.make_daily(Timestamp(on(day) + hour)) is None
        folder.unlink()
        made = backups.make_daily(on(day))
        assert made is not None
        made.unlink()
    assert ["not made" in record.message for record in caplog.records] == [True, False, True, False]
    assert caplog.records[-1].message == "backups are made again"


def test_a_copy_never_overwrites_and_says_what_is_missing(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="never overwrites"):
        copy(kept, kept)
    with pytest.raises(BackupFailed, match="nothing to copy"):
        copy(tmp_path / "none", tmp_path / "copy")
    with pytest.raises(BackupFailed, match="could not be copied"):
        copy(kept, tmp_path / "no" / "folder")


def test_a_backup_takes_the_place_of_a_damaged_database_which_is_kept_aside_with_its_log(
    kept: Path, folder: Path
) -> None:
    made = Backups(kept, folder, 1).make_daily(NOW)
    assert made is not None
    _add(kept, "second")
    damage(kept)
    wal = kept.with_name(kept.name + "-wal")
    wal.write_bytes(b"a log of another file")
    aside = restore(made, kept)
    assert aside is not None
    assert notes(kept) == ["first"]
    assert not wal.exists()
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"a log of another file"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert notes(made) == ["first"]


def test_a_damaged_backup_is_refused_and_the_database_stays_as_it_was(kept: Path, folder: Path) -> None:
    made = Backups(kept, folder, 1).make_daily(NOW)
    assert made is not None
    damage(made)
    before = kept.read_bytes()
    with pytest.raises(BackupFailed):
        restore(made, kept)
    assert kept.read_bytes() == before
    assert sorted(file.name for file in kept.parent.iterdir()) == ["backups", kept.name]


def test_a_backup_is_restored_where_no_database_is_left(kept: Path, folder: Path) -> None:
    made = Backups(kept, folder, 1).make_daily(NOW)
    assert made is not None
    kept.unlink()
    assert restore(made, kept) is None
    assert notes(kept) == ["first"]


@pytest.mark.parametrize("empty", [True, False])
def test_what_is_no_database_of_ours_takes_no_databases_place_and_is_no_backup(
    kept: Path, folder: Path, tmp_path: Path, empty: bool
) -> None:
    other = tmp_path / "other.sqlite3"
    other.touch()
    if not empty:
        with closing(sqlite3.connect(other)) as raw:
            raw.execute("CREATE TABLE notes (note TEXT)")
    with pytest.raises(BackupFailed, match="holds no tables of Folkmoot"):
        restore(other, kept)
    assert notes(kept) == ["first"]
    made = Backups(kept, folder, 1).make_daily(NOW)
    other.replace(kept)
    assert Backups(kept, folder, 1).make_daily(on(1)) is None
    assert list(folder.iterdir()) == [made]


@pytest.mark.parametrize("log", [True, False])
def test_where_a_restore_was_cut_short_no_new_database_is_begun(
    kept: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, log: bool
) -> None:
    made = Backups(kept, folder, 1).make_daily(NOW)
    assert made is not None
    if log:
        kept.with_name(kept.name + "-wal").write_bytes(b"the newest votes")
    rename = Path.rename

    def killed(self: Path, target: Path) -> Path:
        if target == kept:
            os.link(self, self.with_name("as it stood"))  # what is tidied up then is not where the process is killed
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            restore(made, kept)
    (kept.parent / "as it stood").rename(kept.with_name(f"{kept.name}.restored-2026-09-21T000000Z"))
    assert not kept.exists()
    flaw = cut_off(kept)
    assert flaw is not None
    assert "was cut short" in flaw.problem
    restore(made, kept)
    assert notes(kept) == ["first"]
    assert cut_off(kept) is None


@pytest.mark.parametrize("missing", [True, False])
def test_a_log_whose_database_is_missing_or_empty_is_kept(kept: Path, tmp_path: Path, missing: bool) -> None:
    log = kept.with_name(kept.name + "-wal")
    kept.rename(tmp_path / "moved")
    log.write_bytes(b"the newest votes")
    if not missing:
        kept.touch()
        with pytest.raises(BackupFailed, match=r"is empty, and its log kept\.sqlite3-wal is not"):
            copy(kept, tmp_path / "copy")
    assert is_cut_off(kept)
    assert log.read_bytes() == b"the newest votes"


def test_what_waited_to_be_said_when_a_backup_was_made_is_looked_for_before_it_is_said_again(
    kept: Path, folder: Path, migrated: bytes
) -> None:
    kept.write_bytes(migrated)
    outbox = "topic, guild, channel, facts, nonce, ref, created_at, attempts, next_at, told_at"
    rows = [("waits", 0, None), ("was tried", 3, None), ("is told", 1, 9)]
    with closing(sqlite3.connect(kept)) as raw, raw:
        for key, attempts, told in rows:
            row = (key, "notice", 1, 2, "{}", key, key, 5, attempts, 5, told)
            raw.execute(f"INSERT INTO outbox (key, {outbox}) VALUES (?,?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608 - no input
    made = Backups(kept, folder, 1).make_daily(NOW)
    assert made is not None
    restore(made, kept)
    with closing(sqlite3.connect(kept)) as raw:
        assert raw.execute("SELECT attempts FROM outbox ORDER BY id").fetchall() == [(1,), (3,), (1,)]
