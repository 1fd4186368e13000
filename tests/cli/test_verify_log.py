"""`folkmoot verify --log`: an exported log is checked with nothing but the file and a head that was posted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.domain.audit.log.hash_chain import Entry, entry
from bot.domain.audit.log.log_file import Unreadable, from_line, to_line


def chain(count: int = 5, kind: str = "rules changed") -> list[Entry]:
    made: list[Entry] = []
    for number in range(count):
        made.append(entry(made[-1] if made else None, {"kind": kind, "at": 1_790_000_000 + number}))
    return made


def written(path: Path, entries: Iterable[Entry], *, packed: bool = True) -> str:
    data = "".join(to_line(one) for one in entries).encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    return str(path)


def verify(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = main(["verify", "--log", *map(str, arguments)])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("packed", [True, False])
def test_a_log_that_holds_is_said_to(tmp_path: Path, capsys: pytest.CaptureFixture[str], packed: bool) -> None:
    entries = chain()
    file = written(tmp_path / "log", entries, packed=packed)
    code, told = verify(capsys, file, "--head", entries[2].hash, "--head", entries[4].hash)
    assert code == 0
    assert f"holds        log: entries 1 to 5; the hash of the last is {entries[4].hash}" in told
    assert "it is the hash of entry 3" in told
    assert "it is the hash of entry 5" in told


def test_without_a_head_it_says_what_is_not_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = verify(capsys, written(tmp_path / "log", chain()))
    assert code == 0
    assert "not checked  head: that the log was not written anew" in told


def test_only_a_posted_head_reveals_a_log_that_was_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posted, forged = chain(), chain(kind="treasury watched")
    file = written(tmp_path / "log", forged)
    assert verify(capsys, file)[0] == 0
    code, told = verify(capsys, file, "--head", posted[4].hash)
    assert code == 1
    assert "no entry has this hash: the log was written anew, or is another" in told


def test_the_first_entry_that_does_not_hold_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = chain()
    file = tmp_path / "log"
    for changed, words in (
        ([*entries[:2], *entries[3:]], "entry 3: it is missing: the next one is number 4"),
        ([entries[0], entries[2], entries[1], *entries[3:]], "entry 2: it is missing: the next one is number 3"),
        (entries[1:0], "it holds no entry"),
    ):
        code, told = verify(capsys, written(file, changed))
        assert (code, words in told) == (1, True), told
    lines = [to_line(one) for one in entries]
    lines[3] = lines[3].replace("rules", "rulez")
    file.write_text("".join(lines))
    code, told = verify(capsys, file)
    assert code == 1
    assert "FAILS        log: entry 4: its hash is not that of its content after the entry before it" in told


def test_every_byte_of_a_log_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = chain(2)
    raw = "".join(to_line(one) for one in entries).encode()
    file = tmp_path / "log"
    for place in range(len(raw)):
        file.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        code, told = verify(capsys, file, "--head", entries[1].hash)
        assert code == 1, (place, raw[place : place + 1], told)


def test_a_log_in_several_files_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = chain(9)
    one, two = written(tmp_path / "one", entries[:4]), written(tmp_path / "two", entries[3:])
    code, told = verify(capsys, one, two, "--head", entries[8].hash)
    assert code == 0
    assert "entries 1 to 9" in told
    code, told = verify(capsys, two, "--head", entries[8].hash)
    assert code == 0
    assert "not checked  log start: the file begins with entry 4" in told
    assert verify(capsys, two, one)[0] == 1


def test_damaged_and_missing_files_are_told_from_forged_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log"
    file.write_bytes(gzip.compress("".join(to_line(one) for one in chain()).encode())[:-20])
    code, told = verify(capsys, file)
    assert code == 1
    assert "is damaged" in told
    assert verify(capsys, tmp_path / "none")[0] == 2
    assert main(["verify", "--head", "00"]) == 2


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        '{"entry":{"seq":1},"hash":5}',
        '{"entry":{"seq":true},"hash":"00"}',
        '{"entry":{"seq":1,"seq":2},"hash":"00"}',
        '{"entry":{"seq":1.5},"hash":"00"}',
        '{"entry":{"seq":1},"hash":"00","more":1}',
        "[" * 100_000,
    ],
)
def test_what_is_no_entry_is_refused(line: str) -> None:
    with pytest.raises(Unreadable, match="no entry"):
        from_line(line)


def test_a_line_is_json_for_everybody() -> None:
    (only,) = chain(1)
    assert json.loads(to_line(only)) == {"entry": json.loads(only.content), "hash": only.hash}
    assert from_line(to_line(only)) == only
