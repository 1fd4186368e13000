"""Numbers that pages name are those of the code."""

from __future__ import annotations

import re

import pytest

from bot.chain import ens
from bot.chain.batch.evm_programs import GAS_EACH
from bot.chain.rpc import endpoint_pool
from bot.chain.signatures.verification_program import GAS_FACTORY
from bot.domain.audit.bundle.reading import bundle_file
from bot.domain.power.strategy import MAX_STRATEGIES
from bot.domain.proposals.proposal import GRACE, MAX_VERSIONS
from bot.domain.shared.clock_agreement import CLOCK_SKEW, STANDSTILL
from bot.domain.spaces.space import DAY, HOUR
from bot.domain.voting.ballot_signature_terms import CONTRACT_LIFE, LIFE
from bot.domain.voting.counting.ballots_and_tally import MAX_CHOICES
from bot.domain.wallets.wallet import CHALLENGE_LIFE, MAX_WALLETS
from bot.domain.wallets.web_ticket import TICKET_LIFE
from bot.services.proposals.snapshot_blocks import BLOCK_AHEAD
from bot.services.treasury.milestone_corrections import WATCHED
from bot.services.wallets.ens_names import REMEMBERED
from bot.services.wallets.wallet_linking import MOVES_SHOWN
from bot.settings import Settings
from bot.storage.driver.engine import BUSY_SECONDS, MIGRATION_SECONDS
from bot.storage.maintenance import backups, process_lease
from tests.docs.pages import named

WORDS = {1: "one", 2: "two", 3: "three", 8: "eight", 10: "ten"}
SAID = [
    ("docs/counting.md", f"is made {GRACE} seconds after the end"),
    ("docs/proof.md", f"count {GRACE} s after it"),
    ("docs/architecture.md", f"At the end and {GRACE} seconds"),
    ("docs/voting.md", f"must agree, by {'a minute' if CLOCK_SKEW == 60 else CLOCK_SKEW}"),
    ("docs/voting.md", f"{'An hour' if STANDSTILL == HOUR else STANDSTILL} behind the end"),
    ("docs/chain.md", f"at most {BLOCK_AHEAD} seconds ahead"),
    ("docs/chain.md", f"gets {endpoint_pool.PATIENCE:g} seconds after the first has answered"),
    ("docs/chain.md", f"every hour for {'a week' if WATCHED == 7 * DAY else WATCHED}"),
    ("docs/operating.md", f"is waited for {BUSY_SECONDS} seconds"),
    (
        "docs/operating.md",
        f"for {process_lease.LIFE:g} seconds by its own count; a holder renews every {process_lease.RENEW:g}",
    ),
    ("docs/operating.md", f"On PostgreSQL** it begins after {process_lease.LEFT:g} seconds"),
    ("docs/postgresql.md", f"begins after {process_lease.LIFE:g} seconds without a renewal"),
    ("docs/postgresql.md", f"begins after {process_lease.LEFT:g} seconds"),
    ("docs/postgresql.md", f"waits {'a minute' if MIGRATION_SECONDS == 60 else MIGRATION_SECONDS} for another"),
    ("docs/operating.md", f"Of the last {WORDS[backups.BEFORE_MIGRATION]} versions"),
    (
        "docs/privacy.md",
        f"| moves of a wallet to another member | telling its former holder | {MOVES_SHOWN // DAY} days |",
    ),
    ("docs/wallets.md", f"{WORDS[CHALLENGE_LIFE // 60]} minutes, or {WORDS[CONTRACT_LIFE // DAY]} days"),
    ("docs/wallets.md", f"good once and for {WORDS[TICKET_LIFE // 60]} minutes"),
    ("docs/wallets.md", f"A member may link {WORDS[MAX_WALLETS]} wallets"),
    ("docs/wallets.md", f"{GAS_EACH:,} gas a question, {GAS_FACTORY:,} a factory"),
    ("docs/wallets.md", f"has {ens.GAS:,} gas"),
    ("docs/wallets.md", f"up to {ens.LONGEST} signs"),
    ("docs/wallets.md", f"remembered for {'an hour' if REMEMBERED == HOUR else REMEMBERED}"),
    (
        "docs/voting.md",
        f"within {WORDS[LIFE // 60]} minutes, by a contract wallet within {WORDS[CONTRACT_LIFE // DAY]} days",
    ),
    (
        "docs/proof.md",
        f"{WORDS[LIFE // 60]} minutes before the ballot at most ({CONTRACT_LIFE // HOUR} hours for a contract)",
    ),
    ("docs/proof.md", f"at most {MAX_VERSIONS - 1} times"),
    ("docs/proof.md", f"at most {bundle_file.MAX_CONTENT >> 20} MiB unpacked"),
    ("docs/proof.md", f"{WORDS[bundle_file.RATIO]} times the file's own size"),
    ("docs/proof.md", f"{bundle_file._MOST_VALUES:,} values, {bundle_file._MOST_HOLDERS:,} lists and objects"),
    ("docs/proof.md", f"A vote has 2 to {MAX_CHOICES} choices"),
    ("docs/strategies.md", f"at most {WORDS[MAX_STRATEGIES]}"),
    ("docs/operating.md", f"reverse_proxy {Settings().web.host}:{Settings().web.port}"),
    ("docs/operating.md", f"proxy_pass http://{Settings().web.host}:{Settings().web.port};"),
]


@pytest.mark.parametrize(("page", "words"), SAID, ids=lambda value: str(value)[:40])
def test_a_number_on_a_page_is_that_of_the_code(page: str, words: str) -> None:
    assert words in re.sub(r"\s+", " ", named(page).text)
