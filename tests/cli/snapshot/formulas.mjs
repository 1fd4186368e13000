// Snapshot's strategies by their definitions, in doubles, a second time and apart from ours. Where ours differ on
// purpose the row of the table in docs/strategies.md is noted, and what stands there is what is given.
import { notBelowZero, zero } from "./doubles.mjs";
import { LEAVES } from "./leaves.mjs";
import { operandsOf, OPERATIONS, OVER } from "./over.mjs";

const KINDS = { ...LEAVES, ...OVER };
export const NAMES = Object.keys(KINDS);

const outside = ({ start, end } = {}, block) => block < Number(start ?? 0) || (end && block > Number(end));

async function scored({ name, params = {} }, wallets, setting) {
  if (!Object.hasOwn(KINDS, name)) throw new Error("unknown strategy");
  if (outside(params, setting.at.number)) return new Map(wallets.map((wallet) => [wallet, zero]));
  return wallets.length ? KINDS[name](params, wallets, setting) : new Map();
}

/** Whether a list can be computed at all, also where no wallet and no block needs it to be. */
export function sound({ name, params = {} }) {
  const { strategy, strategies = [], validationStrategies: valid = [], votingStrategies: voting = [] } = params;
  const operands = name === "math" ? operandsOf(params) : [];
  const inner = [...strategies, ...valid, ...voting, ...operands.flatMap((one) => one.strategy ?? [])];
  if (name !== "math" && strategy?.name) inner.push(strategy);
  return (
    Object.hasOwn(KINDS, name) &&
    (name !== "math" || operands.length === OPERATIONS[params.operation]?.length) &&
    (name !== "validation" || [valid, voting].every((some) => some.length && some.length <= 3)) &&
    (name !== "erc20-balance-of-weighted" || "weight" in params) &&
    (name !== "balance-of-with-max" || "maxBalance" in params) &&
    (name !== "whitelist" || "addresses" in params) &&
    (name !== "contract-call" || (params.args ?? [0]).length === params.methodABI.inputs.length) &&
    params.address !== "0x12" &&
    inner.every(sound)
  );
}

/** One strategy within another, as `math`, `validation`, `recusal-list` and `anti-whale` ask it. */
export async function inside(strategy, wallets, setting) {
  if (outside(strategy.params, setting.at.number)) setting.note("`start` and `end` of strategies inside");
  return scored(strategy, wallets, setting);
}

/** One strategy as the Score API asks it: what is not more than nothing is nothing. */
export async function top(strategy, wallets, setting) {
  const scores = await scored(strategy, wallets, setting);
  for (const [wallet, score] of scores) scores.set(wallet, score && notBelowZero(score));
  return scores;
}
