"""The commitment to a ballot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.audit.log.ballot_commitment import ballot_commitment
from tests.builders import NOW, a_ballot, an_address

CID = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"


def test_it_is_the_hash_of_the_core_in_canonical_form() -> None:
    core = f'{{"at":{NOW},"mark":[2,1],"proposal":"{CID}","receipt":"receipt-1","wallet":"{an_address(1)}"}}'
    assert ballot_commitment(CID, a_ballot(mark=(2, 1))) == hashlib.sha256(core.encode()).hexdigest()


@pytest.mark.parametrize("other", [{"mark": 2}, {"number": 2}, {"cast_at": NOW + 1}, {"receipt": "another"}])
def test_another_ballot_has_another_commitment(other: Mapping[str, Any]) -> None:
    assert ballot_commitment(CID, a_ballot(**other)) != ballot_commitment(CID, a_ballot())


def test_the_power_is_not_in_it_since_it_may_change_with_who_votes() -> None:
    assert ballot_commitment(CID, a_ballot(power=1)) == ballot_commitment(CID, a_ballot(power=2))


def test_the_same_mark_with_another_receipt_cannot_be_told_from_another_mark() -> None:
    shown = {ballot_commitment(CID, a_ballot(mark=mark, receipt=f"{mark:032x}")) for mark in (1, 2, 3)}
    assert len(shown) == 3
