"""The second half of the story: what anybody can check without trusting the bot."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.demo.acting import Answer, press, type_command
from bot.demo.chain.json_rpc import Rpc
from bot.demo.node import serving
from bot.demo.page.demo_pages import open_pages
from bot.demo.people import ADA, BEN, CHIARA, ESRA, MARA, Person
from bot.demo.stage import CHAIN, Stage
from bot.demo.story.chapter import Chapter
from bot.demo.story.message_texts import said
from bot.demo.story.transcript import Transcript
from bot.demo.story.verify_process import Checked, verify
from bot.demo.story.web_actions import address_in, cast_there, link_there, look, signed_ballot, text_to_sign
from bot.demo.world import DAY, SAFE, card, edit, submit, write
from bot.domain.proposals.proposal import GRACE, State

SECOND = 2
"""The proposal's number."""
FOR, AGAINST = 1, 2
_HASH = re.compile(r"[0-9a-f]{64}")


class Proof(Chapter):
    """The chapters on wallets' own signatures, and on files that prove; `folder` belongs to an independent checker."""

    def __init__(self, stage: Stage, say: Transcript, *, port: int, folder: Path) -> None:
        super().__init__(stage, say)
        self._port, self._folder = port, folder
        self._bundle, self._head = "", ""
        self._posted: Sequence[str] = ()

    async def a_page(self) -> None:
        """A wallet is linked on a web page, by its own signature and once."""
        self.say.heading("A wallet is linked on a web page")
        self.say.act(ESRA.display, "/wallet link")
        led = await type_command(self.stage, ESRA, "wallet link", where="hall")
        self.private(ESRA, led)
        address = address_in(led)
        async with open_pages(self.stage, self._port):
            _, page = await look(address)
            self.say.check("the page names her account and the server", holds="esra" in page and "Hearthspan" in page)
            text = await text_to_sign(address, ESRA.wallet)
            self.say.act(ESRA.display, "is handed a signature of Ben's for her page")
            refused = await link_there(address, text, BEN.sign(text.facts["text"]))
            self.say.note(f"The page: {refused.words}")
            self.say.check("it links nothing", holds=not refused.ok and not await self.facts.wallets(ESRA))
            self.say.act(ESRA.display, "signs the text with her own wallet")
            text = await text_to_sign(address, ESRA.wallet)
            linked = await link_there(address, text, ESRA.sign(text.facts["text"]))
            mine = await self.facts.wallets(ESRA) == [ESRA.wallet]
            self.say.check("the wallet is hers", holds=linked.ok and mine)
            status, _ = await look(address)
            self.say.check("the page's address is good for nothing any more", holds=status == 410)  # noqa: PLR2004 - gone
        await self.stage.work()

    async def a_text_changes(self) -> None:
        """A text changes before voting opens, and everybody can see how."""
        self.say.heading("A text changes, while it may")
        await type_command(self.stage, MARA, "config voting", where="moderators", delay="1d")
        self.say.act(ADA.display, "/proposal new, with signed ballots; presses Submit")
        await submit(
            self.stage, ADA, await write(self.stage, ADA, replace(SAFE, body=SAFE.body.replace("five", "six")))
        )
        before = await self.facts.proposal(SECOND)
        self.say.act(ADA.display, "sees a mistake: /proposal edit")
        self.private(ADA, await edit(self.stage, ADA, SECOND, SAFE))
        after = await self.facts.proposal(SECOND)
        told = self._thread(after.thread)
        self.public("the thread under its card", told)
        shown = "- " in said(told) and "six" in said(told) and "five" in said(told)
        self.say.check("the thread shows what was, and what is", holds=shown)
        self.say.check(
            "the text has another content identifier, and the button Proof shows it",
            holds=before.cid != after.cid
            and (after.cid or "") in said(await press(self.stage, BEN, card(self.stage), "Proof")),
        )
        await self.stage.pass_time(DAY)
        self.say.act(ADA.display, "/proposal edit, after voting opened")
        late = await type_command(self.stage, ADA, "proposal edit", where="hall", proposal=SECOND)
        self.private(ADA, late)
        self.say.check("the text is fixed now", holds=late.modal is None)

    async def signed_ballots(self) -> None:
        """Ballots are signed by their wallets; each signature holds for its own ballot only."""
        self.say.heading("Wallets sign their ballots")
        self.public("proposals", card(self.stage))
        async with open_pages(self.stage, self._port):
            led = await self._led(ADA, "For", show=True)
            self.say.check("a press alone is no vote here", holds=not await self.facts.ballots(SECOND))
            ballot = await signed_ballot(led, ADA, FOR)
            self.say.act("Somebody", "sends what Ada's wallet signed, but marks Against")
            forged = await cast_there(led, ballot | {"mark": AGAINST})
            self.say.note(f"The page: {forged.words}")
            stored = await self.facts.ballots(SECOND)
            self.say.check(
                "the signature is for what it says, and nothing is stored", holds=not forged.ok and not stored
            )
            self.say.act(ADA.display, "signs For with her wallet, on the page")
            told = await cast_there(led, ballot)
            self.say.note(f"The page: Your ballot is stored: {told.facts.get('mark')}, {told.facts.get('power')}")
            for person, label, mark in ((BEN, "Against", AGAINST), (CHIARA, "For", FOR), (ESRA, "For", FOR)):
                address = await self._led(person, label)
                await cast_there(address, await signed_ballot(address, person, mark))
        self.say.act(ADA.display, "/vote status")
        status = await type_command(self.stage, ADA, "vote status", where="hall", proposal=SECOND)
        self.private(ADA, status)
        self.say.check("Discord tells her the same", holds="**For**" in said(status) and "signed it" in said(status))
        self.say.note("Ben, Chiara and Esra sign theirs.")
        signed = {each.wallet: each.signed is not None for each in await self.facts.ballots(SECOND)}
        expected = {person.wallet: True for person in (ADA, BEN, CHIARA, ESRA)}
        self.say.check("four ballots are stored, each with its wallet's signature", holds=signed == expected)
        await self.stage.work()

    async def a_bundle(self) -> None:
        """The result is posted with its bundle, which anybody can check with only a node's address."""
        self.say.heading("The result proves itself")
        await self.stage.pass_time(3 * DAY + GRACE)
        proposal = await self.facts.proposal(SECOND)
        self.say.check("it is counted", holds=proposal.state(self.stage.clock.now()) is State.CLOSED)
        announced = self.stage.channels["announcements"].last_message
        self.public("announcements", announced)
        self._bundle = await self._keep(announced)
        self.say.act(BEN.display, "Proof")
        proof = await press(self.stage, BEN, announced, "Proof")
        self.private(BEN, proof)
        root = next(iter(_HASH.findall(said(proof))), "")
        self._posted = ("--root", root, "--cid", next(iter(re.findall(r"\bbafkrei\w+", said(proof))), ""))
        self.say.act(BEN.display, "/vote receipt")
        answer = await type_command(self.stage, BEN, "vote receipt", where="hall", proposal=SECOND)
        self.private(BEN, answer)
        receipt = await self._keep(answer.response)
        self.say.note("On another machine there are these two files, and the address of a node of the chain.")
        checked = await self._verify(self._bundle, *self._posted, "--receipt", receipt)
        self.say.output("folkmoot verify", [f"$ folkmoot verify {self._bundle} --root … --rpc …", "", *checked.lines])
        self.say.check("all holds, the power of every wallet at the block included", holds=checked.code == 0)
        signatures = any("holds" in line and "signatures" in line for line in checked.lines)
        self.say.check("and so do the signatures", holds=signatures)

    async def a_changed_byte(self) -> None:
        """One digit of one ballot is changed, and the check finds it."""
        self.say.act("Somebody", "turns Ben's Against into a For in the file: one byte")
        content = gzip.decompress((self._folder / self._bundle).read_bytes())
        at = content.index(BEN.wallet.encode())
        begin = content.rindex(b'"mark":2', 0, at)
        (self._folder / "changed.json").write_bytes(content[:begin] + b'"mark":1' + content[begin + 8 :])
        checked = await self._verify("changed.json", *self._posted)
        self.say.output("folkmoot verify", ["$ folkmoot verify changed.json --root … --rpc …", "", *checked.failed])
        named = any(BEN.wallet in line for line in checked.failed)
        self.say.check("it does not hold, and the ballot is named", holds=checked.code == 1 and named)

    async def the_log(self) -> None:
        """The log of every decision is exported, and checked against a head that was posted."""
        self.say.heading("Every decision is in a log")
        moderators = self.stage.channels["moderators"]
        await type_command(self.stage, MARA, "config channels", where="moderators", audit=moderators)
        await self.stage.work()
        posted = moderators.last_message
        self.public("moderators", posted)
        self._head = next(iter(_HASH.findall(said(posted))), "")
        await self._check_log("all holds, up to the head that was posted")
        self.say.act(MARA.display, "/audit verify")
        answer = await type_command(self.stage, MARA, "audit verify", where="moderators")
        self.private(MARA, answer)
        self.say.check("so does all that is stored", holds="The log holds" in said(answer))

    async def one_is_forgotten(self) -> None:
        """A member's data are erased, and every proof still holds."""
        self.say.heading("A member is forgotten")
        self.say.act(ESRA.display, "/privacy forget")
        asked = await type_command(self.stage, ESRA, "privacy forget", where="hall")
        self.private(ESRA, asked)
        self.say.check("nothing goes before she confirms", holds=self.facts.stands_in_database(ESRA))
        self.say.act(ESRA.display, "presses Forget me here")
        self.private(ESRA, await press(self.stage, ESRA, asked.response, "Forget me here"))
        await self.stage.work()
        self.say.check("her Discord id stands nowhere in the database", holds=not self.facts.stands_in_database(ESRA))
        counted = {ballot.wallet for ballot in await self.facts.ballots(SECOND)}
        self.say.check("her ballot stays, as that of a wallet", holds=ESRA.wallet in counted)
        await self._check_log("the log still verifies, with the head from before")
        checked = await self._verify(self._bundle, *self._posted)
        self.say.check("and so does the result", holds=checked.code == 0)

    async def _led(self, person: Person, label: str, *, show: bool = False) -> str:
        """Press a choice, and return the address of the page to which the answer's button leads."""
        answer = await press(self.stage, person, card(self.stage), label)
        if show:
            self.say.act(person.display, f"presses {label}")
            self.private(person, answer)
        return address_in(answer)

    async def _check_log(self, promise: str) -> None:
        self.say.act(MARA.display, "/audit export")
        answer: Answer = await type_command(self.stage, MARA, "audit export", where="moderators")
        self.private(MARA, answer)
        name = await self._keep(answer.response)
        checked = await verify(self._folder, "--log", name, "--head", self._head)
        self.say.output("folkmoot verify", [f"$ folkmoot verify --log {name} --head …", "", *checked.lines])
        self.say.check(promise, holds=checked.code == 0)

    async def _verify(self, *arguments: str) -> Checked:
        async with serving(Rpc(self.stage.ledger.evm)) as port:
            return await verify(self._folder, *arguments, "--rpc", f"{CHAIN}=http://127.0.0.1:{port}")

    async def _keep(self, message: Any) -> str:  # noqa: ANN401 - a message
        """Save a message's file into the checker's folder, and return its name."""
        (file,) = [one for one in message.attachments if not one.filename.endswith(".png")]
        content: bytes = await file.read()
        (self._folder / file.filename).write_bytes(content)
        return str(file.filename)

    def _thread(self, number: int | None) -> Any:  # noqa: ANN401 - simcord's message
        """Return the newest message in a proposal's thread."""
        threads = {thread.id: thread for thread in self.stage.channels["proposals"].threads}
        return threads[number].last_message
