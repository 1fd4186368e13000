// The page of /wallet link: choose a wallet, read the text, sign it; take it over if it is linked to somebody else.

import { Chooser } from "./chooser.js";
import { part, say, Steps } from "./steps.js";
import { tell } from "./server.js";
import { chainOf, proved, sign } from "./wallets.js";

const root = part("link");
const steps = new Steps(root, ["choosing", "signing", "moving", "done", "problem"], ["text", "input", "network"]);
const chooser = new Chooser(steps, prepare);
let chosen = null;

/** Get the text for an address and show all of it. */
async function prepare(address) {
  chosen = await tell("text", { address, chain: await chainOf(chooser.provider) });
  part("address").textContent = chosen.address;
  part("text").textContent = chosen.text;
  steps.show("signing");
}

async function prove() {
  const { address, text, nonce } = chosen;
  await steps.during(
    "Your wallet shows you the text. Compare it, and sign there.",
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
  say("One moment: the signature is being checked.");
  try {
    finish(await proved(signature, () => tell("signature", { nonce, signature })));
  } catch (problem) {
    const again = () => steps.during("One moment.", () => check(nonce, signature), again);
    if (problem.kind === "empty") problem.again = again;
    if (problem.kind !== "taken") throw problem;
    part("taken").textContent = chosen.address;
    steps.show("moving");
  }
}

/** Take a wallet over that was proved, and is linked to another member. */
async function move() {
  await steps.during("One moment.", async () => finish(await tell("move", { nonce: chosen.nonce })), move);
}

function finish(linked) {
  steps.over = true;
  part("before").hidden = true;
  part("foot").hidden = true;
  part("linked").textContent = linked.address;
  steps.show("done");
}

part("sign").addEventListener("click", prove);
part("move").addEventListener("click", move);
part("leave").addEventListener("click", () => chooser.show());
root.hidden = false;
steps.countDown(Number(root.dataset.left), "use /wallet link again");
