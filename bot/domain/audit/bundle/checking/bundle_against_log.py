"""Whether a bundle matches the log: it has every ballot that the log commits to, and no other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.checking.log_of_proposal import Cast, Logged, Voter
from bot.domain.audit.bundle.checking.other_clocks import by_other_clocks
from bot.domain.audit.bundle.checking.presses_of_log import (
    divided_presses,
    late_presses,
    left_behind,
    replaced_by_older,
)
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.audit.log.ballot_commitment import agrees, ballot_commitment, signature_marks
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.recusal import Recusal

_LAST = 2**53
Problem = tuple[int, str]
"""The number of the entry that a problem is about (`_LAST` where there is none), and its description."""


def match(contents: Contents, bundle: str, logged: Logged, pinned: int | None = None) -> Iterator[Finding]:
    """Yield the findings. `bundle` is the bundle's content identifier, `pinned` the last entry under a given head."""
    number = contents.proposal.number
    if odd := list(_unusable(contents, logged)):
        yield from judged("log and proposal", odd, "")
        return
    began = "as it stood when the log began" if logged.stood else "from its submission"
    yield from judged("log and proposal", _ordered(_steps(contents, logged)), f"number {number}, {began} to its count")
    yield from judged("log and text", _ordered(_texts(contents, logged)), contents.cid)
    since = "" if logged.begins == 1 else f" from entry {logged.first} on"
    yield from judged(
        "log and ballots",
        _ordered(_ballots(contents, logged)),
        f"{len(contents.ballots):,}, each the last of its wallet; none that was logged{since} is missing",
    )
    yield from judged("log and recusals", _ordered(_recusals(contents, logged)), f"{len(logged.recused()):,} wallets")
    cast = sum(via is not None for via in contents.via)
    yield from judged("log and delegates", _ordered(_delegates(contents, logged)), f"{cast:,} ballots cast by them")
    yield from judged("log and result", _ordered(_result(contents, bundle, logged)), f"{bundle}, {contents.root}")
    yield from _left(contents, logged, pinned)


def _ordered(problems: Iterable[Problem]) -> list[str]:
    return [words for _, words in sorted(problems, key=lambda problem: problem[0])]


def _unusable(contents: Contents, logged: Logged) -> Iterator[str]:
    """Return why this log cannot be compared with the bundle at all, or nothing."""
    guild, number = str(contents.proposal.guild), contents.proposal.number
    if logged.odd is not None:
        yield f"entry {logged.odd}: it says something in a way in which nothing is logged"
    elif logged.guild is not None and logged.guild != guild:
        yield f"entry 1: the log is of server {logged.guild[:30]}, the bundle of {guild}"
    elif not logged.stood and not any(step.kind == Kind.SUBMITTED for step in logged.steps):
        yield (
            f"no entry says that proposal {number} was submitted"
            if logged.begins in (1, None)
            else f"the log given begins with entry {logged.begins}, behind the submission of proposal {number}: "
            "give its files from the first on"
        )


def _steps(contents: Contents, logged: Logged) -> Iterator[Problem]:
    number, moment = contents.proposal.number, contents.proposal.submitted_at or 0
    if logged.stood and not logged.before(moment):
        yield (
            1,
            f"entry 1: the log began at {logged.began} with proposal {number}, which was submitted at {moment} only",
        )
    if not logged.closed():
        yield _LAST, f"no entry up to {logged.last} says that proposal {number} was counted"
    submitted, counted = 0, min((step.seq for step in logged.closed()), default=_LAST)
    for step in logged.steps:
        if not submitted and not logged.stood and step.kind != Kind.SUBMITTED:
            yield step.seq, f"entry {step.seq}: it is about proposal {number}, which was not submitted yet"
        match step.kind:
            case Kind.EDITED | Kind.RECUSED if step.seq > counted:
                yield step.seq, f"entry {step.seq}: proposal {number} was counted before it"
            case Kind.SUBMITTED:
                submitted += 1
                if submitted > 1 or logged.stood:
                    yield step.seq, f"entry {step.seq}: it submits proposal {number} again"
                elif step.at != moment:
                    yield step.seq, f"entry {step.seq}: submitted at {step.at}, the bundle says {moment}"
            case Kind.WITHDRAWN | Kind.DELETED:
                yield step.seq, f"entry {step.seq}: proposal {number} was taken back; it is not to be counted"
            case _:
                pass


def _texts(contents: Contents, logged: Logged) -> Iterator[Problem]:
    """Check the content identifiers in the log: edits change them before voting opens, nothing does afterwards."""
    terms = contents.proposal.terms
    start = terms.start if terms else 0
    casts = (voter.casts[0].seq for voter in logged.voters.values() if voter.casts)
    opened = min([*casts, *(step.seq for step in logged.steps if step.kind == Kind.OPENED)], default=_LAST)
    named: object = None
    if logged.steps and (last := logged.steps[-1]).said.get("cid") != contents.cid:
        yield last.seq, f"entry {last.seq}: it is about {_brief(last.said.get('cid'))}, the bundle about {contents.cid}"
    for step in logged.steps:
        cid = step.said.get("cid")
        if step.kind in (Kind.SUBMITTED, Kind.EDITED) and not isinstance(cid, str):
            yield step.seq, f"entry {step.seq}: it does not say what text it is about"
        if step.kind == Kind.EDITED and (step.seq > opened or step.at > start + CLOCK_SKEW):
            yield step.seq, f"entry {step.seq}: the text was changed when voting was open"
        elif step.kind not in (Kind.SUBMITTED, Kind.EDITED) and named is not None and cid != named:
            yield step.seq, f"entry {step.seq}: it is about {_brief(cid)}, and no entry says that the text was changed"
        named = cid


def _ballots(contents: Contents, logged: Logged) -> Iterator[Problem]:
    recused, met = _recused(contents, logged), set[str]()
    end = contents.proposal.terms.end if contents.proposal.terms else 0
    for ballot in contents.ballots:
        met.add(ballot.wallet)
        voter = logged.voters.get(ballot.wallet)
        name = f"ballot of {ballot.wallet}"
        if voter is None or not voter.casts:
            yield _LAST, f"{name}: no entry says that it was cast"
        elif voter.dropped is not None:
            yield voter.dropped, f"{name}: entry {voter.dropped} says that it counts no more"
        elif ballot.wallet in recused:
            yield voter.casts[-1].seq, f"{name}: the log says that this wallet takes no part"
        else:
            yield from _ballot(ballot, contents.cid, voter, end, logged)
    for wallet, voter in logged.voters.items():
        if wallet not in met and voter.casts and voter.dropped is None and wallet not in recused:
            seq = voter.casts[-1].seq
            yield seq, f"ballot of {wallet}: entry {seq} says that it was cast, and the bundle lacks it"
    for seq, wallet in logged.unfounded:
        yield seq, f"entry {seq}: whoever made it can neither cast nor drop a ballot of {wallet[:60]}"
    yield from chain(divided_presses(contents, logged), replaced_by_older(logged), left_behind(contents, logged))
    counting = {voter.casts[-1].seq for wallet, voter in logged.voters.items() if wallet in met and voter.casts}
    yield from late_presses(counting, end, logged)
    for seq in logged.early:
        yield seq, f"entry {seq}: it is about ballots, and the proposal was not submitted before it"
    for seq in logged.late:
        yield seq, f"entry {seq}: it is about ballots, and the count was made before it"


def _recused(contents: Contents, logged: Logged) -> Collection[str]:
    """Return the recused wallets. Recusals from before the log began are known from the bundle alone."""
    early = (wallets for wallets, recusal in _stated(contents).items() if logged.before(recusal.at))
    return {*logged.recused(), *chain.from_iterable(early)}


def _ballot(ballot: Ballot, proposal: str, voter: Voter, end: int, logged: Logged) -> Iterator[Problem]:
    last, made = voter.casts[-1], ballot_commitment(proposal, ballot)
    name = f"ballot of {ballot.wallet}"
    if last.said["commitment"] != made:
        earlier = next((cast for cast in voter.casts if cast.said["commitment"] == made), None)
        words = (
            f"it is the one of entry {earlier.seq}, which entry {last.seq} replaced"
            if earlier
            else f"it is not the one of entry {last.seq}"
        )
        yield last.seq, f"{name}: {words}"
        return
    if not agrees(last.said, signature_marks(ballot)):
        yield last.seq, f"{name} signed: it is not as entry {last.seq} says"
    if last.said["scores"] != [str(score) for score in ballot.scores]:
        yield last.seq, f"{name} scores: they are not as the log says since entry {last.seq}"
    yield from _moment(ballot, last, end, logged)


def _moment(ballot: Ballot, cast: Cast, end: int, logged: Logged) -> Iterator[Problem]:
    """Check when a ballot was cast: not before its entry says, nor after the log's begin if it is from before."""
    if cast.at is None:
        if not logged.before(ballot.cast_at):
            stood = f"entry {cast.seq} has it as it stood at {logged.began}"
            yield cast.seq, f"ballot of {ballot.wallet} at: it says {ballot.cast_at}, {stood}"
        return
    if cast.at != ballot.cast_at:
        yield cast.seq, f"ballot of {ballot.wallet} at: it says {ballot.cast_at}, entry {cast.seq} is of {cast.at}"
    if late := cast.late(end):
        yield cast.seq, f"ballot of {ballot.wallet}: entry {cast.seq} was made {late:,} s after the end at least"


def _recusals(contents: Contents, logged: Logged) -> Iterator[Problem]:
    stated, end = _stated(contents), contents.proposal.terms.end if contents.proposal.terms else 0
    for person, out in logged.out.items():
        recusal = stated.pop(out.wallets, None)
        name = f"recusal of {', '.join(sorted(out.wallets)) or 'nobody'}"
        if recusal is None:
            yield out.seq, f"{name}: entry {out.seq} says so, and the bundle does not"
            continue
        if recusal.at != out.at:
            yield out.seq, f"{name} at: it says {recusal.at}, entry {out.seq} is of {out.at}"
        if late := out.late(end):
            yield out.seq, f"{name}: entry {out.seq} was made {late:,} s after the end at least"
        if recusal.alone != out.alone and person not in logged.forgotten:
            yield out.seq, f"{name} by: it is not whom entry {out.seq} names"
    for wallets, recusal in stated.items():
        if not logged.before(recusal.at):
            yield _LAST, f"recusal of {', '.join(sorted(wallets)) or 'nobody'}: no entry says so"


def _stated(contents: Contents) -> dict[frozenset[str], Recusal]:
    return {
        frozenset(str(wallet.address) for wallet in recusal.wallets): recusal for recusal in contents.proposal.recusals
    }


def _delegates(contents: Contents, logged: Logged) -> Iterator[Problem]:
    for ballot, via in zip(contents.ballots, contents.via, strict=True):
        voter = logged.voters.get(ballot.wallet)
        if voter is None or not voter.casts:
            continue
        last = voter.casts[-1]
        said = last.said.get("via")
        if via != said and not (via == "" and said in logged.forgotten):
            yield last.seq, f"ballot of {ballot.wallet} via: entry {last.seq} names {_whom(said)}, it {_whom(via)}"


def _whom(reference: object) -> str:
    return "nobody" if reference is None else f"delegate {str(reference)[:32] or 'unknown'}"


def _brief(value: object) -> str:
    return str(value)[:80]


def _result(contents: Contents, bundle: str, logged: Logged) -> Iterator[Problem]:
    outcome, superseded = contents.sections["outcome"], contents.sections["superseded"]
    for step in islice(logged.closed(), 1, None):
        yield step.seq, f"entry {step.seq}: it says again that the proposal was counted"
    for step in islice(logged.closed(), 1):
        for name, stated in (
            ("bundle", bundle),
            ("root", contents.root),
            ("verdict", outcome.get("verdict")),
            ("ballots", len(contents.ballots)),
        ):
            if step.said.get(name) != stated:
                yield step.seq, f"{name}: entry {step.seq} says {_brief(step.said.get(name))}, it is {stated}"
        if step.at != contents.counted_at:
            yield step.seq, f"counted_at: it says {contents.counted_at}, entry {step.seq} is of {step.at}"
        if logged.superseded() != superseded:
            yield step.seq, f"superseded: it says {superseded}, by the log it is {logged.superseded()}"


def _left(contents: Contents, logged: Logged, pinned: int | None) -> Iterator[Finding]:
    """Say what could not be matched, and why."""
    nameless = sum(via == "" for via in contents.via)
    if nameless:
        yield unchecked("log and delegates", f"{nameless:,} ballots were cast by a delegate who was forgotten since")
    blurred = [person for person in logged.out if person in logged.forgotten]
    if blurred:
        yield unchecked("log and recusals", f"who asked for {len(blurred):,}: the person was forgotten since")
    before = _stated(contents).keys() - {out.wallets for out in logged.out.values()}
    if early := sum(logged.before(_stated(contents)[wallets].at) for wallets in before):
        yield unchecked("log and recusals", f"{early:,} from before the log began")
    met = (logged.voters.get(ballot.wallet) for ballot in contents.ballots)
    casts = [voter.casts[-1] for voter in met if voter and voter.casts]
    if stood := sum(cast.at is None for cast in casts):
        yield unchecked("log and ballots", f"when {stood:,} were cast, which the log began with")
    yield from by_other_clocks(contents, casts, logged)
    last = [cast.seq for cast in casts]
    if pinned is not None and (behind := sum(seq > pinned for seq in last)):
        yield unchecked(
            "log and heads", f"{behind:,} ballots stand behind the last head given (entry {pinned}): give a later one"
        )
    counted = min((step.seq for step in logged.closed()), default=0)
    if pinned is not None and counted > pinned:
        yield unchecked(
            "log and heads",
            f"that nothing was left out between the last head given (entry {pinned}) and the count (entry {counted}), "
            "which can be written anew together: give a later one",
        )
    if logged.begins != 1:
        yield unchecked(
            "log and ballots",
            f"what was logged before entry {logged.first}: ballots, recusals, an earlier submission; give the log's "
            "files from the first on",
        )
        yield unchecked("log and server", f"which one it is of: entry 1 says so, the file begins with {logged.begins}")
