// Leads through a page step by step: one step shows, what takes a while is said, what fails is told.

import { told } from "./words.js";

export const part = (id) => document.getElementById(id);

/** Say something to everybody, also to whoever does not see the page. */
export function say(text) {
  part("status").textContent = text;
}

// Until then most wallets have answered, or shown their question.
const PATIENCE = 10_000;

/** Wait for a wallet. Whoever has waited a while may stop; what the wallet answers then is dropped. */
export async function orStopped(answer) {
  let timer;
  const stopped = new Promise((_, reject) => {
    timer = setTimeout(() => {
      part("waiting").hidden = false;
      say(told("slow"));
    }, PATIENCE);
    part("stop").onclick = () => {
      reject(Object.assign(new Error(told("stopped")), { then_: told("stopped_then") }));
    };
  });
  try {
    return await Promise.race([answer, stopped]);
  } finally {
    clearTimeout(timer);
    part("waiting").hidden = true;
    part("stop").onclick = null;
  }
}

/** A button of a list of choices; `icon` null leaves room for one, undefined none. */
export function choice(name, small, icon, chosen) {
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
  label.dir = "auto";
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

/** Say how long this address is good. */
function lasting(minutes) {
  if (minutes > 120) return told("good_for_hours", { number: Math.floor(minutes / 60) });
  return told("good_for_minutes", { number: minutes });
}

/** The steps of a page. `lasting` are kinds of problems that trying again does not mend. */
export class Steps {
  constructor(root, steps, lasting) {
    this.root = root;
    this.steps = steps.map(part);
    this.lasting = lasting;
    this.over = false;
    this.busy = false;
    this.at = "";
    this.retry = null;
    part("retry").addEventListener("click", () => this.retry?.());
  }

  /** Show one step alone, and bring whoever listens or tabs to its title. */
  show(step, title = `${step}-title`) {
    this.at = step;
    for (const each of this.steps) each.hidden = each.id !== step;
    say("");
    part(title).focus();
  }

  /** Do something that takes a while; meanwhile no button works, and what fails is told. */
  async during(text, work, retry) {
    this.#occupy(true);
    say(text);
    try {
      await work();
    } catch (problem) {
      this.fail(problem, retry);
    } finally {
      this.#occupy(false);
    }
  }

  #occupy(busy) {
    this.busy = busy;
    for (const button of this.root.querySelectorAll("button:not(#stop)")) button.disabled = busy;
  }

  fail(problem, retry) {
    if (this.over) return;
    this.over = problem.over === true;
    this.retry = problem.again ?? (this.lasting.includes(problem.kind) ? null : retry);
    part("retry").textContent = told(problem.again ? "check_again" : "try_again");
    part("problem-title").textContent = problem.then_ ? problem.message : told("wrong");
    part("problem-then").textContent = problem.then_ ?? told("wrong_then");
    part("retry").hidden = this.over || !this.retry;
    part("elsewhere").hidden = this.over;
    this.show("problem");
  }

  /** Count the minutes of this address down, and say when they are over, and how to get a fresh one. */
  countDown(seconds) {
    this.end = performance.now() + seconds * 1000;
    const tick = () => {
      const minutes = Math.ceil((this.end - performance.now()) / 60_000);
      if (this.over) return;
      if (minutes > 0) {
        part("minutes").textContent = lasting(minutes);
        setTimeout(tick, Math.min(20_000, this.end - performance.now() + 50));
      } else {
        part("minutes").textContent = told("good_no_longer");
        const over = new Error(told("expired"));
        this.fail(Object.assign(over, { over: true, then_: told("again") }));
      }
    };
    tick();
  }

  /** What is under way lasts longer than the rest of this address does. */
  lasts(seconds) {
    const end = performance.now() + seconds * 1000;
    if (end <= this.end) return;
    this.end = end;
    part("minutes").textContent = lasting(Math.ceil(seconds / 60));
  }
}
