// The page of /wallet link: choose a wallet, read the text, sign it.

import { accountsOf, chainOf, sign, watch } from "./wallets.js";
import { tell } from "./server.js";

const part = (id) => document.getElementById(id);
const root = part("link");
const steps = ["choosing", "signing", "done", "problem"].map(part);
const state = { provider: null, chosen: null, retry: null, over: false };

/** Show one step alone, and bring whoever listens or tabs to its title. */
function show(step, title) {
  for (const each of steps) each.hidden = each !== step;
  say("");
  part(title).focus();
}

function say(text) {
  part("status").textContent = text;
}

/** Do something that takes a while; meanwhile no button works, and what fails is told. */
async function during(text, work, retry) {
  const buttons = [...root.querySelectorAll("button")].filter((button) => !button.disabled);
  for (const button of buttons) button.disabled = true;
  say(text);
  try {
    await work();
  } catch (problem) {
    fail(problem, retry);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function fail(problem, retry) {
  if (state.over) return;
  state.over = problem.over === true;
  state.retry = ["text", "input", "taken", "network"].includes(problem.kind) ? null : retry;
  part("problem-title").textContent = problem.then_ ? problem.message : "Something went wrong on this page.";
  part("problem-then").textContent = problem.then_ ?? "Load it again; the address is still good.";
  part("retry").hidden = state.over || !state.retry;
  part("elsewhere").hidden = state.over;
  show(part("problem"), "problem-title");
}

function toChoosing() {
  part("accounts-part").hidden = true;
  part("wallets").hidden = false;
  show(part("choosing"), "choosing-title");
}

function choice(name, small, icon, chosen) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const label = document.createElement("span");
  button.type = "button";
  if (icon !== undefined) {
    const picture = document.createElement(icon ? "img" : "span");
    if (icon) {
      picture.src = icon;
      picture.alt = "";
    } else {
      picture.className = "blank";
    }
    button.append(picture);
  }
  label.textContent = name;
  if (small) {
    const below = document.createElement("small");
    below.textContent = small;
    label.append(below);
  }
  button.append(label);
  button.addEventListener("click", chosen);
  item.append(button);
  return item;
}

/** Draw the wallets found. A choice that has the focus keeps it. */
function offer(wallets) {
  const list = part("wallets");
  const before = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.replaceChildren(
    ...wallets.map((wallet) => choice(wallet.name, wallet.from, wallet.icon, () => connect(wallet.provider))),
  );
  if (before >= 0) list.querySelectorAll("button")[before]?.focus();
  part("none").hidden = wallets.length > 0;
}

async function connect(provider) {
  state.provider = provider;
  await during(
    "Your wallet asks whether this page may see your address. Answer there.",
    async () => {
      const accounts = await accountsOf(provider);
      say("");
      if (accounts.length === 1) await prepare(accounts[0]);
      else offerAccounts(accounts);
    },
    () => connect(provider),
  );
}

function offerAccounts(accounts) {
  part("accounts").replaceChildren(
    ...accounts.map((address) =>
      choice(address, "", undefined, () => take(address)),
    ),
  );
  part("wallets").hidden = true;
  part("accounts-part").hidden = false;
  show(part("choosing"), "accounts-title");
}

async function take(address) {
  await during("One moment.", () => prepare(address), () => take(address));
}

/** Get the text for an address and show all of it. */
async function prepare(address) {
  state.chosen = await tell("text", { address, chain: await chainOf(state.provider) });
  part("address").textContent = state.chosen.address;
  part("text").textContent = state.chosen.text;
  show(part("signing"), "signing-title");
}

async function prove() {
  const { address, text, nonce } = state.chosen;
  await during(
    "Your wallet shows you the text. Compare it, and sign there.",
    async () => {
      const signature = await sign(state.provider, text, address);
      say("One moment: the signature is being checked.");
      const linked = await tell("signature", { nonce, signature });
      state.over = true;
      part("before").hidden = true;
      part("foot").hidden = true;
      part("linked").textContent = linked.address;
      show(part("done"), "done-title");
    },
    () => {
      show(part("signing"), "signing-title");
      return prove();
    },
  );
}

/** Count the minutes of this address down, and say when they are over. */
function countDown(seconds) {
  const end = performance.now() + seconds * 1000;
  const tick = () => {
    const minutes = Math.ceil((end - performance.now()) / 60_000);
    if (state.over) return;
    if (minutes > 0) {
      part("minutes").textContent = minutes === 1 ? "one more minute" : `${minutes} more minutes`;
      setTimeout(tick, Math.min(20_000, end - performance.now() + 50));
    } else {
      part("minutes").textContent = "no longer";
      const over = new Error("This address has expired: each is good for ten minutes.");
      fail(Object.assign(over, { over: true, then_: "Go back to Discord and use /wallet link again for a fresh one." }));
    }
  };
  tick();
}

part("sign").addEventListener("click", prove);
part("other").addEventListener("click", toChoosing);
part("retry").addEventListener("click", () => state.retry?.());
part("elsewhere").addEventListener("click", toChoosing);
part("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    say("Copied.");
  } catch {
    say("This browser does not let the page copy. Copy the address from the bar above.");
  }
});
const look = watch(offer);
part("again-looking").addEventListener("click", () => {
  look();
  if (!part("none").hidden) say("Still no wallet found.");
});
root.hidden = false;
countDown(Number(root.dataset.left));
