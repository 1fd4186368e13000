"""Canonical form, content identifiers, Merkle trees and the log, against published values."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from bot.domain.audit.hashing.canonical_json import MAX_INTEGER, canonical
from bot.domain.audit.hashing.content_id import cid, cid_of
from bot.domain.audit.hashing.merkle_tree import EMPTY, proofs, proves, root
from bot.domain.audit.log.hash_chain import START, Entry, entry, first_break, link, reference
from bot.domain.audit.log.log_problem import Break, ChainFlaw
from bot.domain.audit.log.replay_against_rows import Replay

RFC_6962_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves that the tests of Certificate Transparency use, with their published roots below."""
RFC_6962_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_keys_are_in_the_order_of_rfc_8785() -> None:
    value = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7}
    written = canonical(value).decode()
    assert written == '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'


def test_texts_are_escaped_as_rfc_8785_asks() -> None:
    assert canonical('€$\x0f\nA\'B"\\\\"/').decode() == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


@pytest.mark.parametrize("value", [1.5, MAX_INTEGER + 1, -MAX_INTEGER - 1, {1: 2}, b"raw", "\ud800", [float("nan")]])
def test_what_readers_differ_on_has_no_canonical_form(
    value: Any,
) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


def test_the_largest_number_is_written() -> None:
    assert canonical([MAX_INTEGER, True, None, False]) == b"[9007199254740991,true,null,false]"


@pytest.mark.parametrize(
    ("content", "published"),
    [
        (b"hello world", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
        (b"Hello world", "bafkreide5semuafsnds3ugrvm6fbwuyw2ijpj43gwjdxemstjkfozi37hq"),
    ],
)
def test_a_content_identifier_is_the_published_one(content: bytes, published: str) -> None:
    assert cid(content) == published


def test_equal_values_have_one_identifier() -> None:
    assert cid_of({"b": [1], "a": "x"}) == cid_of({"a": "x", "b": (1,)}) == cid(b'{"a":"x","b":[1]}')


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(RFC_6962_LEAVES[:size]) == RFC_6962_ROOTS[size - 1]


def test_no_leaves_have_the_root_of_nothing() -> None:
    assert root([]) == EMPTY == sha256(b"").hexdigest()
    assert proofs([]) == []


@given(st.integers(1, 70), st.data())
def test_each_leaf_is_proved_at_its_own_place_only(size: int, data: DataObject) -> None:
    leaves = [str(number).encode() for number in range(size)]
    top, paths = root(leaves), proofs(leaves)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    assert proves(leaves[index], index, size, paths[index], top)
    assert proves(leaves[index], other, size, paths[other], top) is (index == other)
    assert not proves(leaves[index] + b"!", index, size, paths[index], top)
    assert not proves(leaves[index], index, size, (*paths[index], "00" * 32), top)
    if size > 1:
        assert not proves(leaves[index], index, size, paths[index][:-1], top)


def test_a_node_is_no_leaf() -> None:
    leaves = [b"a", b"b", b"c", b"d"]
    left = sha256(b"\x00a").digest() + sha256(b"\x00b").digest()
    assert not proves(left, 0, 2, proofs(leaves)[0][1:], root(leaves))


@pytest.mark.parametrize("path", [("zz",), ("00",), ("00" * 33,)])
def test_a_path_that_is_no_hash_proves_nothing(path: tuple[str, ...]) -> None:
    assert not proves(b"a", 0, 2, path, root([b"a", b"b"]))


def _chain(*contents: Mapping[str, object]) -> list[Entry]:
    entries: list[Entry] = []
    for content in contents:
        entries.append(entry(entries[-1] if entries else None, content))
    return entries


def test_the_log_has_the_published_hashes() -> None:
    entries = _chain({"kind": "proposal", "id": 1}, {"kind": "vote", "id": 1, "choice": 1})
    assert [found.hash for found in entries] == [
        "c7c7749214134ecfdb0aee86b4d981b651656e9cef029dccee639e833857af18",
        "2820a42a54ef33f2af69ff14faf00b2c46758ce85a76ba72acd25bd34abd58b1",
    ]
    assert first_break(entries) is None


def test_a_changed_entry_is_the_first_that_breaks() -> None:
    entries = _chain(*({"kind": "vote", "choice": number} for number in range(5)))
    entries[2] = Entry(seq=3, content=entries[2].content.replace("2", "3", 1), hash=entries[2].hash)
    found = first_break(entries)
    assert found is not None
    assert found.seq == 3


def test_an_entry_with_a_hash_of_its_own_breaks_the_next() -> None:
    entries = _chain(*({"kind": "vote", "choice": number} for number in range(5)))
    forged = entries[2].content.replace('"choice":2', '"choice":4')
    entries[2] = Entry(seq=3, content=forged, hash=link(entries[1].hash, forged))
    found = first_break(entries)
    assert found is not None
    assert found.seq == 4


def test_a_missing_entry_is_named() -> None:
    entries = _chain(*({"kind": "vote"} for _ in range(4)))
    found = first_break(entries[:1] + entries[2:])
    assert found is not None
    assert found == Break(seq=2, flaw=ChainFlaw.MISSING, number="3")


def test_a_part_of_the_log_is_checked_after_the_entry_before_it() -> None:
    entries = _chain(*({"kind": "vote"} for _ in range(4)))
    assert first_break(entries[2:], after=entries[1]) is None
    assert first_break(entries[2:], after=entries[0]) is not None
    assert entries[0].hash == link(START, entries[0].content)


def test_a_person_is_named_differently_under_another_salt() -> None:
    assert reference("00" * 32, 7) == reference("00" * 32, 7) != reference("01" * 32, 7)


def test_a_reference_is_half_of_the_hmac_so_that_older_logs_and_other_programs_find_the_same_person() -> None:
    assert reference("00" * 31 + "01", 1_100_000_000_000_000_001) == "89a9e20b31364730ce27ae500d0f85aa"


def test_an_entry_that_says_it_is_another_one_breaks_the_log_though_its_hash_is_right() -> None:
    entries = _chain(*({"kind": "vote"} for _ in range(4)))
    said = entries[2].content.replace('"seq":3', '"seq":4')
    entries[2] = Entry(seq=3, content=said, hash=link(entries[1].hash, said))
    entries[3] = Entry(seq=4, content=entries[3].content, hash=link(entries[2].hash, entries[3].content))
    assert first_break(entries) is None
    replay = Replay({})
    replay.take(entries)
    assert replay.broken == Break(seq=3, flaw=ChainFlaw.WRONG_NUMBER, number="4")
    replay.take(entries)  # what comes behind a break is not looked at
    assert (replay.broken.seq, replay.last) == (3, entries[1])
