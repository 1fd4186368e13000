// snapshot.js's voting classes, told by lines of JSON what to load and count; run in the folder that has the package.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(process.cwd() + "/");
const { utils } = require("@snapshot-labs/snapshot.js").default ?? require("@snapshot-labs/snapshot.js");
let poll;

function load(path) {
  const { type, choices, pool, picks, balances, scores } = JSON.parse(readFileSync(path, "utf8"));
  const copied = (choice) => (Array.isArray(choice) ? [...choice] : typeof choice === "object" ? { ...choice } : choice);
  const votes = picks.map((pick, at) => ({
    choice: copied(pool[pick]),
    balance: balances[at],
    scores: scores.map((column) => column[at]),
  }));
  poll = { type, proposal: { choices }, votes, strategies: scores.map(() => ({})) };
  return { votes: votes.length };
}

function count() {
  globalThis.gc?.();
  const start = performance.now();
  const counted = new utils.voting[poll.type](poll.proposal, poll.votes, poll.strategies, null);
  const scores = counted.getScores();
  const byStrategy = counted.getScoresByStrategy();
  const total = counted.getScoresTotal();
  return { seconds: (performance.now() - start) / 1000, scores, byStrategy, total };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  try {
    console.log(JSON.stringify(question.load ? load(question.load) : count()));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error).slice(0, 500) }));
  }
}
