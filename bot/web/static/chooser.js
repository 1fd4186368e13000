// Lets a member choose a wallet of this browser, and one of its accounts.

import { accountsOf, addresses, watch } from "./wallets.js";
import { choice, part, say } from "./steps.js";
import { told } from "./words.js";

export class Chooser {
  /** `chosen` is called with the address, and may fail with words. */
  constructor(steps, chosen) {
    this.steps = steps;
    this.chosen = chosen;
    this.provider = null;
    this.address = null;
    this.drawn = null;
    this.offered = [];
    this.unfollow = () => {};
    const look = watch((wallets) => this.#offer(wallets));
    part("again-looking").addEventListener("click", () => {
      look();
      if (!part("none").hidden) say(told("still_none"));
    });
    part("copy").addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        say(told("copied"));
      } catch {
        say(told("not_copied"));
      }
    });
    for (const id of ["other", "elsewhere"]) part(id).addEventListener("click", () => this.show());
  }

  /** Begin with the wallets. */
  show() {
    part("accounts-part").hidden = true;
    part("wallets").hidden = false;
    this.steps.show("choosing");
  }

  /** Draw the wallets found, if they are others than before: a press must not lose its button. The focus is kept. */
  #offer(wallets) {
    const drawn = JSON.stringify(wallets.map(({ name, from, icon }) => [name, from, icon]));
    if (drawn === this.drawn && wallets.every((wallet, at) => wallet.provider === this.offered[at].provider)) return;
    this.drawn = drawn;
    this.offered = wallets;
    const list = part("wallets");
    const before = [...list.querySelectorAll("button")].indexOf(document.activeElement);
    list.replaceChildren(
      ...wallets.map((wallet) => choice(wallet.name, wallet.from, wallet.icon, () => this.#connect(wallet.provider))),
    );
    for (const button of list.querySelectorAll("button")) button.disabled = this.steps.busy;
    if (before >= 0) list.querySelectorAll("button")[before]?.focus();
    part("none").hidden = wallets.length > 0;
  }

  /** From now on hear of it when the member turns to another account or network there. */
  #follow(provider) {
    this.unfollow();
    this.provider = provider;
    const heard = { accountsChanged: (said) => this.#turned(addresses(said)), chainChanged: () => this.#moved() };
    const each = (how) => {
      try {
        for (const [event, hear] of Object.entries(heard)) provider[how]?.(event, hear);
      } catch {
        // A wallet that tells nothing is asked all the same.
      }
    };
    each("on");
    this.unfollow = () => each("removeListener");
  }

  get #reading() {
    return this.steps.at === "signing" && !this.steps.busy && !this.steps.over;
  }

  #turned(accounts) {
    if (!this.#reading || accounts.some((one) => one.toLowerCase() === this.address.toLowerCase())) return;
    this.show();
    say(told("other_account"));
  }

  async #moved() {
    if (!this.#reading) return;
    await this.#take(this.address);
    if (this.#reading) say(told("other_network"));
  }

  async #connect(provider) {
    this.#follow(provider);
    await this.steps.during(
      told("asks_to_see"),
      async () => {
        const accounts = await accountsOf(provider);
        say("");
        if (accounts.length === 1) await this.#chosen(accounts[0]);
        else this.#offerAccounts(accounts);
      },
      () => this.#connect(provider),
    );
  }

  #offerAccounts(accounts) {
    part("accounts").replaceChildren(
      ...accounts.map((address) => choice(address, "", undefined, () => this.#take(address))),
    );
    part("wallets").hidden = true;
    part("accounts-part").hidden = false;
    this.steps.show("choosing", "accounts-title");
  }

  async #take(address) {
    await this.steps.during(told("moment"), () => this.#chosen(address), () => this.#take(address));
  }

  async #chosen(address) {
    this.address = address;
    await this.chosen(address);
  }
}
