// The step in which the owners of a contract wallet sign one after another, each in a browser of their own.

import { part, say } from "./steps.js";
import { tell } from "./server.js";
import { signOwner, WalletProblem } from "./wallets.js";
import { parts, told } from "./words.js";

const same = (one, other) => one.toLowerCase() === other.toLowerCase();

export class Sharing {
  /**
   * `words` writes what the wallet signs, `done` is called with what the server says once it has signed, `whole` with a
   * finished signature, `back` when another wallet is to be used.
   */
  constructor(steps, chooser, { words, done, whole, back }) {
    this.steps = steps;
    this.chooser = chooser;
    this.words = words;
    this.done = done;
    this.asked = null;
    this.signing = false;
    for (const id of ["look-owners", "look-odd"]) part(id).addEventListener("click", () => this.look(this.asked.shared.key));
    part("sign-owner").addEventListener("click", () => {
      this.#asOwner(true);
      chooser.show();
    });
    part("copy-owners").addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(location.href.split("#")[0]);
        say(told("copied_for_owners"));
      } catch {
        say(told("not_copied"));
      }
    });
    part("finished").addEventListener("submit", (event) => {
      event.preventDefault();
      const signature = part("finished-text").value.trim();
      if (signature) whole(signature);
      else say(told("paste_first"));
    });
    part("share").addEventListener("click", () => this.show());
    part("sharing-back").addEventListener("click", () => {
      this.leave();
      back();
    });
    part("other").addEventListener("click", () => this.leave());
  }

  /** What is asked of the wallet now; whether its owners may sign it one by one. */
  ask(asked) {
    this.asked = asked;
    part("share").hidden = !asked.shared;
  }

  leave() {
    this.#asOwner(false);
  }

  /** While an owner chooses a wallet, there is no other contract wallet to begin with. */
  #asOwner(signing) {
    this.signing = signing;
    const others = part("contracts-part");
    if (others) others.hidden = signing;
  }

  /** Show how far it is. */
  show(words = "") {
    const { shared } = this.asked;
    const { owners } = shared;
    part("shared-address").textContent = shared.address;
    part("shared-chain").textContent = shared.chain;
    part("shared-until").textContent = shared.until;
    part("shared-text").textContent = this.words(this.asked);
    part("shared-owners").hidden = !owners;
    part("shared-odd").hidden = Boolean(owners);
    if (owners) {
      part("shared-count").textContent = shared.count;
      part("shared-hash").textContent = shared.typed.message.message;
      part("shared-list").replaceChildren(...owners.map(row));
      part("shared-contracts").hidden = !owners.some((owner) => owner.contract);
    }
    this.steps.lasts(shared.left);
    this.steps.show("sharing");
    say(words);
  }

  /** Ask the server how far it is. */
  async look(key) {
    await this.steps.during(
      told("moment"),
      async () => {
        const asked = await tell("owners", { key });
        this.ask(asked);
        this.show();
      },
      () => this.look(key),
    );
  }

  /** Have an owner's account sign. */
  async signAs(address) {
    const { shared } = this.asked;
    if (!shared.owners.some((owner) => same(owner.address, address))) {
      throw new WalletProblem("no_owner", { account: `${address.slice(0, 6)}…${address.slice(-4)}` });
    }
    say(told("compare_number"));
    const signature = await signOwner(this.chooser.provider, shared, address);
    say(told("checking"));
    const answer = await tell("owner", { key: shared.key, owner: address, signature });
    this.leave();
    if (!answer.shared) {
      this.done(answer);
      return;
    }
    this.asked.shared = answer.shared;
    this.show(told("kept"));
  }
}

function row({ address, signed, contract }) {
  const item = document.createElement("li");
  const code = document.createElement("code");
  code.className = "address";
  code.textContent = address;
  item.className = signed ? "signed" : "";
  const open = contract ? "owner_contract" : "owner_to_sign";
  item.append(...parts(signed ? "owner_signed" : open, { owner: code }));
  return item;
}
