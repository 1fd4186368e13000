"""What is false is false, whatever else cannot be read: `folkmoot verify` says both, and ends with 1."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.bundles import a_bundle
from tests.cli.test_posted import POSTED
from tests.cli.test_verify_log import chain, written

FALSE = "It does NOT hold: "


@pytest.fixture
def false_bundle(tmp_path: Path) -> str:
    content = a_bundle().content
    (tmp_path / "false.json").write_bytes(content.replace(b'"turnout":', b'"turnoux":', 1))
    return str(tmp_path / "false.json")


@pytest.fixture
def true_bundle(tmp_path: Path) -> str:
    (tmp_path / "true.json").write_bytes(a_bundle().content)
    return str(tmp_path / "true.json")


@pytest.fixture
def false_log(tmp_path: Path) -> str:
    entries = chain()
    return written(tmp_path / "false-log", [*entries[:2], *entries[3:]])


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["verify", *arguments])
    return code, *capsys.readouterr()


@pytest.mark.parametrize("unread", [["--log"], ["--receipt"], ["--log", "."]], ids=["log", "receipt", "a folder"])
def test_a_false_bundle_is_false_beside_what_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, false_bundle: str, unread: list[str]
) -> None:
    missing = [*unread, *([str(tmp_path / "none")] if len(unread) == 1 else [])]
    code, out, err = told(capsys, false_bundle, *missing)
    assert code == 1
    assert FALSE in out.splitlines()[-1]
    assert "cannot be read" in out, "the last lines say that not all was checked"
    assert err.startswith("problem: ")
    assert "cannot be read" in err


def test_what_programs_read_says_both(capsys: pytest.CaptureFixture[str], tmp_path: Path, false_bundle: str) -> None:
    code, out, err = told(capsys, false_bundle, "--log", str(tmp_path / "none"), "--json")
    answer = json.loads(out)
    assert (code, answer["holds"]) == (1, False)
    assert [one["check"] for one in answer["findings"] if "cannot be read" in one["detail"]] == ["log"]
    assert "cannot be read" in err


@pytest.mark.parametrize("rpc", [["--rpc", "no address"], ["--rpc", "1=http://127.0.0.1:9", "--finality", "1=soon"]])
def test_a_false_bundle_is_false_though_a_node_is_misnamed(
    capsys: pytest.CaptureFixture[str], false_bundle: str, true_bundle: str, rpc: list[str]
) -> None:
    code, out, _ = told(capsys, false_bundle, *rpc)
    assert (code, FALSE in out) == (1, True)
    other = told(capsys, true_bundle, "--cid", a_bundle(()).cid, *rpc)
    assert (other[0], FALSE in other[1], other[2].count("problem: ")) == (1, True, 1)
    assert told(capsys, true_bundle, *rpc)[0] == 2


def test_a_false_log_is_false_beside_a_bundle_or_a_receipt_that_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, false_log: str
) -> None:
    none = str(tmp_path / "none")
    for missing in ([none], ["--receipt", none], [none, "--receipt", none]):
        code, out, err = told(capsys, *missing, "--log", false_log)
        assert (code, FALSE in out) == (1, True)
        assert err.count("cannot be read") == len([one for one in missing if one == none])


def test_of_the_files_of_a_log_what_is_false_in_one_is_told_though_another_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, false_log: str
) -> None:
    none = str(tmp_path / "none")
    for files in ([false_log, none], [none, false_log]):
        code, out, err = told(capsys, "--log", *files)
        assert (code, FALSE in out) == (1, True)
        assert "cannot be read" in err


def test_where_a_file_of_a_log_is_missing_its_gap_is_no_lie(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    entries = chain(9)
    files = [written(tmp_path / str(at), entries[at : at + 3]) for at in (0, 6)]
    head = ["--head", entries[4].hash]
    code, out, err = told(capsys, "--log", files[0], str(tmp_path / "none"), files[1], *head)
    assert (code, out) == (2, "")
    assert err.count("problem: ") == 1


def test_a_bundle_that_takes_too_much_memory_hides_no_false_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, false_log: str
) -> None:
    def full(_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr("bot.cli.verify.read_bundle", full)
    code, out, err = told(capsys, str(POSTED / "basic.json.gz"), "--log", false_log)
    assert (code, FALSE in out) == (1, True)
    assert "more memory than there is" in err


def test_who_reads_no_further_than_the_lie_has_its_exit_code(false_log: str) -> None:
    command = [sys.executable, "-m", "bot", "verify", "--log", false_log]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
