// The page of /wallet link: choose a wallet, read the text, sign it; take it over if it is linked to somebody else.

import { Chooser } from "./chooser.js";
import { part, say, Steps } from "./steps.js";
import { tell } from "./server.js";
import { Sharing } from "./sharing.js";
import { chainOf, proved, sign, WalletProblem } from "./wallets.js";
import { told } from "./words.js";

const root = part("link");
const steps = new Steps(root, ["choosing", "signing", "sharing", "moving", "done", "problem"], ["text", "input", "network"]);
const chooser = new Chooser(steps, (address) => (sharing.signing ? asOwner(address) : prepare(address)));
const sharing = new Sharing(steps, chooser, {
  words: (asked) => asked.text,
  done: finish,
  whole: (signature) => wholly(signature),
  back: () => chooser.show(),
});
let chosen = null;

/** Get the text for an address and show all of it. */
async function prepare(address) {
  chosen = await tell("text", { address, chain: await chainOf(chooser.provider) });
  sharing.ask(chosen);
  part("address").textContent = chosen.address;
  part("text").textContent = chosen.text;
  steps.show("signing");
}

async function prove() {
  const { address, text, nonce } = chosen;
  await steps.during(
    told("compare_text"),
    async () => {
      await check(nonce, await sign(chooser.provider, text, address));
    },
    () => {
      steps.show("signing");
      return prove();
    },
  );
}

/** Have what the wallet answered checked, and link the wallet, or ask whether it is to move. */
async function check(nonce, signature) {
  say(told("checking"));
  try {
    finish(await proved(signature, () => tell("signature", { nonce, signature })));
  } catch (problem) {
    const again = () => steps.during(told("moment"), () => check(nonce, signature), again);
    if (problem.kind === "empty") problem.again = again;
    elsewhere(problem);
  }
}

/** A wallet that is proved, and linked to another member, may move; what else is wrong is told. */
function elsewhere(problem) {
  if (problem.kind !== "taken") throw problem;
  part("taken").textContent = chosen.address;
  steps.show("moving");
}

/** Have an owner sign; the last one links the wallet. */
async function asOwner(address) {
  try {
    await sharing.signAs(address);
  } catch (problem) {
    elsewhere(problem);
  }
}

/** Take a signature of the whole wallet that was made elsewhere. */
async function wholly(signature) {
  await steps.during(told("moment"), () => check(chosen.nonce, signature), () => wholly(signature));
}

/** Begin with the address of a contract wallet that is in no browser. */
async function contract(address, chain) {
  await steps.during(
    told("moment"),
    async () => {
      chosen = await tell("text", { address, chain });
      if (!chosen.shared) throw new WalletProblem("no_contract");
      sharing.ask(chosen);
      sharing.show();
    },
    () => contract(address, chain),
  );
}

/** Go on with what waits for owners at this address. */
async function goOn(key) {
  await sharing.look(key);
  chosen = sharing.asked;
}

/** Take a wallet over that was proved, and is linked to another member. */
async function move() {
  await steps.during(told("moment"), async () => finish(await tell("move", { nonce: chosen.nonce })), move);
}

function finish(linked) {
  steps.over = true;
  part("before").hidden = true;
  part("foot").hidden = true;
  part("linked").textContent = linked.address;
  if (linked.vote) back(linked.vote, linked.shown);
  steps.show("done");
}

/** Lead back to the vote that was pressed on Discord before; `shown` where it waits there, filled in. */
function back(vote, shown) {
  for (const title of document.querySelectorAll(".vote-title")) title.textContent = told("vote_named", { vote: vote.number, title: vote.title });
  part("back-none").hidden = true;
  part(shown ? "back-shown" : "back-card").hidden = false;
  part("card").hidden = !vote.card;
  if (vote.card) part("card").href = vote.card;
}

part("sign").addEventListener("click", prove);
part("move").addEventListener("click", move);
part("leave").addEventListener("click", () => chooser.show());
part("contract")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const address = part("contract-address").value.trim();
  if (address) contract(address, Number(part("contract-chain").value));
  else say(told("address_first"));
});
root.hidden = false;
steps.countDown(Number(root.dataset.left));
if (root.dataset.waiting) goOn(root.dataset.waiting);
