// snapshot.js's own voting classes: JSON lines of polls in, JSON lines of results out. Run where its package is.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(process.cwd() + "/");
const { utils } = require("@snapshot-labs/snapshot.js").default ?? require("@snapshot-labs/snapshot.js");
const text = (key, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);

for await (const line of createInterface({ input: process.stdin })) {
  const { type, choices, strategies, votes } = JSON.parse(line);
  const voting = utils.voting[type];
  const counted = new voting({ choices }, votes, strategies, null);
  let told;
  try {
    told = {
      scores: counted.getScores(),
      scores_by_strategy: counted.getScoresByStrategy(),
      scores_total: counted.getScoresTotal(),
      valid: votes.flatMap((vote, index) => (voting.isValidChoice(vote.choice, choices) ? [index] : [])),
    };
  } catch (error) {
    told = { thrown: error.name };
  }
  console.log(JSON.stringify(told, text));
}
