// Talks to the server that this page came from, and to nobody else.

import { told } from "./words.js";

/** What the server would not do: what happened, what to do then, and whether this page is of no more use. */
export class ServerProblem extends Error {
  constructor({ kind, what, then, over }) {
    super(what);
    this.kind = kind;
    this.then_ = then;
    this.over = over === true;
  }
}

/** Send facts to an address below this page's, and return the answer's. */
export async function tell(below, facts) {
  let response;
  try {
    response = await fetch(`${location.pathname}/${below}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(facts),
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
    });
  } catch {
    throw new ServerProblem({ kind: "away", what: told("away"), then: told("away_then") });
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch {
    // Something between us and the server answered; told below.
  }
  if (response.ok && answer) return answer;
  throw new ServerProblem(
    typeof answer?.what === "string"
      ? answer
      : { kind: "odd", what: told("odd"), then: told("odd_then") },
  );
}
