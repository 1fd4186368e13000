"""How `folkmoot verify` tells what it found: exit codes, the last line, hashes as people copy them, and odd files."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.domain.audit.bundle.reading.bundle_file import Malformed, parsed
from bot.domain.audit.bundle.reading.bundle_reader import read_bundle
from bot.domain.audit.bundle.receipts import make_commitments, make_receipt
from bot.domain.audit.bundle.writing.bundle_builder import Bundle
from bot.domain.audit.log.log_file import Unreadable, from_line
from tests.builders import a_proposal, an_address
from tests.bundles import BALLOTS, a_bundle
from tests.cli.test_posted import POSTED
from tests.cli.test_verify import Receipt, Verify, failing, receipt, the_node, verify
from tests.cli.test_verify import terms as of_node

__all__ = ["receipt", "verify"]  # fixtures

ANEW = "so the whole file could have been made anew"


async def test_strict_has_an_exit_code_of_its_own(verify: Verify) -> None:
    """A script can tell “nothing is false” from “all was looked at”, and both from a wrong command line."""
    bundle = a_bundle()
    for arguments, code in (((), 0), (("--strict",), 3), (("--strict", "--cid", bundle.cid), 3)):
        assert (await verify(bundle.content, *arguments))[0] == code
    assert (await verify(bundle.content, "--strict", "--cid", a_bundle(()).cid))[0] == 1
    assert (await verify(bundle.content, "--strict", "--cid", "else"))[0] == 2


async def test_strict_is_satisfied_where_all_was_looked_at(verify: Verify, capsys: pytest.CaptureFixture[str]) -> None:
    posted = json.loads((POSTED / "posted.json").read_text())["story"]
    log = ("--strict", "--log", POSTED / "story-log.jsonl.gz")
    code, lines = await asyncio.to_thread(told, capsys, *log, "--head", posted["head"])
    assert (code, lines[-1]) == (0, "All that was checked holds")
    code, _ = await asyncio.to_thread(told, capsys, *log)
    assert code == 3
    node = the_node()
    bundle = a_bundle((), a_proposal(terms=of_node(node)))
    async with node.served() as url:
        code, lines, _ = await verify(bundle.content, "--strict", "--cid", bundle.cid, "--rpc", f"1={url}")
    assert (code, lines[-1]) == (3, "All that was checked holds; 1 not checked (log)")


async def test_the_last_line_says_what_was_not_checked_and_what_could_have_been_made_anew(verify: Verify) -> None:
    bundle = a_bundle()
    for arguments, named, anew in (
        ((), "4 not checked (who voted, blocks and power, log, posted result)", ANEW),
        (
            ("--root", bundle.root),
            "4 not checked (who voted, blocks and power, log, posted result)",
            "all else could have",
        ),
        (("--cid", bundle.cid), "3 not checked (who voted, blocks and power, log)", ""),
    ):
        _, lines, _ = await verify(bundle.content, *arguments)
        _, (told,), _ = await verify(bundle.content, *arguments, "--json")
        assert named in lines[-1]
        assert anew in lines[-1]
        assert ("made anew" in lines[-1]) == bool(anew)
        assert json.loads(told)["posted"] is not bool(anew)


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[str]]:
    code = main(["verify", *map(str, arguments)])
    return code, capsys.readouterr().out.splitlines()


def test_a_head_under_which_the_log_names_the_bundle_is_as_good_as_its_identifier(
    capsys: pytest.CaptureFixture[str],
) -> None:
    posted = json.loads((POSTED / "posted.json").read_text())["story"]
    bundle, log = POSTED / "story.json.gz", POSTED / "story-log.jsonl.gz"
    _, lines = told(capsys, bundle, "--log", log)
    assert ANEW in lines[-1]
    code, lines = told(capsys, bundle, "--log", log, "--head", posted["head"])
    assert (code, "made anew" in lines[-1]) == (0, False)
    (line,) = [line for line in lines if "posted result" in line]
    assert line.startswith("holds        posted result: entry ")
    earlier = json.loads(gzip.decompress(log.read_bytes()).splitlines()[-3])["hash"]
    code, lines = told(capsys, bundle, "--log", log, "--head", earlier)
    assert (code, ANEW in lines[-1]) == (0, True)


def test_a_log_or_a_receipt_alone_could_have_been_made_anew_too(capsys: pytest.CaptureFixture[str]) -> None:
    posted = json.loads((POSTED / "posted.json").read_text())["story"]
    log, receipt, early = (POSTED / f"story-{name}" for name in ("log.jsonl.gz", "receipt.json", "commitment.json"))
    entries = [json.loads(line) for line in gzip.decompress(log.read_bytes()).splitlines()]
    begun = entries[0]["hash"]
    (submitted,) = (one["hash"] for one in entries if one["entry"]["kind"] == "proposal submitted")
    for arguments, anew in (
        (("--log", log), True),
        (("--log", log, "--head", posted["head"]), False),
        (("--receipt", receipt), True),
        (("--receipt", receipt, "--root", posted["root"]), False),
        (("--receipt", early), True),
        (("--receipt", early, "--log", log, "--head", posted["head"]), False),
        (("--receipt", receipt, "--log", log, "--head", posted["head"]), False),
        (("--receipt", early, "--log", log, "--head", begun), True),
        (("--receipt", receipt, "--log", log, "--head", submitted), True),
        (("--log", log, "--head", submitted), False),
    ):
        code, lines = told(capsys, *arguments)
        assert (code, ANEW in lines[-1]) == (0, anew), (arguments, lines[-1])


def test_what_stands_behind_the_last_head_of_a_log_alone_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    log = POSTED / "story-log.jsonl.gz"
    heads = [json.loads(line)["hash"] for line in gzip.decompress(log.read_bytes()).splitlines()]
    for given, behind in ((heads[-1:], False), (heads[2:3], True), ([heads[2], heads[-1]], False)):
        code, lines = told(capsys, "--strict", "--log", log, *(word for head in given for word in ("--head", head)))
        words = (
            "not checked  log and heads: entries behind the last head given (3) can be written anew: give a later one"
        )
        assert (code, words in lines) == (3 if behind else 0, behind)


async def test_hexadecimal_digits_have_no_case(verify: Verify, tmp_path: Path) -> None:
    bundle = a_bundle()
    for root in (bundle.root.upper(), "0x" + bundle.root, "0X" + bundle.root.upper(), f" {bundle.root}\n"):
        code, lines, _ = await verify(bundle.content, "--root", root)
        assert (code, failing(lines)) == (0, [])
        assert f"holds        Merkle root: {bundle.root} as expected" in lines
    for cid in (bundle.cid.upper(), f" {bundle.cid} "):
        code, lines, _ = await verify(bundle.content, "--cid", cid)
        assert (code, failing(lines)) == (0, [])
    made = make_receipt(read_bundle(json.loads(bundle.content)), bundle.cid, [an_address(2)])
    (tmp_path / "receipt").write_text(json.dumps(made))
    code, lines, _ = await verify(bundle.content, "--receipt", tmp_path / "receipt", "--root", bundle.root.upper())
    assert (code, failing(lines)) == (0, [])


def test_heads_in_capitals_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    head = json.loads((POSTED / "posted.json").read_text())["story"]["head"]
    for written in (head.upper(), "0x" + head):
        code, lines = told(capsys, "--log", POSTED / "story-log.jsonl.gz", "--head", written)
        assert code == 0
        assert any(line.startswith(f"holds        head {head[:16]}") for line in lines)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--root", "00"),
        ("--root", "g" * 64),
        ("--root", ""),
        ("--head", "0x"),
        ("--head", "f" * 63),
        ("--cid", "bafk"),
        ("--cid", ""),
        ("--cid", "Bafkreig3vipfrm3qn6wjkayoxem37lbjtvqgjf7gvg23f3feahere3wybe"),
    ],
)
def test_what_is_no_hash_is_a_wrong_command_line_and_no_false_result(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A head that was cut off while it was copied would call an honest log written anew."""
    code = main(["verify", str(POSTED / "story.json.gz"), "--log", str(POSTED / "story-log.jsonl.gz"), option, value])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith(f"problem: {option} is no ")


def run(*arguments: Any, tmp_path: Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=environment | ascii_only | {"PYTHONPATH": str(Path(__file__).parents[2])},
        **more,
    )


ODD = "Ünïted 🐭 “study” \u202e"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["verify", "--help"], 0),
        (["power", "--help"], 0),
        (["tally", "--help"], 0),
        (["db", "--help"], 0),
        (["demo", "--help"], 0),
        (["check"], 1),
        (["db", "path"], 0),
        (["verify", POSTED / "basic.json.gz"], 0),
        (["verify", POSTED / "basic.json.gz", "--json"], 0),
        (["verify", "“none”"], 2),
        (["verify", POSTED / "story.json.gz", "--log", POSTED / "story-log.jsonl.gz"], 0),
        (["power", "--rpc", "1=http://127.0.0.1:1", "--strategies", "“none”", "0x" + "1" * 40], 1),
        (["tally", "“none”"], 1),
        (["tally", "polls"], 1),
    ],
)
def test_a_terminal_of_ascii_gets_the_same_answer(arguments: list[object], code: int, tmp_path: Path) -> None:
    """A failure to print must not look like a false result; signs that it has not are written by their numbers."""
    poll = {"type": "basic", "choices": [ODD, "b", "c"], "votes": [{"choice": 1, "balance": 1, "scores": [1]}], ODD: 1}
    (tmp_path / "polls").write_text(json.dumps(poll, ensure_ascii=False) + "\n" + ODD + "\n", encoding="utf-8")
    done = run(*arguments, tmp_path=tmp_path)
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr, done.stderr
    assert done.returncode == code, done
    assert (done.stdout + done.stderr).isascii()


def test_a_failure_to_write_is_no_false_result(tmp_path: Path) -> None:
    (tmp_path / "bundle").write_bytes(a_bundle().content)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "verify", str(tmp_path / "bundle")],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.startswith(b"problem: the answer cannot be written: ")
    assert done.stderr.count(b"\n") == 1


ODDITIES = [
    (b'{"a":[1,{"b":1.5}]}', "a 2 b: the number 1.5 is no whole one"),
    (b'{"a":NaN}', "a: the number NaN is no whole one"),
    (b'{"a":[[-Infinity]]}', "a 1 1: the number -Infinity is no whole one"),
    (b'{"a":1e400}', "a: the number 1e400 is no whole one"),
    (b'{"a":' + b"9" * 5_000 + b"}", "a: the number 99999999999999999999… is too large"),
    (b'{"a":9007199254740992}', "a: the number 9007199254740992… is too large"),
    (b'{"a":{"b":1,"c":2,"b":1}}', "a: the key “b” stands twice in one object"),
    (b'{"a":["\\ud800"]}', "a 1: a text holds half a surrogate pair"),
    (b'{"a\\udfff":1}', "a key: a text holds half a surrogate pair"),
    (b'{"word":"abc\xff"}', 'byte 12 is not UTF-8, behind “{"word":"abc”'),
    (b"[" * 5_000, "it is nested too deeply"),
    (b'{"a":1}x', "it is not JSON: extra data at character 7"),
    (b"\xef\xbb\xbf{}", "it is not JSON: "),
]


@pytest.mark.parametrize(("written", "named"), ODDITIES)
def test_what_readers_of_json_differ_on_is_named_with_its_place(written: bytes, named: str) -> None:
    with pytest.raises(Malformed) as refused:
        parsed(written)
    assert str(refused.value).startswith(named)


@pytest.mark.parametrize(("written", "named"), ODDITIES)
def test_in_a_log_and_in_a_receipt_it_is_named_likewise(
    written: bytes, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unreadable, match="it is no entry: ") as refused:
        from_line(written)
    assert named in str(refused.value)
    file = tmp_path / "file"
    file.write_bytes(written)
    for option, place in (("--log", f"log: {file}, line 1: it is no entry: "), ("--receipt", "receipt: ")):
        code, lines = told(capsys, option, file)
        assert code == 1
        assert (
            lines[0].startswith(f"FAILS        {place}{named}".encode("unicode_escape").decode()) or named in lines[0]
        )


def test_a_surrogate_pair_that_is_whole_is_a_sign_like_any_other() -> None:
    assert parsed(b'{"a":"\\ud83d\\ude00"}') == {"a": "😀"}
    assert parsed(b'{"a":"\\\\ud800"}') == {"a": "\\ud800"}


def receipts() -> tuple[Bundle, dict[str, Any], dict[str, Any]]:
    bundle = a_bundle()
    contents = read_bundle(json.loads(bundle.content))
    proof = make_receipt(contents, bundle.cid, [an_address(1), an_address(2)])
    early = make_commitments(contents.cid, BALLOTS[:2])
    return bundle, json.loads(json.dumps(proof)), json.loads(json.dumps(early))


async def test_a_receipt_is_of_one_ballot_at_least_and_of_each_wallet_once(
    verify: Verify, receipt: Receipt, tmp_path: Path
) -> None:
    bundle, *both = receipts()
    for made in both:
        for ballots, named in (([], "it holds no ballot"), (made["ballots"][:1] * 2, "it stands there twice")):
            file = json.dumps({**made, "ballots": ballots}).encode()
            (tmp_path / "of").write_bytes(file)
            code, lines = await asyncio.to_thread(receipt, file)
            assert (code, named in failing(lines)[0]) == (1, True)
            code, lines, _ = await verify(bundle.content, "--receipt", tmp_path / "of")
            assert (code, any(named in line for line in failing(lines))) == (1, True)
            assert "holds        receipt in the count: 0" not in "\n".join(lines)


async def test_a_receipt_is_of_as_many_ballots_as_the_bundle_holds(
    verify: Verify, receipt: Receipt, tmp_path: Path
) -> None:
    """A path does not tell how many leaves a tree has, so a receipt could say that few had voted, or many."""
    bundle, made, _ = receipts()
    first = made["ballots"][0]
    other = {**made, "ballots": [{**first, "of": 4}]}
    code, lines = await asyncio.to_thread(receipt, json.dumps(other).encode(), "--root", bundle.root)
    assert (code, failing(lines)) == (0, [])
    assert any(
        line.startswith("not checked  receipt and bundle: which vote it is of, and of how many") for line in lines
    )
    (tmp_path / "other").write_text(json.dumps(other))
    code, lines, _ = await verify(bundle.content, "--receipt", tmp_path / "other")
    words = f"ballot of {an_address(1)}: it is not number 0 of 4 in the bundle, which holds 3"
    assert (code, failing(lines)) == (1, [f"FAILS        receipt: {words}"])
    differing = {**made, "ballots": [{**first, "of": 4}, made["ballots"][1]]}
    code, lines = await asyncio.to_thread(receipt, json.dumps(differing).encode(), "--root", bundle.root)
    assert code == 1


def test_the_bundle_that_a_receipt_names_is_the_one_that_was_posted(receipt: Receipt) -> None:
    bundle, made, _ = receipts()
    for named, code in ((bundle.cid, 0), (a_bundle(()).cid, 1)):
        got, lines = receipt(json.dumps(made).encode(), "--root", bundle.root, "--cid", named)
        assert got == code
        assert any("receipt bundle: " in line for line in lines)
