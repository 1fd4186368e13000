"""Holds a bundle that was verified against a whole log, by what docs/proof.md says of entries."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from tests.second_verifier.bundle import Verified, commitment
from tests.second_verifier.hashes import canonical, digest, identifier

_VOTES = {
    "log begun": {"cast", "dropped"},
    "ballots cast": {"cast", "dropped", "rescored"},
    "member recused": {"dropped", "rescored"},
    "proposal closed": {"rescored"},
}


def hold(verified: Verified, entries: Sequence[dict[str, Any]], head: str) -> None:
    """Name in `verified` what does not agree with the entries, in order from the first on."""
    log = _Log(verified)
    for place, entry in enumerate(entries, start=1):
        log.take(place, entry)
    log.end(head)


class _Log:
    def __init__(self, verified: Verified) -> None:
        self.verified, self.same, self.number = verified, verified.same, verified.document["number"]
        self.hash, self.beginning, self.latest = b"\x00" * 32, True, 0
        self.hashes: set[str] = set()
        self.pressed = 0
        self.last: dict[str, dict[str, Any]] = {}
        self.cast, self.stood = 0, False
        self.dropped: set[str] = set()
        self.recused: dict[str, list[Any]] = {}
        self.forgotten: set[str] = set()
        self.kinds: list[str] = []
        self.cid: str | None = None
        self.pressed_at: dict[tuple[str, str], int] = {}
        """By wallet and who cast its ballot, the time of the last unsigned one."""
        self.newest: dict[str, int] = {}
        """By who pressed, their last entry that casts nothing signed."""

    def take(self, place: int, entry: dict[str, Any]) -> None:
        content = entry["entry"]
        self.hash = sha256(self.hash + canonical(content)).digest()
        self.hashes.add(self.hash.hex())
        self.same(f"entry {place}", [entry["hash"], content["seq"]], [self.hash.hex(), place])
        begun = content["kind"] == "log begun"
        self.holds(f"entry {place} begins", self.beginning if begun or place == 1 else True)
        self.holds("the first entry", begun or place > 1)
        self.beginning = self.beginning and begun
        if begun:
            self.same("server", content["guild"], self.verified.document["guild"])
            self.stood = self.stood or f"proposal/{self.number}" in content.get("rows", {})
        if content["kind"] == "member forgotten":
            self.forgotten.add(content["by"])
        if content.get("proposal") == self.number:
            self.step(content)
        votes = content.get("votes", {})
        self.holds(f"entry {place} votes", votes.keys() <= {"proposal"} | _VOTES.get(content["kind"], set()))
        about = content.get("proposal", votes.get("proposal"))
        self.holds(f"entry {place} votes on what it is about", not votes or votes["proposal"] == about)
        if votes.get("proposal") == self.number:
            self.votes(f"entry {place} ballots", content, votes)
        self.latest = max(self.latest, content["at"])
        if content["kind"] == "ballots cast" and not any({"sealed", "signed"} & one.keys() for one in votes["cast"]):
            self.pressed = max(self.pressed, content["at"])

    def holds(self, name: str, true: object) -> None:
        self.same(name, bool(true), computed=True)

    def step(self, content: dict[str, Any]) -> None:
        kind, start = content["kind"], self.verified.document["window"]["start"]
        named = isinstance(content.get("cid"), str) or kind not in ("proposal submitted", "proposal edited")
        self.holds("names the text", named)
        self.holds("not taken back", kind not in ("proposal withdrawn", "proposal deleted"))
        self.holds("submitted first", self.stood or "proposal submitted" in [*self.kinds, kind])
        counted = "proposal closed" in self.kinds
        self.holds("nothing behind the count", not counted or kind not in ("proposal edited", "member recused"))
        if kind == "proposal submitted":
            self.same("submitted", content["at"], self.verified.document["submitted_at"])
            self.holds("submitted once", not self.stood and kind not in self.kinds)
        elif kind == "proposal edited":
            opened = self.cast or "proposal opened" in self.kinds or content["at"] > start + 60
            self.holds("edited before voting", not opened)
        else:
            self.same("text", content["cid"], self.cid or content["cid"])
        self.cid = content["cid"]
        if kind == "member recused":
            member = content["about"]["member"]
            _, before, _ = self.recused.pop(member, [0, [], ""])
            by = "member" if content["by"] == member else "moderator"
            self.recused[member] = [content["at"], sorted({*before, *content["wallets"]}), by]
            latest = max(self.latest - content.get("ahead", 0), self.pressed)
            self.holds("recused late", latest <= self.verified.document["window"]["end"] + 120)
        if kind == "proposal closed":
            self.closed(content)
        self.kinds.append(kind)

    def closed(self, content: dict[str, Any]) -> None:
        verified, bundle = self.verified, self.verified.bundle
        stated = [content[name] for name in ("bundle", "root", "verdict", "ballots", "at")]
        computed = [identifier(verified.content), bundle["root"], bundle["outcome"]["verdict"]]
        self.same("closed", stated, [*computed, len(verified.ballots), bundle["counted_at"]])

    def votes(self, name: str, content: dict[str, Any], votes: dict[str, Any]) -> None:
        kind, by = content["kind"], content.get("by")
        told = kind == "log begun"
        self.holds(name, self.stood or "proposal submitted" in self.kinds)
        self.holds(name, kind == "proposal closed" or "proposal closed" not in self.kinds)
        about = [said["wallet"] for said in votes.get("cast", ())] + votes.get("dropped", [])
        if kind == "ballots cast":
            latest = max(self.latest - content.get("ahead", 0), self.pressed)
            self.holds("a press late", latest <= self.verified.document["window"]["end"] + 120)
            if not any({"sealed", "signed"} & one.keys() for one in votes.get("cast", ())):
                self.newest[by or ""] = content["seq"]
        self.holds(name, told or len(about) == len(set(about)))
        for said in votes.get("cast", ()):
            self.holds(name, told or (by and said.get("via", said["member"]) == by))
            self.holds(name, told or not {by, said["member"]} & self.recused.keys())
            if "via" in said and not told:
                stands = [one for wallet, one in self.last.items() if wallet not in self.dropped and "via" not in one]
                own = [one for one in stands if said["wallet"] == one["wallet"] or said["member"] == one["member"]]
                self.holds(name, said["member"] != by and not own)
            if not told and not {"sealed", "signed"} & said.keys():
                caster = (said["wallet"], said.get("via", said["member"]))
                self.holds(name, content["at"] >= self.pressed_at.get(caster, 0))
                self.pressed_at[caster] = content["at"]
            at = None if told else content["at"]
            latest = max(self.latest - content.get("ahead", 0), self.pressed)
            self.last[said["wallet"]] = {"scores": None} | said | {"at": at, "latest": latest, "entry": content["seq"]}
            self.cast += 1
            self.dropped.discard(said["wallet"])
        for wallet in votes.get("dropped", ()):
            said = self.last.get(wallet, {}) if wallet not in self.dropped else {}
            recused = kind == "member recused"
            who = content["about"]["member"] if recused else by
            whose = [said.get("via"), *([] if recused else [said.get("member")])]
            self.holds(name, told or (who and said.get("via") and who in whose))
            self.holds(name, told or recused or votes.get("cast"))
            self.dropped.add(wallet)
        for wallet, scores in votes.get("rescored", {}).items():
            if wallet in self.last and wallet not in self.dropped:
                self.last[wallet] |= {"scores": scores}

    def end(self, head: str) -> None:
        bundle, counting = self.verified.bundle, self.last.keys() - self.dropped
        self.holds("head", head in self.hashes)
        self.same("counted once", self.kinds.count("proposal closed"), 1)
        self.same("text", self.cid, self.verified.proposal)
        self.holds("submission", self.stood or "proposal submitted" in self.kinds)
        self.same("superseded", bundle["superseded"], self.cast - len(counting))
        out = {wallet for _, wallets, _ in self.recused.values() for wallet in wallets}
        if self.stood:
            out |= {wallet["wallet"] for recusal in bundle["recusals"] for wallet in recusal["wallets"]}
        self.same("logged ballots", [ballot["wallet"] for ballot in self.verified.ballots], sorted(counting - out))
        if not self.stood:
            told = [[one["at"], sorted(w["wallet"] for w in one["wallets"])] for one in bundle["recusals"]]
            self.same("logged recusals", told, [[at, wallets] for at, wallets, _ in self.recused.values()])
            said = {member: by for member, (_, _, by) in self.recused.items()}
            for recusal, (member, by) in zip(bundle["recusals"], said.items(), strict=False):
                self.holds("recused by", recusal["by"] == by or member in self.forgotten)
        stand = {wallet: self.last[wallet] for wallet in counting - out}
        own = {self.last[wallet].get("member") for wallet in counting if "via" not in self.last[wallet]}
        for wallet, said in stand.items():
            owner, via = said.get("member") or None, said.get("via") or None
            self.holds(f"{wallet} and recusals", not {owner, via} & self.recused.keys())
            self.holds(f"{wallet} taken back", via is None or owner is None or owner not in own)
            self.holds(f"{wallet} left as it was", self.newest.get(via or "", 0) <= said["entry"] or via is None)
        presses = set()
        for ballot in self.verified.ballots:
            if ballot["wallet"] in self.last:
                said = self.last[ballot["wallet"]]
                self.ballot(ballot, said)
                presses |= set() if said["at"] is None else {(said["entry"], ballot["receipt"])}
        for part in (0, 1):
            self.same("a press an entry", len({press[part] for press in presses}), len(presses))

    def ballot(self, ballot: dict[str, Any], said: dict[str, Any]) -> None:
        end = self.verified.document["window"]["end"]
        stated = [said["commitment"], said["scores"]]
        self.same("logged", stated, [commitment(self.verified.proposal, ballot), ballot["scores"]])
        self.holds("logged at", said["at"] in (None, ballot["at"]))
        self.holds("logged late", said["at"] is None or said["latest"] <= end + 120)
        nameless = ballot.get("via") == "" and said.get("via") in self.forgotten
        self.holds("logged via", said.get("via") == ballot.get("via") or nameless)
        seals = {name: said[name] for name in ("sealed", "signed") if name in said}
        self.same("logged signature", bool(seals), "signed" in ballot)
        if seals and "signed" in ballot:
            signed, block = ballot["signed"], ballot["signed"]["block"]
            sealed = signed["message"] | {
                "from": ballot["wallet"],
                "signature": signed["signature"][2:],
                "chain": int(signed["chain"]),
                "block": block and block | {"chain": int(signed["chain"])},
            }
            computed = {"sealed": digest(sealed | {"receipt": ballot["receipt"]}), "signed": digest(sealed)}
            self.same("logged signature", seals, {name: computed[name] for name in seals})
