"""Checks of a bundle by itself: everything is recomputed from its ballots and its proposal document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.audit.bundle.checking.earlier_rules import nothing_of_nothing
from bot.domain.audit.bundle.checking.findings import Finding, differences, judged, unchecked
from bot.domain.audit.bundle.linked_power_section import check_votable
from bot.domain.audit.bundle.reading.bundle_file import Malformed, parsed
from bot.domain.audit.bundle.reading.bundle_reader import Contents, read_bundle
from bot.domain.audit.bundle.writing.bundle_builder import assembled, check_of, digests
from bot.domain.audit.bundle.writing.sections import FIRST_SCHEMA, outcome_part, sentence_of, standing_part, tally_part
from bot.domain.audit.hashing.content_id import cid, cid_of
from bot.domain.audit.hashing.merkle_tree import root
from bot.domain.audit.proposal_document import proposal_document
from bot.domain.power import networks_of, scale_of, symbol_of
from bot.domain.proposals.proposal import GRACE, Terms
from bot.domain.proposals.vote_rules import Whole, resolve
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import FolkmootError
from bot.domain.voting import SYSTEMS, decide, tally
from bot.domain.voting.ballot import Ballot, columns
from bot.domain.voting.recusal import RecusedWallet


def read(content: bytes) -> Contents:
    """Read the JSON of a bundle. Raises Malformed."""
    try:
        return read_bundle(parsed(content))
    except ValueError as error:
        raise Malformed("", str(error)) from None


def check(content: bytes, contents: Contents, *, expected_cid: str = "", expected_root: str = "") -> Iterator[Finding]:
    """Yield the findings, check by check. `expected_cid` and `expected_root` are what was posted with the result."""
    terms = contents.proposal.terms_after_recusals
    if terms is None:
        raise ValueError("a bundle's proposal has terms")
    checks = [check_of(line) for line in contents.lines]
    yield from judged("canonical form", _form(content, contents, checks), f"{len(content):,} bytes")
    name = cid(content)
    posted = " as expected" if expected_cid else ""
    wrong = [f"it is {name}, expected was {expected_cid}"] if expected_cid not in ("", name) else []
    yield from judged("content identifier", wrong, name + posted)
    yield from judged("sections", _sections(contents), "no section was changed after its digest was made")
    yield from judged("proposal", _proposal(contents), f"number {contents.proposal.number}, {contents.cid}")
    yield from judged("unit", _unit(terms), f"10^-{terms.scale} {terms.symbol}, as the strategies have it")
    yield from judged("times", _times(contents, terms), _told_times(contents, terms))
    yield from _lead(contents, terms)
    many = len(contents.ballots)
    yield from judged("wallets", _wallets(contents), f"{many:,}, each once, in order")
    yield from judged(
        "ballots",
        [*_ballots(contents, terms, checks), *_presses(contents)],
        f"{many:,} with a mark that is on the ballot, in the window",
    )
    yield from judged("sums", _sums(contents, terms), "the power of every ballot is the sum of its scores")
    yield from judged(
        "Merkle root", _root(contents, expected_root), contents.root + (" as expected" * bool(expected_root))
    )
    out = len(contents.proposal.recused)
    yield from judged("recusals", _recusals(contents), f"{out:,} wallets take no part, and none of them is counted")
    yield from judged("quorum and threshold", _rules(contents, terms), "as the rules say of the wholes")
    yield from check_votable(contents.linked, contents.votable, contents.proposal, contents.ballots, contents.schema)
    given = sum(len(one.given) for one in contents.registered)
    yield from judged("delegations", _delegations(contents), f"{given:,}, in order, each of or to a voter")
    if terms.voters:
        yield unchecked("voters", f"{len(terms.voters)} roles may vote: who held one is known to Discord alone")
    yield from _result(contents, terms)


def _form(content: bytes, contents: Contents, checks: Sequence[str]) -> Iterator[str]:
    if checks != contents.checks:
        return  # the ballots that were changed are named below
    written = assembled(contents.lines, contents.sections, checks)
    if written != content:
        at = next(
            (place for place, (one, other) in enumerate(zip(content, written, strict=False)) if one != other),
            min(len(content), len(written)),
        )
        yield f"byte {at} is not as the canonical form has it (RFC 8785)"


def _sections(contents: Contents) -> Iterator[str]:
    sections = {name: value for name, value in contents.sections.items() if name not in ("digests", "root")}
    computed = digests(sections)
    for name in sorted({*computed, *contents.digests}):
        if computed.get(name) != contents.digests.get(name):
            yield f"{name[:60]}: it is not what its digest was made from"


def _proposal(contents: Contents) -> Iterator[str]:
    document = contents.sections["proposal"]["document"]
    if contents.cid != cid_of(document):
        yield f"proposal cid: it says {contents.cid}, that of the document is {cid_of(document)}"
    yield from differences(document, proposal_document(contents.proposal), "proposal document")


def _unit(terms: Terms) -> Iterator[str]:
    """Check that the unit is that of the strategies, so that nobody takes amounts for another token's."""
    scale, symbol = scale_of(terms.strategies), symbol_of(terms.strategies)
    if terms.scale != scale:
        yield f"proposal document scale: it says {terms.scale}, by the strategies it is {scale}"
    if terms.symbol != symbol:
        yield f"proposal document symbol: it says “{terms.symbol[:60]}”, by the strategies it is “{symbol[:60]}”"


def _times(contents: Contents, terms: Terms) -> Iterator[str]:
    submitted = contents.proposal.submitted_at or 0
    if not submitted <= terms.start <= terms.end:
        yield "proposal document window: it does not begin after the submission and end after that"
    if contents.counted_at < terms.end + GRACE:
        yield f"counted_at: it is less than {GRACE} s after the end"
    read = set(networks_of(terms.strategies))
    for chain in sorted(read - terms.snapshot.keys()):
        yield f"proposal document snapshot: it lacks chain {chain}, which strategies read"
    for chain in sorted(terms.snapshot.keys() - read):  # its contracts would sign ballots, and no node is named for it
        yield f"proposal document snapshot: it has chain {chain}, which no strategy reads"
    home = terms.snapshot.get(terms.strategies[0].network)
    if home is None:
        return
    for block in terms.snapshot.values():
        if block.timestamp > home.timestamp:
            yield f"proposal document snapshot {block.chain}: it is later than the block of chain {home.chain}"


def _told_times(contents: Contents, terms: Terms) -> str:
    ahead = contents.proposal.ahead(terms.strategies[0].network)
    block = f"the block was {max(0, -ahead):,} s old at the submission; " if ahead <= CLOCK_SKEW else ""
    return f"{block}counted {contents.counted_at - terms.end:,} s after the end"


def _lead(contents: Contents, terms: Terms) -> Iterator[Finding]:
    """Report a snapshot block later than the submission.

    A chain's fast clock and a block that was chosen afterwards look alike in a bundle.
    """
    ahead = contents.proposal.ahead(terms.strategies[0].network)
    if ahead > CLOCK_SKEW:
        yield unchecked(
            "snapshot",
            f"its block is {ahead:,} s later than the submission: the chain's clock was ahead, or it was chosen later; "
            "the card has shown it since then",
        )


def _wallets(contents: Contents) -> Iterator[str]:
    before, seen = "", set[str]()
    for ballot in contents.ballots:
        if ballot.wallet in seen:
            yield f"ballot of {ballot.wallet}: the wallet has more than one"
        elif ballot.wallet < before:
            yield f"ballot of {ballot.wallet}: it is out of order"
        before = ballot.wallet
        seen.add(before)


def _ballots(contents: Contents, terms: Terms, checks: Sequence[str]) -> Iterator[str]:
    proposal = contents.proposal
    check_mark, choices, options = SYSTEMS[proposal.voting].check_mark, len(proposal.choices), proposal.options
    for ballot, computed, stated in zip(contents.ballots, checks, contents.checks, strict=True):
        name = f"ballot of {ballot.wallet}"
        if computed != stated:
            yield f"{name}: it was changed, or its check was: that of what it says is {computed}"
        if not terms.start <= ballot.cast_at <= terms.end:
            yield f"{name} at: {ballot.cast_at} is not between {terms.start} and {terms.end}"
        try:
            taken = check_mark(ballot.mark, choices, options)
        except FolkmootError as error:
            yield f"{name} mark: it does not fit the ballot ({error})"
            continue
        if taken != ballot.mark:
            yield f"{name} mark: it is not in the order of the ballot"


def _presses(contents: Contents) -> Iterator[str]:
    """Check that all ballots of one press have one mark, one time and one delegate."""
    presses: dict[str, tuple[Ballot, set[str]]] = {}
    for ballot, via in zip(contents.ballots, contents.via, strict=True):
        first, delegates = presses.setdefault(ballot.receipt, (ballot, set()))
        delegates |= set() if via is None else {via}
        if (ballot.mark, ballot.cast_at) != (first.mark, first.cast_at) or len(delegates) > 1:
            yield f"ballot of {ballot.wallet} receipt: it is that of {first.wallet}, which another press cast"
        elif ballot is not first and (ballot.signed is not None or first.signed is not None):
            yield f"ballot of {ballot.wallet} receipt: it is that of {first.wallet}, and a signature is for one wallet"


def _sums(contents: Contents, terms: Terms) -> Iterator[str]:
    for ballot in contents.ballots:
        if len(ballot.scores) != len(terms.strategies):
            yield f"ballot of {ballot.wallet} scores: {len(ballot.scores)} for {len(terms.strategies)} strategies"
        elif ballot.power != sum(ballot.scores):
            yield f"ballot of {ballot.wallet} power: it says {ballot.power}, its scores add up to {sum(ballot.scores)}"


def _root(contents: Contents, expected: str) -> Iterator[str]:
    computed = root(contents.lines)
    if computed != contents.root:
        yield f"root: it says {contents.root}, that of the ballots is {computed}"
    if expected not in ("", contents.root):
        yield f"root: it says {contents.root}, expected was {expected}"


def _recusals(contents: Contents) -> Iterator[str]:
    proposal, terms = contents.proposal, contents.proposal.terms
    for ballot in contents.ballots:
        if ballot.wallet in proposal.recused:
            yield f"ballot of {ballot.wallet}: the wallet is recused"
    for recusal in proposal.recusals:
        if recusal.at < (proposal.submitted_at or 0):
            yield f"recusal at: {recusal.at} is before the submission"
        if terms is not None and recusal.at > terms.end:
            yield f"recusal at: {recusal.at} is after the end"
    gone = [wallet for recusal in proposal.recusals for wallet in recusal.wallets]
    if len({wallet.address for wallet in gone}) != len(gone):
        yield "recusals: a wallet is taken out twice"
    for wallet in gone:
        yield from _taken(contents, wallet)


def _taken(contents: Contents, wallet: RecusedWallet) -> Iterator[str]:
    if wallet.supply > wallet.power:
        yield f"recusal of {wallet.address} supply: it is more than the power of the wallet"
    linked = contents.votable.get(wallet.address, 0)
    if wallet.linked != linked:
        yield f"recusal of {wallet.address} linked: it says {wallet.linked}, of the linked power it is {linked}"


def _rules(contents: Contents, standing: Terms) -> Iterator[str]:
    terms = contents.proposal.terms
    if terms is None:
        return
    if contents.schema == FIRST_SCHEMA:
        linked = sum(contents.votable.values())
        if Whole.LINKED in terms.wholes and terms.wholes[Whole.LINKED] != linked:
            yield f"votable: it adds up to {linked}, the document says {terms.wholes[Whole.LINKED]}"
        if Whole.LINKED not in terms.wholes and contents.votable:
            yield "votable: it is not needed by the rules"
    try:
        quorum, threshold = resolve(terms.rules, terms.wholes, terms.scale)
    except FolkmootError as error:
        yield f"proposal document rules: they cannot be applied ({error})"
        return
    if quorum != terms.quorum:
        yield f"proposal document quorum: it says {terms.quorum}, by the rules it is {quorum}"
    if threshold != terms.threshold:
        yield "proposal document threshold: it is not what the rules make it"
    yield from differences(contents.sections["standing"], standing_part(standing), "standing")


def _delegations(contents: Contents) -> Iterator[str]:
    terms = contents.proposal.terms
    allowed = terms is not None and terms.delegation
    if terms is not None and terms.voters and allowed:
        yield "proposal document delegation: where only some roles vote, no delegate votes for others"
    for ballot, via in zip(contents.ballots, contents.via, strict=True):
        if via is not None and not allowed:
            yield f"ballot of {ballot.wallet} via: no delegate votes for others here"
        if via is not None and ballot.signed is not None:
            yield f"ballot of {ballot.wallet} via: the wallet signed it, so no delegate cast it"
    voters = frozenset(ballot.wallet for ballot in contents.ballots)
    before: tuple[int, tuple[str, ...]] | None = None
    for number, one in enumerate(contents.registered, start=1):
        if before is not None and (one.chain, one.ids) <= before:
            yield f"delegations {number}: it is out of order"
        before = (one.chain, one.ids)
        if dict(one.among(voters).given) != dict(one.given):
            yield f"delegations {number}: it holds some that concern nobody who voted"


def _result(contents: Contents, terms: Terms) -> Iterator[Finding]:
    proposal = contents.proposal
    many = len(terms.strategies)
    usable = all(len(ballot.scores) == many and _fits(contents, ballot.mark) for ballot in contents.ballots)
    if not usable:
        broken = ["it cannot be computed, because of the ballots named above"]
        yield from judged("tally", broken, "")
        yield from judged("outcome", broken, "")
        return
    counted = tally(proposal.voting, len(proposal.choices), columns(contents.ballots, many), terms.rules.options)
    stated = contents.sections["tally"]
    rounds = f", {len(counted.rounds)} rounds" if counted.rounds else ""
    yield from judged("tally", differences(stated, tally_part(counted), "tally"), f"{proposal.voting}{rounds}")
    outcome = decide(proposal.voting, counted, terms.quorum_rule, terms.threshold)
    words = sentence_of(proposal, terms, outcome, counted, contents.schema)
    before = sentence_of(proposal, terms, outcome, counted, contents.schema, rounded=True)
    told = contents.sections["outcome"]
    words = before if told.get("sentence") == before else words
    found = [*differences(told, outcome_part(outcome, words), "outcome"), *nothing_of_nothing(told, outcome)]
    yield from judged("outcome", found, words)


def _fits(contents: Contents, mark: object) -> bool:
    try:
        SYSTEMS[contents.proposal.voting].check_mark(mark, len(contents.proposal.choices), contents.proposal.options)
    except FolkmootError:
        return False
    return True
