"""What a log cannot tell is named: what stands behind the head, before the file, and from before the log began."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.audit.bundle.checking.log_of_proposal import SLACK
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from tests.builders import an_address
from tests.bundles import forged
from tests.services.audit.test_bundle_and_log import Proof, chained, counted, proof  # noqa: F401 - fixtures


async def test_what_was_left_out_between_the_last_head_and_the_count_no_head_shows(counted: Proof) -> None:  # noqa: F811
    """Whoever writes the log anew behind a head can leave a ballot out there, and no ballot that is left says so."""
    ballots, closed = counted.seq(Kind.BALLOTS), counted.seq(Kind.CLOSED)
    words = (
        "not checked  log and heads: that nothing was left out between the last head given (entry {}) and the count "
        f"(entry {closed}), which can be written anew together: give a later one"
    )
    for seq in (ballots, closed - 1):
        head = counted.entries[seq - 1].hash
        code, _, lines = await counted.verify(None, None, "--head", head, "--cid", _cid(counted))
        assert (code, words.format(seq) in lines) == (0, True)
        assert "log and heads" in lines[-1]
    _, _, lines = await counted.verify(None, None, "--head", counted.entries[-1].hash)
    assert not any("log and heads" in line for line in lines)


def _cid(made: Proof) -> str:
    (closed,) = [said for said in made.contents if said["kind"] == Kind.CLOSED]
    return str(closed["bundle"])


async def test_what_a_cut_log_may_have_said_before_is_not_said_to_be_there(counted: Proof) -> None:  # noqa: F811
    """A host who submits a proposal again hides what was cast on it before, and exports the log from there on."""
    contents = counted.contents
    submitted = counted.seq(Kind.SUBMITTED)
    cast = {"wallet": an_address(50), "commitment": "0" * 64, "scores": ["1"], "member": "a" * 32}
    hidden = {"kind": "ballots cast", "at": 1, "by": "a" * 32, "votes": {"proposal": 1, "cast": [cast]}}
    other = {"kind": "rules changed", "at": 1, "by": "b" * 32}
    again = [*contents[:submitted], hidden, other, contents[submitted - 1], *contents[submitted:]]
    made = chained(again)
    code, failing, _ = await counted.verify(None, made, "--head", made[-1].hash)
    assert (code, any(an_address(50) in line for line in failing)) == (1, True)
    _, _, lines = await counted.verify(None, made[submitted + 1 :], "--head", made[-1].hash)
    first = submitted + 3
    assert (
        f"not checked  log and ballots: what was logged before entry {first}: ballots, recusals, an earlier "
        "submission; give the log's files from the first on"
    ) in lines
    (line,) = [line for line in lines if line.startswith("holds        log and ballots")]
    assert line.endswith(f"none that was logged from entry {first} on is missing")


def stood(made: Proof, row: str | None = "0" * 64) -> list[dict[str, Any]]:
    """The log of somebody who says that it began with a proposal which was submitted later."""
    first, *others = (said for said in made.contents if said["kind"] != Kind.SUBMITTED)
    return [{**first, "rows": {"proposal/1": row and {"digest": row}}}, *others]


async def test_a_log_begins_with_no_proposal_that_was_submitted_later(counted: Proof) -> None:  # noqa: F811
    """Whoever lists proposals to come needs no entry for their submission and their recusals."""
    contents = stood(counted)
    began = contents[0]["at"]
    assert json.loads(counted.bundle)["proposal"]["document"]["submitted_at"] - began <= SLACK
    made = chained([{**contents[0], "at": began - 1_000}, {**contents[1], "at": began - 1_000}, *contents[2:]])
    code, failing, _ = await counted.verify(None, made)
    submitted = json.loads(counted.bundle)["proposal"]["document"]["submitted_at"]
    words = f"entry 1: the log began at {began - 1_000} with proposal 1, which was submitted at {submitted} only"
    assert (code, f"FAILS        log and proposal: {words}" in failing) == (1, True)
    code, failing, _ = await counted.verify(None, chained(stood(counted, None)))
    assert (code, failing) == (1, ["FAILS        log and proposal: no entry says that proposal 1 was submitted"])


@pytest.mark.parametrize("later", [SLACK, SLACK + 1])
async def test_a_recusal_from_after_the_log_began_has_an_entry(counted: Proof, later: int) -> None:  # noqa: F811
    contents = [said for said in stood(counted) if said["kind"] != Kind.RECUSED]
    bundle = forged(counted.bundle, lambda one: one["recusals"][0].update(at=contents[0]["at"] + later))
    _, failing, lines = await counted.verify(bundle, chained(contents))
    named = f"FAILS        log and recusals: recusal of {an_address(5)}: no entry says so"
    assert (named in failing) is (later > SLACK)
    assert ("not checked  log and recusals: 1 from before the log began" in lines) is (later == SLACK)
    lacks = [line for line in failing if "log and ballots" in line and "the bundle lacks it" in line]
    assert bool(lacks) is (later > SLACK), "what the log commits to is missing"


async def test_a_ballot_with_which_the_log_began_was_cast_before(counted: Proof) -> None:  # noqa: F811
    contents = stood(counted)
    cast = [one for said in contents for one in said.get("votes", {}).get("cast", ())]
    last = list({one["wallet"]: one for one in cast}.values())
    others = [said for said in contents[2:] if said["kind"] != Kind.BALLOTS]
    for before, found in ((0, False), (1_000, True)):
        begun = [{**one, "at": one["at"] - before} for one in contents[:2]]
        votes = {**begun[1], "votes": {"proposal": 1, "cast": last}}
        _, failing, lines = await counted.verify(None, chained([begun[0], votes, *others]))
        late = [line for line in failing if "log and ballots" in line and "entry 2 has it as it stood" in line]
        assert bool(late) is found
        assert "not checked  log and ballots: when 4 were cast, which the log began with" in lines


@pytest.mark.parametrize("late", [CLOCK_SKEW, CLOCK_SKEW + 1])
async def test_a_text_that_was_changed_in_the_window_was_changed_too_late_though_nobody_had_voted(
    counted: Proof,  # noqa: F811
    late: int,
) -> None:
    contents, submitted = counted.contents, counted.seq(Kind.SUBMITTED)
    start = json.loads(counted.bundle)["proposal"]["document"]["window"]["start"]
    edited = {**contents[submitted - 1], "kind": Kind.EDITED.value, "at": start + late}
    _, failing, _ = await counted.verify(None, chained([*contents[:submitted], edited, *contents[submitted:]]))
    named = f"FAILS        log and text: entry {submitted + 1}: the text was changed when voting was open"
    assert (named in failing) is (late > CLOCK_SKEW)
