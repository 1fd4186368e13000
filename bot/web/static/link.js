// The page of /wallet link: choose a wallet, read the text, sign it; take it over if it is linked to somebody else.

import { Chooser } from "./chooser.js";
import { part, say, Steps } from "./steps.js";
import { tell } from "./server.js";
import { chainOf, sign } from "./wallets.js";

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
      const signature = await sign(chooser.provider, text, address);
      say("One moment: the signature is being checked.");
      try {
        finish(await tell("signature", { nonce, signature }));
      } catch (problem) {
        if (problem.kind !== "taken") throw problem;
        part("taken").textContent = address;
        steps.show("moving");
      }
    },
    () => {
      steps.show("signing");
      return prove();
    },
  );
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
