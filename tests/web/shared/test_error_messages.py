"""Words on the web for everything that a service may refuse: what happened, and the next step."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.shared import errors as e
from bot.domain.wallets.signature_flaw import Flaw
from bot.web.shared.error_messages import of_error, of_status
from cogs.wallets.signature_messages import rejected as on_discord
from tests.builders import an_address
from tests.cogs.general.test_error_messages import EXAMPLES

ONE, TWO = an_address(1), an_address(2)
SIGNATURES: list[e.FolkmootError] = [
    e.SignatureRejected(expected=ONE, signer=signer, flaw=flaw, asked=asked, elsewhere=elsewhere)
    for flaw in (None, *Flaw)
    for signer in (None, TWO)
    for asked, elsewhere in (("", ()), ("Ethereum", ()), ("Ethereum", ("Base", "Gnosis")))
]


@pytest.mark.parametrize(
    "error", [error for examples in EXAMPLES.values() for error in examples] + SIGNATURES, ids=repr
)
def test_every_error_has_words_for_a_visitor(error: Any) -> None:
    problem = of_error(error)
    assert 400 <= problem.status < 600
    for text in (problem.what, problem.then):
        assert text.endswith((".", "?"))
        assert not text[:1].islower()
        assert "Error" not in text
        assert "None" not in text
        assert "  " not in text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 408, 413, 415, 429, 500, 501, 418])
def test_every_status_has_words(status: int) -> None:
    assert of_status(status).what
    assert of_status(status).then


def test_where_the_database_did_not_say_whether_it_stored_nobody_reads_that_nothing_was_recorded() -> None:
    told = of_error(e.StorageUnavailable(e.StorageFault.IN_DOUBT))
    assert "it may be recorded, or not" in told.what
    assert "nothing was recorded" not in told.what
    assert "nothing was recorded" in of_error(e.StorageUnavailable(e.StorageFault.UNREACHABLE)).what


def test_a_contract_that_says_yes_only_since_a_moment_is_told_to_wait_on_the_page_and_on_discord() -> None:
    error = e.SignatureRejected(expected=ONE, signer=None, flaw=Flaw.UNSETTLED, asked="Ethereum")
    assert "Ethereum accepts that only since a moment ago" in of_error(error).what
    assert "Wait two minutes" in of_error(error).then
    assert "send the same signature again in two minutes" in on_discord(error)


def test_a_contract_on_another_chain_is_told_with_the_way_there() -> None:
    error = e.SignatureRejected(expected=ONE, signer=TWO, flaw=Flaw.OTHER_SIGNER, asked="Ethereum", elsewhere=("Base",))
    assert "Base" in of_error(error).what
    assert "switch" in of_error(error).then
