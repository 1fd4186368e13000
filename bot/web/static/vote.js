// The page of a signed vote: mark the ballot, choose a wallet, read what it signs, sign.

import { Chooser } from "./chooser.js";
import { part, say, Steps } from "./steps.js";
import { tell } from "./server.js";
import { Sharing } from "./sharing.js";
import { proved, signTyped } from "./wallets.js";
import { told } from "./words.js";

const root = part("vote");
const form = part("ballot");
const steps = new Steps(root, ["marking", "choosing", "signing", "sharing", "done", "problem"], ["wallet", "over"]);
const chooser = new Chooser(steps, (address) => (sharing.signing ? sharing.signAs(address) : prepare(address)));
const sharing = new Sharing(steps, chooser, {
  words: ({ mark, typed }) => `${told("you_vote", { mark })}\n\n${written(typed)}`,
  done: finish,
  whole: (signature) => wholly(signature),
  back: () => chooser.show(),
});
const state = { mark: null, asked: null };

const numbers = () => [...form.querySelectorAll("[data-choice]")].map((field) => Number(field.value || 0));

/** Read the ballot as the server takes it. Throws words for what is missing. */
function marked() {
  const chosen = [...form.querySelectorAll("input:checked")].map((field) => Number(field.value));
  switch (form.dataset.kind) {
    case "one":
      if (!chosen.length) throw new Error(told("choose_one"));
      return chosen[0];
    case "several":
      return chosen;
    case "places": {
      const ranked = numbers()
        .map((place, index) => ({ place, choice: index + 1 }))
        .filter(({ place }) => place > 0)
        .sort((a, b) => a.place - b.place);
      const twice = ranked.find(({ place }, index) => index && ranked[index - 1].place === place);
      if (twice) throw new Error(told("place_twice", twice));
      if (!ranked.length) throw new Error(told("no_place"));
      return ranked.map((each) => each.choice);
    }
    default: {
      const given = numbers();
      const least = [...form.querySelectorAll("[data-choice]")].find((field) => !field.checkValidity());
      if (least) {
        least.focus();
        throw new Error(told("whole_number", { most: least.max }));
      }
      return given;
    }
  }
}

/** Fill the ballot in as it was marked on Discord. */
function fill(mark) {
  const fields = [...form.querySelectorAll("[data-choice]")];
  const list = Array.isArray(mark) ? mark : [mark];
  if (form.dataset.kind === "one" || form.dataset.kind === "several") {
    for (const field of form.querySelectorAll("input")) field.checked = list.includes(Number(field.value));
  } else if (form.dataset.kind === "places") {
    for (const field of fields) field.value = String(list.indexOf(Number(field.dataset.choice)) + 1);
  } else if (list.length === fields.length) {
    fields.forEach((field, index) => (field.value = String(Number(list[index]) || 0)));
  }
}

/** What was chosen on Discord is marked, unless a ballot was stored since this address was given. */
function prefill() {
  const { stored, newer } = root.dataset;
  try {
    if (location.hash.startsWith("#mark=") && newer !== "yes") {
      fill(JSON.parse(decodeURIComponent(location.hash.slice("#mark=".length))));
    } else if (stored) {
      fill(JSON.parse(stored));
    }
  } catch {
    // An address that was cut short: the ballot is marked here.
  }
}

function onward() {
  try {
    state.mark = marked();
  } catch (missing) {
    part("missing").textContent = missing.message;
    return;
  }
  part("missing").textContent = "";
  chooser.show();
}

/** Get what a wallet signs, and show all of it. */
async function prepare(address) {
  await get(address);
  part("address").textContent = state.asked.address;
  part("mark").textContent = state.asked.mark;
  part("text").textContent = written(state.asked.typed);
  steps.show("signing");
}

async function get(address) {
  state.asked = await tell("message", { address, mark: state.mark });
  sharing.ask(state.asked);
}

function written({ message }) {
  return Object.entries(message)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(", ") : value}`)
    .join("\n");
}

/** Have the owners of a linked contract wallet sign one by one, which need not be in this browser. */
async function contract(address) {
  await steps.during(
    told("moment"),
    async () => {
      await get(address);
      sharing.show();
    },
    () => contract(address),
  );
}

/** Take a signature of the whole wallet that was made elsewhere. */
async function wholly(signature) {
  const ballot = { key: sharing.asked.shared.key, signature };
  await steps.during(told("moment"), () => check(ballot), () => wholly(signature));
}

async function cast() {
  const { address, typed } = state.asked;
  await steps.during(
    told("compare_ballot"),
    async () => {
      const signature = await signTyped(chooser.provider, typed, address);
      await check({ address, mark: state.mark, at: typed.message.timestamp, signature });
    },
    () => castAgain(address),
  );
}

/** Have what the wallet answered checked, and the ballot stored. */
async function check(ballot) {
  say(told("checking_ballot"));
  try {
    finish(await proved(ballot.signature, () => tell("ballot", ballot)));
  } catch (problem) {
    const again = () => steps.during(told("moment"), () => check(ballot), again);
    if (problem.kind === "empty") problem.again = again;
    throw problem;
  }
}

function finish(stored) {
  part("cast").textContent = stored.mark;
  part("power").textContent = stored.power;
  part("receipt").textContent = stored.receipt;
  part("by").textContent = stored.address;
  if (part("stored")) part("stored").hidden = true;
  history.replaceState(null, "", location.pathname);
  steps.show("done");
}

/** Sign anew: a message is good for a few minutes only. */
async function castAgain(address) {
  await steps.during(
    told("moment"),
    async () => {
      await prepare(address);
      await cast();
    },
    () => castAgain(address),
  );
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  onward();
});
part("sign").addEventListener("click", cast);
part("more").addEventListener("click", () => chooser.show());
for (const id of ["change", "remark"]) part(id).addEventListener("click", () => steps.show("marking"));
for (const button of root.querySelectorAll("[data-contract]")) {
  button.addEventListener("click", () => contract(button.dataset.contract));
}
prefill();
root.hidden = false;
steps.countDown(Number(root.dataset.left));
if (root.dataset.waiting) sharing.look(root.dataset.waiting);
