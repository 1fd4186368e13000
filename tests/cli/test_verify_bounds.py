"""What nobody foresaw is no false result: closed streams, options that nothing is held against, bombs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.domain.audit.bundle.reading.bundle_file import Malformed, parsed
from bot.domain.audit.hashing.content_id import cid_of
from bot.domain.audit.log.log_file import to_line
from tests.bundles import a_bundle, failures, forged
from tests.cli.test_posted import POSTED
from tests.cli.test_verify_log import chain

EARLY, LOG = POSTED / "story-commitment.json", POSTED / "story-log.jsonl.gz"
CID, ROOT, HEAD = (json.loads((POSTED / "posted.json").read_text())["story"][name] for name in ("cid", "root", "head"))


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[str], str]:
    code = main(["verify", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


@pytest.mark.parametrize(
    ("closed", "arguments", "code", "words"),
    [
        ("0<&-", ["-"], 2, "standard input is closed"),
        ("0<&-", ["--log", "-"], 2, "standard input is closed"),
        ("0<&-", ["--receipt", "-"], 2, "standard input is closed"),
        ("1>&-", [POSTED / "basic.json.gz"], 3, "the answer cannot be written: standard output is closed"),
        ("1>&-", [POSTED / "basic.json.gz", "--json"], 3, "the answer cannot be written: standard output is closed"),
        ("2>&-", ["no such file"], 2, ""),
    ],
)
def test_a_stream_that_is_closed_is_no_false_result(
    closed: str, arguments: list[object], code: int, words: str
) -> None:
    """With 1 a script would take an honest result for a false one, and with 0 one that it never saw for a true one."""
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "bot", "verify", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done
    assert words in done.stderr


@pytest.mark.parametrize(
    ("option", "value"), [("--cid", CID), ("--root", ROOT), ("--rpc", "1=http://127.0.0.1:1"), ("--cid", CID.upper())]
)
def test_an_option_that_nothing_is_held_against_is_refused(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who names what was posted would take silence for agreement."""
    code, out, err = told(capsys, "--log", LOG, "--head", HEAD, option, value)
    assert (code, out) == (2, [])
    assert option in err


def test_a_receipt_from_before_the_count_is_under_no_root(capsys: pytest.CaptureFixture[str]) -> None:
    for option, value in (("--root", "a" * 64), ("--root", ROOT), ("--cid", CID)):
        code, lines, _ = told(capsys, "--receipt", EARLY, option, value)
        words = "not checked  receipt root: it is from before the count, so no root or bundle stands in it"
        assert (code, words in lines) == (0, True)
        assert "so the whole file could have been made anew" in lines[-1]
        _, (answer,), _ = told(capsys, "--receipt", EARLY, option, value, "--json")
        assert json.loads(answer)["posted"] is False
    _, lines, _ = told(capsys, POSTED / "story.json.gz", "--receipt", EARLY, "--root", ROOT)
    assert not any("receipt root" in line for line in lines), "the bundle holds it"


def test_a_chain_that_no_strategy_reads_is_not_in_a_snapshot() -> None:
    """Contracts on it would sign ballots, and as nobody names a node of it, no power would be read again at all."""
    block = {"number": 1, "hash": "0x" + "1" * 64, "timestamp": 1}

    def added(value: dict[str, Any]) -> None:
        document = value["proposal"]["document"]
        document["snapshot"]["424242"] = block
        value["proposal"]["cid"] = cid_of(document)

    named = "times: proposal document snapshot: it has chain 424242, which no strategy reads"
    assert failures(forged(a_bundle().content, added)) == [named]


@pytest.mark.parametrize("inner", [b"[],", b'{"a":0},', b"[[]],"])
def test_a_small_file_fills_no_memory(inner: bytes) -> None:
    """Packed, it has some hundred kilobytes, and a list takes twenty times its two signs."""
    content = b'{"schema":[' + inner * (3_000_001 // inner.count(inner[:1])) + b"0]}"
    with pytest.raises(Malformed, match="it holds more than 24,000,000 values, or 3,000,000 lists and objects"):
        parsed(content)


def test_values_without_end_are_refused() -> None:
    with pytest.raises(Malformed, match="it holds more than 24,000,000 values"):
        parsed(b"[" + b"1," * 24_000_001 + b"1]")


def test_of_many_odd_values_the_first_is_named() -> None:
    with pytest.raises(Malformed, match=r"^a 2: the number 1\.5 is no whole one$"):
        parsed(b'{"a":[0,' + b"1.5," * 1_000 + b'0],"b":{"c":1,"c":2}}')


def test_an_entry_is_repeated_as_often_as_files_go_on_from_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line that repeats packs to nothing, and would be read for hours."""
    entries = chain(3)
    for again, code in ((1_000, 0), (1_001, 1)):
        (tmp_path / "log").write_text("".join(map(to_line, [*entries[:2], *entries[1:2] * again, entries[2]])))
        assert told(capsys, "--log", tmp_path / "log")[0] == code


def test_what_takes_more_memory_than_there_is_is_no_false_result(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("bot.cli.verify.read_bundle", full)
    code, out, err = told(capsys, POSTED / "basic.json.gz")
    assert (code, out) == (2, [])
    assert err == "problem: what is given takes more memory than there is, so nothing is said of it\n"
