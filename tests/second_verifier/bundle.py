"""Verifies a bundle, its receipts and its log by what docs/proof.md says; what is false is returned by name."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.second_verifier.counting import exact_weights, tally
from tests.second_verifier.deciding import outcome, settled, standing
from tests.second_verifier.hashes import (
    canonical,
    capitals,
    choice_of,
    digest,
    identifier,
    leaf,
    root,
    signer,
    sum_leaf,
    sum_node,
    sum_root,
    under,
)
from tests.second_verifier.words import sentence


def commitment(proposal: str, ballot: dict[str, Any]) -> str:
    return digest({"proposal": proposal, **{name: ballot[name] for name in ("at", "mark", "receipt", "wallet")}})


def line_of(ballot: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in ballot.items() if name != "check"}


BY_VOTERS = {
    "delegation",
    "delegation-with-cap",
    "delegation-with-overrides",
    "erc20-balance-of-delegation",
    "erc20-balance-of-quadratic-delegation",
    "erc20-votes-with-override",
    "erc20-balance-of-fixed-total",
}
"""Strategies of which a score depends on who else votes (docs/strategies.md)."""


def named(value: Any) -> set[str]:
    """Every name in strategies, also of those inside others."""
    if isinstance(value, dict):
        name = value.get("name")
        return ({name} if isinstance(name, str) else set()) | set[str]().union(*map(named, value.values()))
    return set[str]().union(*map(named, value)) if isinstance(value, list) else set()


class Verified:
    """What was found of a bundle: `false` names each field that is not what follows from the others."""

    def __init__(self, content: bytes) -> None:
        self.content, self.bundle = content, json.loads(content)
        self.document, self.proposal = self.bundle["proposal"]["document"], self.bundle["proposal"]["cid"]
        self.ballots, self.system = self.bundle["ballots"], self.document["voting"]
        self.false: list[str] = []
        self._hashes()
        for ballot in self.ballots:
            self._ballot(ballot)
        self._result()
        self._votable()

    def same(
        self,
        name: str,
        stated: object,
        computed: object,
    ) -> None:
        if canonical(stated) != canonical(computed):
            self.false.append(f"{name}: {stated} is {computed}"[:500])

    def _hashes(self) -> None:
        rest = {name: value for name, value in self.bundle.items() if name not in ("ballots", "root", "digests")}
        if canonical(self.bundle) != self.content:
            self.false.append("canonical form")
        self.same("digests", self.bundle["digests"], {name: digest(value) for name, value in rest.items()})
        self.same("proposal cid", self.proposal, identifier(canonical(self.document)))
        wallets = [ballot["wallet"] for ballot in self.ballots]
        self.same("wallets", wallets, sorted(set(wallets)))
        self.same("root", self.bundle["root"], root([leaf(line_of(ballot)) for ballot in self.ballots]).hex())

    def _ballot(self, ballot: dict[str, Any]) -> None:
        window, name = self.document["window"], f"ballot of {ballot['wallet']}"
        self.same(f"{name} check", ballot["check"], leaf(line_of(ballot)).hex()[:16])
        self.same(f"{name} scores", len(ballot["scores"]), len(self.document["strategies"]))
        self.same(f"{name} power", ballot["power"], str(sum(map(int, ballot["scores"]))))
        self.same(f"{name} at", window["start"] <= ballot["at"] <= window["end"], computed=True)
        self.same(f"{name} signed", "signed" in ballot, self.document["rules"]["assurance"] == "signed")
        if "signed" in ballot:
            self._signed(name, ballot, ballot["signed"], ballot["signed"]["message"])

    def _signed(self, name: str, ballot: dict[str, Any], signed: dict[str, Any], message: dict[str, Any]) -> None:
        written = {
            "from": capitals(ballot["wallet"]),
            "space": f"discord:{self.document['guild']}",
            "proposal": self.proposal,
            "choice": choice_of(self.system, ballot["mark"])[1],
            "reason": "",
            "app": "folkmoot",
            "timestamp": message["timestamp"],
            "metadata": message["metadata"],
        }
        self.same(f"{name} message", message, written)
        salted = re.fullmatch(r'\{("salt":"[0-9a-f]{32}")?\}', message["metadata"])
        self.same(f"{name} metadata", salted is not None, computed=True)
        self.same(f"{name} chain", signed["chain"] in self.document["snapshot"], computed=True)
        late = ballot["at"] - message["timestamp"]
        good = 600 if signed["block"] is None else 72 * 3600
        opened = self.document["window"]["start"] <= message["timestamp"]
        self.same(f"{name} timestamp", opened and 0 <= late <= good + 120, computed=True)
        if signed["block"] is None:
            self.same(f"{name} signer", signer(self.system, message, signed["signature"]), ballot["wallet"])

    def _result(self) -> None:
        document, bundle = self.document, self.bundle
        free = not document.get("voters") or not document["delegation"]
        self.same("delegation of restricted votes", free, computed=True)
        quorum, threshold = settled(document, {name: int(whole) for name, whole in document["wholes"].items()})
        asked = {"amount": str(quorum), "counts": document["rules"]["counts"]}
        self.same("quorum", document["quorum"], asked)
        self.same("threshold", document["threshold"], threshold)
        quorum, threshold, told = standing(document, bundle["recusals"])
        self.same("standing", bundle["standing"], told)
        counted = tally(document, self.ballots)
        self.same("tally", bundle["tally"], counted)
        decided = outcome(document, counted, quorum, threshold, exact_weights(document, self.ballots))
        told = decided | {"sentence": bundle["outcome"].get("sentence")}
        words = sentence(document, counted, told, bundle["schema"])
        self.same("outcome", bundle["outcome"], decided | {"sentence": words})

    def _votable(self) -> None:
        votable, whole = self.bundle["votable"], self.document["wholes"].get("linked wallets")
        if self.bundle["schema"] == "folkmoot/bundle/1":
            self.same("votable", str(sum(map(int, votable.values()))), whole or "0")
        elif whole is None:
            self.same("votable", votable, None)
        else:
            rest = int(votable["rest"]["sum"]), bytes.fromhex(votable["rest"]["hash"])
            total, top = sum_node(sum_root([sum_leaf(shown) for shown in votable["leaves"]]), rest)
            self.same("votable", [votable["sum"], votable["root"]], [str(total), top.hex()])
            self.same("votable sum", votable["sum"], whole)
            powers = {one["wallet"]: one["power"] for one in [*self._recused(), *self.ballots]}
            shown = {one["wallet"]: one["power"] for one in votable["leaves"]}
            if named(self.document["strategies"]) & BY_VOTERS:
                powers = {wallet: shown.get(wallet) for wallet in powers}
            self.same("votable leaves", shown, {wallet: powers.get(wallet) for wallet in sorted(shown)})

    def _recused(self) -> list[dict[str, str]]:
        return [wallet for recusal in self.bundle["recusals"] for wallet in recusal["wallets"]]

    def receipt(self, receipt: dict[str, Any]) -> None:
        self.same("receipt proposal", receipt["proposal"], self.proposal)
        wallets = [entry.get("line", entry)["wallet"] for entry in receipt["ballots"]]
        self.same("receipt of each once", 0 < len(wallets) == len(set(wallets)), computed=True)
        by_wallet = {ballot["wallet"]: ballot for ballot in self.ballots}
        for entry in receipt["ballots"]:
            if receipt["schema"] == "folkmoot/commitment/1":
                self.same("receipt commitment", entry["commitment"], commitment(self.proposal, entry))
                self.same("receipt ballot", entry["commitment"], commitment(self.proposal, by_wallet[entry["wallet"]]))
            else:
                line, place = entry["line"], entry["index"]
                self.same("receipt of", entry["of"], len(self.ballots))
                self.same("receipt line", line, line_of(self.ballots[place]))
                self.same("receipt root", receipt["root"], under(line, place, entry["of"], entry["path"]))
                self.same("receipt bundle", receipt["bundle"], identifier(self.content))
