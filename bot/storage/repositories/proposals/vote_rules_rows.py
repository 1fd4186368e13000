"""How the rules of votes, and recusals, are stored as JSON and read back exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any, cast

from bot.domain.proposals.vote_rules import Approval, Assurance, Rules, Settled, Share, VoteVisibility, Whole
from bot.domain.shared.types import Address, MemberId, Timestamp, Units
from bot.domain.voting import Base, QuorumCounts, Threshold, VotingType
from bot.domain.voting.recusal import FormerMember, Recusal, RecusedWallet
from bot.storage.repositories.shared.json_columns import from_json, to_json

_ALL = ""
"""The key of the rules for all voting systems."""


def from_space_rules(rules: Mapping[VotingType | None, Rules]) -> str:
    """Write a space's rules by voting system."""
    return to_json({voting or _ALL: from_rules(own) for voting, own in rules.items()})


def to_space_rules(text: str | None) -> dict[VotingType | None, Rules]:
    """Read what `from_space_rules` wrote."""
    entries: dict[str, dict[str, Any]] = from_json(text) if text else {}
    return {cast("VotingType", voting) if voting else None: to_rules(own) for voting, own in entries.items()}


def from_rules(rules: Rules | Settled) -> dict[str, object]:
    """Write the rules that are set, and leave out the others."""
    entry: dict[str, object] = {}
    if rules.quorum is not None:
        entry["quorum"] = _from_quorum(rules.quorum)
    if rules.counts is not None:
        entry["counts"] = rules.counts
    if rules.approval is not None:
        approval = rules.approval
        entry["approval"] = {"share": str(approval.share), "strict": approval.strict, "of": approval.of}
    if rules.shown is not None:
        entry["shown"] = rules.shown
    if rules.partial is not None:
        entry["partial"] = rules.partial
    if rules.assurance is not None:
        entry["assurance"] = rules.assurance
    return entry


def to_rules(entry: Mapping[str, Any]) -> Rules:
    """Read what `from_rules` wrote."""
    return Rules(
        quorum=_to_quorum(entry["quorum"]) if "quorum" in entry else None,
        counts=QuorumCounts(entry["counts"]) if "counts" in entry else None,
        approval=_to_approval(entry["approval"]) if "approval" in entry else None,
        shown=VoteVisibility(entry["shown"]) if "shown" in entry else None,
        partial=entry.get("partial"),
        assurance=Assurance(entry["assurance"]) if "assurance" in entry else None,
    )


def to_settled(entry: Mapping[str, Any]) -> Settled:
    """Read the rules of a vote; what is missing has its default."""
    found, plain = to_rules(entry), Settled()
    return Settled(
        quorum=plain.quorum if found.quorum is None else found.quorum,
        counts=found.counts or plain.counts,
        approval=found.approval or plain.approval,
        shown=found.shown or plain.shown,
        partial=bool(found.partial),
        assurance=found.assurance or plain.assurance,
    )


def from_threshold(threshold: Threshold) -> dict[str, object]:
    """Write a threshold."""
    return {
        "share": str(threshold.share),
        "base": threshold.base,
        "strict": threshold.strict,
        "votable": str(threshold.votable),
    }


def to_threshold(entry: Mapping[str, Any]) -> Threshold:
    """Read what `from_threshold` wrote."""
    return Threshold(
        share=Fraction(entry["share"]),
        base=Base(entry["base"]),
        strict=entry["strict"],
        votable=int(entry["votable"]),
    )


def from_recusals(recusals: Iterable[Recusal]) -> str | None:
    """Write recusals; None where there are none."""
    entries = [
        {
            "member": recusal.member,
            "by": recusal.by,
            "at": recusal.at,
            "wallets": [
                [wallet.address, str(wallet.power), str(wallet.supply), str(wallet.linked)]
                for wallet in recusal.wallets
            ],
            **({"former": asdict(recusal.former)} if recusal.former else {}),
            **({"moderated": True} if recusal.moderated else {}),
        }
        for recusal in recusals
    ]
    return to_json(entries) if entries else None


def to_recusals(text: str) -> tuple[Recusal, ...]:
    """Read what `from_recusals` wrote."""
    return tuple(
        Recusal(
            member=MemberId(entry["member"]),
            by=MemberId(entry["by"]),
            at=Timestamp(entry["at"]),
            wallets=tuple(
                RecusedWallet(
                    address=Address(address),
                    power=Units(int(power)),
                    supply=Units(int(supply)),
                    linked=Units(int(linked)),
                )
                for address, power, supply, linked in entry["wallets"]
            ),
            former=FormerMember(**entry["former"]) if "former" in entry else None,
            moderated=entry.get("moderated", False),
        )
        for entry in from_json(text)
    )


def _from_quorum(quorum: str | Share) -> object:
    return {"share": str(quorum.share), "of": quorum.of} if isinstance(quorum, Share) else quorum


def _to_quorum(entry: str | Mapping[str, str]) -> str | Share:
    if isinstance(entry, str):
        return entry
    return Share(share=Fraction(entry["share"]), of=Whole(entry["of"]))


def _to_approval(entry: Mapping[str, Any]) -> Approval:
    of = entry["of"]
    return Approval(
        share=Fraction(entry["share"]), strict=entry["strict"], of=Base(of) if of in tuple(Base) else Whole(of)
    )
