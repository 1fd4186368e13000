"""What of a log is believed: an entry whose hash was computed, and of ballots what such an entry can say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.domain.audit.log.ballot_commitment import ballot_commitment
from bot.domain.audit.log.entry_kinds import VOTES, Kind
from bot.domain.audit.log.hash_chain import Entry
from tests.builders import an_address
from tests.services.audit.test_bundle_and_log import Proof, chained, counted, proof  # noqa: F401 - fixtures


def rewritten(entry: Entry, **said: object) -> Entry:
    """An entry that says something else under the hash that it had."""
    content = {**json.loads(entry.content), **said}
    return replace(entry, content=json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


async def test_nothing_is_taken_from_the_entry_with_which_a_cut_log_begins(counted: Proof) -> None:  # noqa: F811
    """Nobody can compute its hash without the one before it, whatever it says of itself."""
    fourth, stated = an_address(4), json.loads(counted.bundle)["ballots"]
    place = next(at for at, said in enumerate(counted.contents) if fourth in json.dumps(said.get("votes", {})))
    left_out = counted.forge(without=fourth)
    votes = {"proposal": 1, "cast": [{"wallet": one["wallet"], "commitment": "0" * 64} for one in stated]}
    begun = {"kind": "log begun", "guild": counted.contents[0]["guild"], "rows": {"proposal/1": {}}, "votes": votes}
    head = counted.entries[-1].hash
    for said in (begun, {"kind": "ballots cast", "votes": votes}, {"kind": "proposal submitted", "proposal": 1}):
        cut = [rewritten(counted.entries[place], **said), *counted.entries[place + 1 :]]
        code, failing, lines = await counted.verify(left_out, cut, "--head", head)
        assert code == 1
        assert any("behind the submission of proposal 1: give its files from the first on" in line for line in failing)
        assert any(line.startswith(f"not checked  log start: the file begins with entry {place + 1}") for line in lines)
        assert not any(line.startswith("holds        log and") for line in lines)


async def test_a_head_that_only_the_first_entry_of_a_cut_log_states_is_not_held(counted: Proof) -> None:  # noqa: F811
    """A posted hash beside any words at all would hold otherwise."""
    cut = counted.entries[3:]
    for entries in (cut, [rewritten(cut[0], kind="rules changed"), *cut[1:]], cut[:1]):
        _, failing, lines = await counted.verify(None, entries, "--head", cut[0].hash)
        name = f"head {cut[0].hash[:16]}"
        assert not any(name in line for line in failing)
        words = f"not checked  {name}: entry 4 states it, and only the entry before that can show it"
        assert words in lines
    assert not any(line.startswith("holds        log:") for line in lines), "one entry, and nothing was computed"


async def test_only_entry_one_begins_a_log(counted: Proof) -> None:  # noqa: F811
    contents = counted.contents
    begun = {"kind": "log begun", "at": 1, "guild": contents[0]["guild"]}
    other = [{**contents[0], "kind": "rules changed"}, *contents[1:]]
    twice = [*contents[:3], {**begun, "guild": "7"}, *contents[3:]]
    for made, named in (
        ([*contents, begun], len(contents) + 1),
        ([contents[0], contents[1], contents[2], begun, *contents[3:]], 4),
        (other, 1),
        (twice, 4),
        ([contents[0], {**begun, "guild": "7"}, *contents[1:]], 2),
    ):
        code, failing, _ = await counted.verify(None, chained(made))
        words = f"entry {named}: it says something in a way in which nothing is logged"
        assert (code, failing) == (1, [f"FAILS        log and proposal: {words}"])


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.BALLOTS])
@pytest.mark.parametrize("part", ["cast", "dropped", "rescored", "more"])
async def test_ballots_are_told_of_by_entries_alone_that_are_about_ballots(
    counted: Proof,  # noqa: F811
    kind: Kind,
    part: str,
) -> None:
    """Under any other kind nobody would look for them, and nothing of the kind's own is held against them."""
    if part in VOTES.get(kind, ()) or kind is Kind.BEGUN:
        return
    wallet = an_address(1)
    said = {
        "cast": [{"wallet": wallet, "commitment": "0" * 64, "scores": ["1"], "member": "a" * 32}],
        "dropped": [wallet],
        "rescored": {wallet: ["1"]},
        "more": [wallet],
    }[part]
    odd = {"kind": kind.value, "at": 1, "by": "a" * 32, "votes": {"proposal": 1, part: said}}
    code, failing, _ = await counted.verify(None, chained([*counted.contents[:-1], odd, counted.contents[-1]]))
    words = f"entry {len(counted.contents)}: it says something in a way in which nothing is logged"
    assert (code, failing) == (1, [f"FAILS        log and proposal: {words}"])


async def test_what_the_log_begins_with_is_of_proposals_that_stood(counted: Proof) -> None:  # noqa: F811
    contents = counted.contents
    begun = {"kind": "log begun", "at": 1, "guild": contents[0]["guild"], "votes": {"proposal": 1, "dropped": []}}
    begun["votes"]["dropped"] = [an_address(1)]
    code, failing, _ = await counted.verify(None, chained([contents[0], begun, *contents[1:]]))
    assert code == 1
    assert (
        "FAILS        log and ballots: entry 2: it is about ballots, and the proposal was not submitted before it"
        in (failing)
    )


async def test_a_ballot_is_dropped_by_a_delegate_who_cast_it_or_by_who_gave_the_delegation(counted: Proof) -> None:  # noqa: F811
    """An entry that drops what a member cast would take a vote away as if its member had done so."""
    contents, wallets = counted.contents, {n: an_address(n) for n in range(1, 6)}
    cast = {one["wallet"]: one for said in contents for one in said.get("votes", {}).get("cast", ())}
    last, closed = contents[counted.seq(Kind.BALLOTS) - 1], counted.seq(Kind.CLOSED)
    ben, ann = cast[wallets[2]], cast[wallets[1]]
    for by, wallet, found in (
        (ben["via"], wallets[2], False),
        (ben["member"], wallets[2], False),
        (ann["member"], wallets[2], True),
        (ann["member"], wallets[1], True),
        ("", wallets[2], True),
        (ann["member"], an_address(99), True),
    ):
        other = {**ann, "wallet": an_address(88), "commitment": "0" * 64, "member": by}
        votes = {"proposal": 1, "cast": [other], "dropped": [wallet]}
        entry = {**last, "by": by, "votes": votes}
        kept = counted.forge(without=wallet)
        made = chained([*contents[: closed - 1], entry, *contents[closed - 1 :]])
        _, failing, _ = await counted.verify(kept, made)
        words = f"entry {closed}: whoever made it can neither cast nor drop a ballot of {wallet}"
        assert (f"FAILS        log and ballots: {words}" in failing) is found


@pytest.mark.parametrize("then_dropped", [False, True])
async def test_no_delegate_replaces_what_a_member_cast(counted: Proof, then_dropped: bool) -> None:  # noqa: F811
    """Or a host makes one up for whoever voted, and has that delegate drop it: the ballot is gone, signed or not."""
    contents, closed = counted.contents, counted.seq(Kind.CLOSED)
    cast = [one for said in contents for one in said.get("votes", {}).get("cast", ())]
    last = contents[counted.seq(Kind.BALLOTS) - 1]
    ann = next(one for one in cast if one["wallet"] == an_address(1))
    ben = next(one for one in cast if one["wallet"] == an_address(2))
    stranger = {**ann, "commitment": "0" * 64, "via": ben["via"]}
    for said, found in (
        (stranger, True),
        ({**stranger, "wallet": an_address(77)}, True),  # Ann voted with another wallet herself
        ({**ben, "commitment": "0" * 64}, False),
        ({**ben, "commitment": "0" * 64, "wallet": an_address(77)}, False),
        ({**ben, "member": ben["via"]}, True),  # nobody is their own delegate
    ):
        votes = [{"proposal": 1, "cast": [said]}]
        if then_dropped:
            other = {**ann, "wallet": an_address(88), "commitment": "0" * 64, "member": said["via"]}
            votes.append({"proposal": 1, "cast": [other], "dropped": [said["wallet"]]})
        more = [{**last, "by": said["via"], "votes": some} for some in votes]
        made = chained([*contents[: closed - 1], *more, *contents[closed - 1 :]])
        kept = counted.forge(without=said["wallet"] if then_dropped else None)
        _, failing, _ = await counted.verify(kept, made)
        words = f"entry {closed}: whoever made it can neither cast nor drop a ballot of {said['wallet']}"
        assert (f"FAILS        log and ballots: {words}" in failing) is found, said


async def test_no_press_takes_a_ballot_away_and_casts_none(counted: Proof) -> None:  # noqa: F811
    contents, closed = counted.contents, counted.seq(Kind.CLOSED)
    last, wallet = contents[counted.seq(Kind.BALLOTS) - 1], an_address(2)
    ben = next(one for said in contents for one in said.get("votes", {}).get("cast", ()) if one["wallet"] == wallet)
    entry = {**last, "by": ben["member"], "votes": {"proposal": 1, "dropped": [wallet]}}
    made = chained([*contents[: closed - 1], entry, *contents[closed - 1 :]])
    _, failing, _ = await counted.verify(counted.forge(without=wallet), made)
    words = f"entry {closed}: whoever made it can neither cast nor drop a ballot of {wallet}"
    assert f"FAILS        log and ballots: {words}" in failing


@pytest.mark.parametrize("of_theirs", [True, False])
async def test_nobody_casts_or_is_cast_for_who_takes_no_part(counted: Proof, of_theirs: bool) -> None:  # noqa: F811
    """Or the wallets that a recused member links later vote all the same, by themselves or by a delegate."""
    contents, closed, later = counted.contents, counted.seq(Kind.CLOSED), an_address(77)
    eve = contents[counted.seq(Kind.RECUSED) - 1]["about"]["member"]
    cast = [one for said in contents for one in said.get("votes", {}).get("cast", ())]
    ann, ben = (next(one for one in cast if one["wallet"] == an_address(number)) for number in (1, 2))
    said = {**ann, "wallet": later, "commitment": "0" * 64, "member": eve}
    made_by = eve if of_theirs else ben["via"]
    last = contents[counted.seq(Kind.BALLOTS) - 1]
    entry = {**last, "by": made_by, "votes": {"proposal": 1, "cast": [said | ({} if of_theirs else {"via": made_by})]}}
    words = f"FAILS        log and ballots: entry {{}}: whoever made it can neither cast nor drop a ballot of {later}"
    for place, found in ((counted.seq(Kind.RECUSED) - 1, False), (closed - 1, True)):
        _, failing, _ = await counted.verify(None, chained([*contents[:place], entry, *contents[place:]]))
        # Before, Eve had cast a ballot of her own, so that no delegate could.
        assert (words.format(place + 1) in failing) is (found or not of_theirs)


async def test_the_ballots_of_an_entry_are_those_of_one_press(counted: Proof) -> None:  # noqa: F811
    """Or a delegator's ballot says another thing than the delegate pressed, in the same moment."""
    contents, stated = counted.contents, {one["wallet"]: one for one in json.loads(counted.bundle)["ballots"]}
    ben, cy = an_address(2), an_address(3)
    assert stated[ben]["receipt"] == stated[cy]["receipt"]
    assert counted.proposal.cid is not None
    other = replace(next(one for one in counted.ballots if one.wallet == ben), mark=1, receipt="e" * 32)
    forged = counted.forge(lambda ballot: other if ballot.wallet == ben else ballot)
    for said in contents:
        for one in said.get("votes", {}).get("cast", ()):
            if one["wallet"] == ben:
                one["commitment"], seq = ballot_commitment(counted.proposal.cid, other), said["seq"]
    _, failing, _ = await counted.verify(forged, chained(contents))
    words = f"ballot of {cy} receipt: entry {seq} is one press, and that of {ben} there is another's"
    assert [line for line in failing if "log and ballots" in line] == [f"FAILS        log and ballots: {words}"]


async def test_the_ballots_of_a_press_stand_in_one_entry(counted: Proof) -> None:  # noqa: F811
    contents, ben, cy = counted.contents, an_address(2), an_address(3)
    place = next(at for at, said in enumerate(contents) if ben in json.dumps(said.get("votes", {})))
    said = contents[place]
    apart = [{**said, "votes": {"proposal": 1, "cast": [one]}} for one in said["votes"]["cast"]]
    _, failing, _ = await counted.verify(None, chained([*contents[:place], *apart, *contents[place + 1 :]]))
    words = f"ballot of {cy} receipt: it is that of {ben}, which entry {place + 2} cast, not {place + 1}"
    assert f"FAILS        log and ballots: {words}" in failing


async def test_no_older_press_replaces_a_newer_one_of_the_same_member(counted: Proof) -> None:  # noqa: F811
    """Or a host writes two ballots of a member in the other order, and the one counts that was replaced."""
    contents, ann = counted.contents, an_address(1)
    first, then = (
        place
        for place, said in enumerate(contents)
        if any(one["wallet"] == ann for one in said.get("votes", {}).get("cast", ()))
    )
    contents[first], contents[then] = contents[then], contents[first]
    async with counted.house.app.store.read() as repos:
        earlier, _ = await repos.ballots.history(counted.proposal.id, ann)
    swapped = counted.forge(lambda ballot: earlier if ballot.wallet == ann else ballot)
    _, failing, _ = await counted.verify(swapped, chained(contents))
    at, later = contents[then]["at"], first + 1
    words = f"ballot of {ann}: entry {then + 1} is of {at}, and that of entry {later} is later, which it replaces"
    assert [line for line in failing if "log and ballots" in line] == [f"FAILS        log and ballots: {words}"]


async def test_what_another_cast_in_between_brings_no_older_press_back(counted: Proof) -> None:  # noqa: F811
    """Or a host writes down a holder who never was, between two presses of a member in the other order."""
    contents, ann = counted.contents, an_address(1)
    first, then = (
        place
        for place, said in enumerate(contents)
        if any(one["wallet"] == ann for one in said.get("votes", {}).get("cast", ()))
    )
    contents[first], contents[then] = contents[then], contents[first]
    async with counted.house.app.store.read() as repos:
        earlier, _ = await repos.ballots.history(counted.proposal.id, ann)
    swapped = counted.forge(lambda ballot: earlier if ballot.wallet == ann else ballot)
    (said,) = (one for one in contents[first]["votes"]["cast"] if one["wallet"] == ann)
    votes = {"proposal": 1, "cast": [{**said, "member": "e" * 32, "commitment": "0" * 64}]}
    contents.insert(then, {**contents[first], "by": "e" * 32, "votes": votes})
    _, failing, _ = await counted.verify(swapped, chained(contents))
    at, later = contents[then + 1]["at"], first + 1
    words = f"ballot of {ann}: entry {then + 2} is of {at}, and that of entry {later} is later, which it replaces"
    assert [line for line in failing if "log and ballots" in line] == [f"FAILS        log and ballots: {words}"]


async def test_nobody_is_recused_and_nothing_edited_before_the_submission_or_behind_the_count(counted: Proof) -> None:  # noqa: F811
    contents = counted.contents
    submitted, closed = counted.seq(Kind.SUBMITTED) - 1, counted.seq(Kind.CLOSED)
    recusal = contents[counted.seq(Kind.RECUSED) - 1]
    edit = {**contents[submitted], "kind": Kind.EDITED.value}
    for said in (recusal, edit):
        for place, words in ((submitted, "which was not submitted yet"), (closed, "was counted before it")):
            _, failing, _ = await counted.verify(None, chained([*contents[:place], said, *contents[place:]]))
            named = [line for line in failing if line.startswith("FAILS        log and proposal: ") and words in line]
            assert [f"entry {place + 1}: " in line for line in named] == [True], failing


async def test_an_entry_is_about_each_wallet_once(counted: Proof) -> None:  # noqa: F811
    contents, seq = counted.contents, counted.seq(Kind.BALLOTS)
    votes = contents[seq - 1]["votes"]
    (wallet,) = (one["wallet"] for one in votes["cast"])
    for twice in ({**votes, "cast": votes["cast"] * 2}, {**votes, "dropped": [wallet]}):
        made = chained([*contents[: seq - 1], {**contents[seq - 1], "votes": twice}, *contents[seq:]])
        _, failing, _ = await counted.verify(None, made)
        words = f"entry {seq}: whoever made it can neither cast nor drop a ballot of {wallet}"
        assert f"FAILS        log and ballots: {words}" in failing


async def test_who_presses_is_who_casts(counted: Proof) -> None:  # noqa: F811
    contents, seq = counted.contents, counted.seq(Kind.BALLOTS)
    wallet = contents[seq - 1]["votes"]["cast"][0]["wallet"]
    contents[seq - 1]["by"] = "f" * 32
    code, failing, _ = await counted.verify(None, chained(contents))
    words = f"entry {seq}: whoever made it can neither cast nor drop a ballot of {wallet}"
    assert code == 1
    assert f"FAILS        log and ballots: {words}" in failing


async def test_a_receipt_is_not_held_against_an_entry_that_nobody_could_check(counted: Proof) -> None:  # noqa: F811
    entry = counted.entries[counted.seq(Kind.BALLOTS) - 1]
    _, receipt = await counted.house.app.results.receipt(counted.proposal.guild, 1, counted.ann)
    assert receipt is not None
    (counted.folder / "receipt").write_bytes(receipt)
    for entries in ([entry], counted.entries[entry.seq - 1 :]):
        _, failing, lines = await counted.verify(None, entries, "--receipt", counted.folder / "receipt")
        assert not any("log and receipt" in line for line in failing)
        words = f"no entry given commits to the ballots of {an_address(1)}, and the log lacks its first ones"
        assert f"not checked  log and receipt: {words}" in lines
