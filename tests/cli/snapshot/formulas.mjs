// Snapshot's strategies by their definitions, in doubles, a second time and apart from ours. Where ours differ on
// purpose the row of the table in docs/strategies.md is noted, and what stands there is what is given.
import {
  compared, cubeRoot, damped, divided, held, less, notBelowZero, of, plus, squareRoot, stated, times, unsure, zero,
} from "./doubles.mjs";
import { formatUnits, getFormattedAddress } from "./chain.mjs";

export class Refused extends Error {}

const BALANCE = "function balanceOf(address) view returns (uint256)";
const NOBODY = "0x" + "00".repeat(20);
const WEEK = 604_800n;
const low = (address) => address.toLowerCase();
const amount = (raw, decimals) => held(raw, Number(decimals ?? 18), formatUnits(raw, decimals ?? 18));
const least = (wanted) => (value) => compared(value, wanted) ?? null;

/** A score a wallet, made by `make`; unknown where what it is made of is. */
function each(wallets, columns, make) {
  return new Map(
    wallets.map((wallet, row) => {
      const parts = columns.map((column) => column[row]);
      return [wallet, parts.some((part) => part === null) ? null : make(...parts)];
    }),
  );
}

async function read(setting, wallets, params, abi, decimals = params.decimals) {
  const raw = await setting.at.numbers(params.address, abi, wallets.map((wallet) => [wallet]));
  return raw.map((one) => one === null ? null : amount(one, decimals));
}

const plain = (abi, decimals) => async (params, wallets, setting) =>
  each(wallets, [await read(setting, wallets, params, abi, decimals ?? params.decimals)], (value) => value);

const adjusted = (make, decimals) => async (params, wallets, setting) =>
  each(wallets, [await read(setting, wallets, params, BALANCE, decimals ?? params.decimals)], make(params, setting));

/** `yes` where a comparison says 0 or 1 (or 1 alone, with `strict`), else `no`. */
function choose(sign, strict, yes, no) {
  if (sign === null || Number.isNaN(Number(sign))) return unsure(Math.max(yes.places, no.places));
  return sign > 0 || (!strict && sign === 0) ? yes : no;
}

function factor(params, name, setting, row) {
  if (params[name] !== undefined && params[name] !== null) return stated(params[name]);
  if (!row) throw new Refused("a number that is missing");
  setting.note(row);
  return stated(1);
}

const FACTORS = "`balance-of-with-max`, `erc20-balance-of-coeff`, `erc1155-balance-of-ids-weighted` without their factor";

function highest({ thresholds = [] }) {
  const steps = (thresholds.length ? thresholds : [{ threshold: 1, votes: 1 }]).map((step) => ({
    from: stated(step.threshold),
    votes: stated(step.votes),
  }));
  steps.sort((a, b) => b.from.v - a.from.v);
  const places = Math.max(...steps.map(({ votes }) => votes.places));
  return (value) => {
    for (const { from, votes } of steps) {
      const sign = compared(value, from);
      if (sign === undefined) return unsure(places);
      if (sign >= 0) return votes;
    }
    return zero;
  };
}

async function owners({ address, tokenIds }, setting) {
  const found = await setting.at.ask(address, "function ownerOf(uint256) view returns (address)", tokenIds.map((id) => [id]));
  if (found.includes(null)) setting.note("`erc721-with-tokenid`");
  return found.every((one) => one === null) ? null : found.filter(Boolean).map(([owner]) => low(owner));
}

const owned = (count) => async (params, wallets, setting) => {
  const found = await owners(params, setting);
  return new Map(wallets.map((wallet) => [wallet, found && stated(count(found.filter((one) => one === low(wallet)).length))]));
};

const batch = (weighted) => async (params, wallets, setting) => {
  const { address, ids } = params;
  const abi = "function balanceOfBatch(address[], uint256[]) view returns (uint256[])";
  const rows = await setting.at.ask(address, abi, wallets.map((wallet) => [ids.map(() => wallet), ids]));
  const weight = weighted ? factor(params, "weight", setting, FACTORS) : null;
  return each(wallets, [rows], ([numbers]) => {
    const raw = numbers.map((one) => one.toBigInt());
    if (raw.some((one) => one >= 2n ** 53n)) setting.note("`erc1155-balance-of-ids`");
    const sum = amount(raw.reduce((a, b) => a + b, 0n), 0);
    return weight ? times(sum, weight) : sum;
  });
};

async function vault(params, wallets, setting) {
  const shares = await setting.at.numbers(params.address, BALANCE, wallets.map((wallet) => [wallet]));
  const known = shares.filter((share) => share !== null).map((share) => [share.toString()]);
  const worth = await setting.at.numbers(params.address, "function convertToAssets(uint256) view returns (uint256)", known);
  const column = shares.map((share) => (share === null ? null : worth.shift()));
  return each(wallets, [column], (assets) => amount(assets, params.decimals));
}

async function at(params, wallets, setting) {
  const abi = "function balanceOfAt(address, uint256) view returns (uint256)";
  const rows = wallets.map((wallet) => [wallet, setting.at.number]);
  return each(wallets, [await setting.at.numbers(params.address, abi, rows)], (raw) => amount(raw, params.decimals));
}

async function coins({ decimals }, wallets, setting) {
  const row = "`eth-balance`, `erc20-votes-undelegated-balance` with 0 decimals";
  if (Number(decimals) === 0 && decimals !== null) setting.note(row);
  return each(wallets, [await setting.at.coins(wallets)], (raw) => amount(raw, decimals));
}

async function undelegated(params, wallets, setting) {
  const row = "`eth-balance`, `erc20-votes-undelegated-balance` with 0 decimals";
  if (Number(params.decimals) === 0 && params.decimals !== null) setting.note(row);
  const to = await setting.at.ask(params.address, "function delegates(address) view returns (address)", wallets.map((w) => [w]));
  const column = await read(setting, wallets, params, BALANCE);
  return each(wallets, [to, column], ([delegate], value) => (delegate === NOBODY ? value : zero));
}

async function called(params, wallets, setting) {
  const { address, methodABI, args = ["%{address}"], output, decimals } = params;
  const rows = wallets.map((wallet) =>
    args.map((one) => (typeof one === "string" ? one.replaceAll("%{address}", wallet) : one)),
  );
  const answers = await setting.at.ask(address, methodABI, rows);
  return each(wallets, [answers], (answer) => {
    const text = (output ? answer[output] : answer).toString();
    return held(text, Number(decimals ?? 18), formatUnits(text, decimals ?? 18));
  });
}

async function vested(params, wallets, setting) {
  const { DSSVestAddress: address, cliffDuration, decimals } = params;
  if (cliffDuration === undefined) setting.note("`linear-vesting-power` without cliffDuration");
  const ask = (name, rows) => setting.at.numbers(address, `function ${name} view returns (uint256)`, rows);
  const [count] = await ask("ids()", [[]]);
  if (count === null) return new Map(wallets.map((wallet) => [wallet, null]));
  const ids = Array.from({ length: Number(count) }, (_, index) => [index + 1]);
  const people = (await setting.at.ask(address, "function usr(uint256) view returns (address)", ids)).map(([one]) => one);
  const names = ["tot", "accrued", "bgn", "fin"];
  const columns = await Promise.all(names.map((name) => ask(`${name}(uint256)`, ids)));
  const now = BigInt(await setting.at.timestamp());
  const sums = wallets.map((wallet) =>
    people.reduce((sum, person, row) => {
      if (person !== wallet) return sum;
      const [total, accrued, begin, end] = columns.map((column) => column[row]);
      const start = begin - BigInt(cliffDuration ?? 0);
      if (now <= start) return sum;
      return sum + (now > end ? total - accrued : ((total - accrued) * (now - start)) / (end - start));
    }, 0n),
  );
  return each(wallets, [sums], (raw) => amount(raw, decimals));
}

/** Ours: no strategy of Snapshot's. */
async function locked(params, wallets, setting) {
  const { address, decimals, maxWeeks = 104, weeks = "exact" } = params;
  const abi = "function locked(address) view returns (uint256 amount, uint256 end)";
  const rows = await setting.at.ask(address, abi, wallets.map((wallet) => [wallet]));
  const now = BigInt(await setting.at.timestamp());
  return each(wallets, [rows], (lock) => {
    const [has, end] = [lock.amount.toBigInt(), lock.end.toBigInt()];
    const most = BigInt(maxWeeks) * WEEK;
    let left = end > now ? end - now : 0n;
    if (weeks === "floored") left -= left % WEEK;
    return amount(has >= 2n ** 255n ? 0n : (has * (left < most ? left : most)) / most, decimals);
  });
}

/** Within `validation` and `recusal-list` Snapshot takes those who were let through for all who vote. */
function apart(voters, wallets, setting) {
  if (voters.size > wallets.length) setting.note("strategies that look at who votes, inside `validation` or `recusal-list`");
}

/** Who delegates to whom; `counts` says which delegations Snapshot takes at all. */
async function delegates(space, setting, counts) {
  const all = await setting.at.delegations(space);
  const choose = (some) => new Map([...some.filter((one) => !one.space), ...some.filter((one) => one.space)].map((one) => [one.delegator, one.delegate]));
  const [here, there] = [choose(all), choose(all.filter(counts))];
  const wrong = all.filter((one) => counts(one) && here.get(one.delegator) !== one.delegate);
  if (wrong.some((one) => there.get(one.delegator) === one.delegate)) {
    const spelt = wrong.some((one) => one.space);
    setting.note(`\`delegation\` family, ${spelt ? "two spellings of the space" : "delegations for the space and for everywhere"}`);
  }
  return here;
}

function received(wallets, givers, scores, own) {
  return new Map(
    wallets.map((wallet) => {
      const mine = [...givers].filter(([, taker]) => taker === low(wallet)).map(([giver]) => getFormattedAddress(giver));
      if (own(wallet)) mine.push(wallet);
      return [wallet, mine.reduce((sum, giver) => add(sum, scores.get(giver)), zero)];
    }),
  );
}

const add = (a, b) => (a === null || b === null ? null : plus(a, b));
const listed = ({ strategies, address, decimals }) =>
  strategies ?? [{ name: "erc20-balance-of", params: { address, decimals } }];

/** What several give together, each by itself as at the top: within its window, and nothing below nothing. */
async function together(strategies, wallets, setting) {
  const one = new Set(wallets.map(low));
  const rows = await Promise.all(strategies.map((strategy) => top(strategy, wallets, { ...setting, voters: one })));
  return new Map(wallets.map((wallet) => [wallet, rows.map((row) => row.get(wallet)).reduce(add, zero)]));
}

const delegation = (withOwn) => async (params, wallets, setting) => {
  const asked = new Set(wallets.map(low));
  const { voters } = setting;
  if (!withOwn) apart(voters, wallets, setting);
  const counts = withOwn ? () => true : (one) => asked.has(one.delegate) && !voters.has(one.delegator);
  const all = await delegates(params.delegationSpace || setting.space, setting, counts);
  const givers = new Map([...all].filter(([giver, taker]) => asked.has(taker) && (withOwn || !voters.has(giver))));
  const own = (wallet) => withOwn && !all.has(low(wallet));
  const people = [...new Set([...[...givers.keys()].map((one) => getFormattedAddress(one)), ...wallets.filter(own)])];
  return received(wallets, givers, await together(listed(params), people, setting), own);
};

async function overridden(params, wallets, setting) {
  const { voters } = setting;
  apart(voters, wallets, setting);
  const space = params.delegationSpace || setting.space;
  const all = params.includeSnapshotDelegations
    ? await delegates(space, setting, (one) => voters.has(one.delegate) && !voters.has(one.delegator))
    : new Map();
  const givers = new Map([...all].filter(([giver, taker]) => voters.has(taker) && !voters.has(giver)));
  const people = [...new Set([...voters, ...givers.keys()])];
  const rows = people.map((person) => [person]);
  const to = (await setting.at.ask(params.address, "function delegates(address) view returns (address)", rows)).map((one) => one && low(one[0]));
  const balances = await read(setting, people, params, BALANCE);
  const votes = await read(setting, people, params, `function ${params.getVotesName ?? "getVotes"}(address) view returns (uint256)`);
  if ([to, balances, votes].some((column) => column.includes(null))) return new Map(wallets.map((wallet) => [wallet, null]));
  const power = new Map(
    people.map((person, row) => {
      let left = votes[row];
      const mine = people.flatMap((other, index) => (to[index] === person && other !== person ? [balances[index]] : []));
      if (left.v > 0 && mine.length) left = notBelowZero(mine.reduce(less, left));
      return [person, to[row] !== NOBODY && to[row] !== person ? plus(left, balances[row]) : left];
    }),
  );
  if (!params.includeSnapshotDelegations || !params.isSnapshotDelegatedScore) {
    return new Map(wallets.map((wallet) => [wallet, power.get(low(wallet))]));
  }
  const given = new Map([...givers.keys()].map((giver) => [getFormattedAddress(giver), power.get(giver)]));
  return received(wallets, givers, given, () => false);
}

const OPERATIONS = {
  "square-root": (a) => squareRoot(a),
  "cube-root": (a) => cubeRoot(a),
  min: (a, b) => of(Math.min, a, b),
  max: (a, b) => of(Math.max, a, b),
  multiply: times,
  minus: (a, b) => notBelowZero(less(a, b)),
  divide: divided,
  "a-if-lt-b": (x, a, b) => choose(-compared(x, b), true, a, x),
  "a-if-lte-b": (x, a, b) => choose(-compared(x, b), false, a, x),
  "a-if-gt-b": (x, a, b) => choose(compared(x, b), true, a, x),
  "a-if-gte-b": (x, a, b) => choose(compared(x, b), false, a, x),
};

const operandsOf = ({ operands, strategy }) => operands ?? (strategy && [{ type: "strategy", strategy }]);

async function math(params, wallets, setting) {
  const operands = operandsOf(params);
  const operation = OPERATIONS[params.operation];
  if (!operation || operands?.length !== operation.length) throw new Error("operands");
  const columns = await Promise.all(
    operands.map(async (operand) => {
      if (operand.type === "constant") return wallets.map(() => stated(operand.value));
      const scores = await inside(operand.strategy, wallets, setting);
      if (wallets.some((wallet) => scores.get(wallet)?.absent)) setting.note("`math` over `validation` or `recusal-list`");
      return wallets.map((wallet) => scores.get(wallet));
    }),
  );
  return each(wallets, columns, (...values) => {
    if (params.operation === "square-root" && values[0].v < 0) {
      setting.note("`math`, root of a negative number");
      return zero;
    }
    const score = operation(...values);
    if (score === null) throw new Error("divided by zero");
    if (params.operation === "divide" && score.e === Infinity) setting.mayFail();
    return score;
  });
}

async function validated(params, wallets, setting) {
  const { validationStrategies = [], votingStrategies = [], validationThreshold = 1 } = params;
  for (const some of [validationStrategies, votingStrategies]) if (!some.length || some.length > 3) throw new Error("how many");
  const rows = await Promise.all(validationStrategies.map((one) => inside(one, wallets, setting)));
  const signs = new Map(
    wallets.map((wallet) => [wallet, rows.map((row) => row.get(wallet) && least(stated(validationThreshold))(row.get(wallet)))]),
  );
  const unknown = (wallet) => rows.some((row) => row.get(wallet) === null);
  const passes = (wallet) => signs.get(wallet).some((sign, row) => rows[row].get(wallet) && sign !== null && sign >= 0);
  const open = (wallet) => signs.get(wallet).some((sign, row) => rows[row].get(wallet) && sign === null);
  const some = wallets.filter((wallet) => passes(wallet) || open(wallet));
  if (wallets.some((wallet) => unknown(wallet) && passes(wallet))) setting.note("one call that reverts");
  const given = await Promise.all(votingStrategies.map((one) => inside(one, some, setting)));
  return new Map(
    wallets.map((wallet) => {
      if (!some.includes(wallet)) return [wallet, unknown(wallet) ? null : { ...zero, absent: true }];
      const sum = given.map((row) => row.get(wallet)).reduce(add, zero);
      return [wallet, passes(wallet) || sum === null ? sum : unsure(sum.places)];
    }),
  );
}

async function notRecused({ addresses, strategy }, wallets, setting) {
  const recused = new Set(addresses.map(low));
  const free = wallets.filter((wallet) => !recused.has(low(wallet)));
  const scores = strategy?.name ? await inside(strategy, free, setting) : new Map(free.map((wallet) => [wallet, stated(1)]));
  return new Map(wallets.map((wallet) => [wallet, scores.get(wallet) === undefined ? { ...zero, absent: Boolean(strategy?.name) } : scores.get(wallet)]));
}

async function antiWhale({ strategy, antiWhale: given }, wallets, setting) {
  if (!given) setting.note("`anti-whale` without antiWhale");
  const usual = (value, other) => (value === null || value === undefined || value <= 0 ? other : Number(value));
  const threshold = usual(given?.threshold, 1625);
  const inflection = Math.max(threshold, usual(given?.inflectionPoint, 6500));
  const exponent = Math.min(1, usual(given?.exponent, 0.5));
  const scores = await inside(strategy, wallets, setting);
  const damp = (value) => (value.absent ? value : damped(value, { threshold, inflection, exponent }));
  return each(wallets, [wallets.map((wallet) => scores.get(wallet))], damp);
}

const always = (make) => async (params, wallets) => new Map(wallets.map((wallet) => [wallet, make(params, wallet)]));
const votes = plain("function getCurrentVotes(address) view returns (uint96)");
const member = (addresses, wallet) => addresses.some((one) => low(one) === low(wallet));

function whitelisted({ addresses, url }, wallet) {
  if (url && !addresses) throw new Refused("`whitelist` with `url`");
  return stated(member(addresses, wallet) ? 1 : 0);
}

const KINDS = {
  "erc20-balance-of": plain(BALANCE),
  "erc20-votes": plain("function getVotes(address) view returns (uint256)"),
  "comp-like-votes": votes,
  uni: votes,
  "ve-balance-of-at": at,
  "eth-balance": coins,
  erc721: plain(BALANCE, 0),
  "erc721-with-multiplier": adjusted(({ multiplier }) => (value) => times(value, stated(Number(multiplier) || 1)), 0),
  "erc721-with-tokenid": owned((count) => Math.min(1, count)),
  "erc721-with-tokenid-weighted": owned((count) => count),
  "erc1155-balance-of": async (params, wallets, setting) => {
    const abi = "function balanceOf(address, uint256) view returns (uint256)";
    const rows = wallets.map((wallet) => [wallet, params.tokenId]);
    return each(wallets, [await setting.at.numbers(params.address, abi, rows)], (raw) => amount(raw, params.decimals));
  },
  "erc1155-balance-of-ids": batch(false),
  "erc1155-balance-of-ids-weighted": batch(true),
  "erc20-with-balance": adjusted(({ minBalance }) => (value) => choose(compared(value, stated(minBalance || 0)), true, stated(1), zero)),
  "balance-of-with-min": adjusted(({ minBalance }) => (value) => choose(compared(value, stated(minBalance || 0)), false, value, zero)),
  "balance-of-with-max": adjusted((params, setting) => {
    const weight = factor(params, "weight", setting, FACTORS);
    const most = factor(params, "maxBalance", setting);
    return (value) => of(Math.min, times(value, weight), most);
  }),
  "balance-of-with-thresholds": adjusted(highest),
  "erc20-balance-of-weighted": adjusted((params, setting) => {
    if ((params.weight ?? null) === null) throw new Refused("`erc20-balance-of-weighted` without weight");
    return (value) => times(value, factor(params, "weight", setting));
  }),
  "erc20-balance-of-coeff": adjusted((params, setting) => (value) => times(value, factor(params, "coeff", setting, FACTORS))),
  "erc20-balance-of-cv": adjusted(() => squareRoot),
  "erc4626-assets-of": vault,
  "erc20-votes-undelegated-balance": undelegated,
  "erc20-votes-with-override": overridden,
  "ve-lock": locked,
  "linear-vesting-power": vested,
  "contract-call": called,
  ticket: always(({ value }) => stated(Number(value) || 1)),
  whitelist: always(whitelisted),
  "whitelist-weighted": always(({ addresses }, wallet) => {
    const weights = new Map(Object.entries(addresses).map(([address, weight]) => [low(address), weight]));
    return stated(weights.get(low(wallet)) || 0);
  }),
  math,
  validation: validated,
  "recusal-list": notRecused,
  "anti-whale": antiWhale,
  delegation: delegation(false),
  "erc20-balance-of-delegation": delegation(false),
  "with-delegation": delegation(true),
  "erc20-balance-of-with-delegation": delegation(true),
};
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
async function inside(strategy, wallets, setting) {
  if (outside(strategy.params, setting.at.number)) setting.note("`start` and `end` of strategies inside");
  return scored(strategy, wallets, setting);
}

/** One strategy as the Score API asks it: what is not more than nothing is nothing. */
export async function top(strategy, wallets, setting) {
  const scores = await scored(strategy, wallets, setting);
  for (const [wallet, score] of scores) scores.set(wallet, score && notBelowZero(score));
  return scores;
}
