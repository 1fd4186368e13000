// Strategies over others, and those that look at who delegates to whom.
import {
  compared,
  cubeRoot,
  damped,
  divided,
  less,
  notBelowZero,
  of,
  plus,
  squareRoot,
  stated,
  times,
  unsure,
  zero,
} from "./doubles.mjs";
import { getFormattedAddress } from "./chain.mjs";
import { add, BALANCE, choose, each, low, NOBODY, read } from "./asking.mjs";
import { inside, top } from "./formulas.mjs";

const least = (wanted) => (value) => compared(value, wanted) ?? null;

/** Within `validation` and `recusal-list` Snapshot takes those who were let through for all who vote. */
function apart(voters, wallets, setting) {
  if (voters.size > wallets.length)
    setting.note("strategies that look at who votes, inside `validation` or `recusal-list`");
}

/** Who delegates to whom; `counts` says which delegations Snapshot takes at all. */
async function delegates(space, setting, counts) {
  const all = await setting.at.delegations(space);
  const choose = (some) =>
    new Map(
      [...some.filter((one) => !one.space), ...some.filter((one) => one.space)].map((one) => [
        one.delegator,
        one.delegate,
      ]),
    );
  const [here, there] = [choose(all), choose(all.filter(counts))];
  const wrong = all.filter((one) => counts(one) && here.get(one.delegator) !== one.delegate);
  if (wrong.some((one) => there.get(one.delegator) === one.delegate)) {
    const spelt = wrong.some((one) => one.space);
    setting.note(
      `\`delegation\` family, ${spelt ? "two spellings of the space" : "delegations for the space and for everywhere"}`,
    );
  }
  return here;
}

function received(wallets, givers, scores, own) {
  return new Map(
    wallets.map((wallet) => {
      const mine = [...givers]
        .filter(([, taker]) => taker === low(wallet))
        .map(([giver]) => getFormattedAddress(giver));
      if (own(wallet)) mine.push(wallet);
      return [wallet, mine.reduce((sum, giver) => add(sum, scores.get(giver)), zero)];
    }),
  );
}

const listed = ({ strategies, address, decimals }) =>
  strategies ?? [{ name: "erc20-balance-of", params: { address, decimals } }];

/** What several give together, each by itself as at the top: within its window, and nothing below nothing. */
async function together(strategies, wallets, setting) {
  const one = new Set(wallets.map(low));
  const rows = await Promise.all(strategies.map((strategy) => top(strategy, wallets, { ...setting, voters: one })));
  return new Map(wallets.map((wallet) => [wallet, rows.map((row) => row.get(wallet)).reduce(add, zero)]));
}

/** Whether a score by one of them depends on who else votes, however deep it stands inside. */
const looksAtVoters = (strategies) =>
  /"name":"(delegation|erc20-balance-of-delegation|erc20-votes-with-override)"/.test(JSON.stringify(strategies));

const delegation = (withOwn) => async (params, wallets, setting) => {
  const asked = new Set(wallets.map(low));
  const { voters } = setting;
  if (!withOwn || looksAtVoters(listed(params))) apart(voters, wallets, setting);
  const counts = withOwn ? () => true : (one) => asked.has(one.delegate) && !voters.has(one.delegator);
  const all = await delegates(params.delegationSpace || setting.space, setting, counts);
  const givers = new Map([...all].filter(([giver, taker]) => asked.has(taker) && (withOwn || !voters.has(giver))));
  const own = (wallet) => withOwn && !all.has(low(wallet));
  const behind = [...givers.keys()].map((one) => getFormattedAddress(one));
  const people = [...new Set(withOwn ? [...behind, ...wallets] : behind)];
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
  const to = (await setting.at.ask(params.address, "function delegates(address) view returns (address)", rows)).map(
    (one) => one && low(one[0]),
  );
  const balances = await read(setting, people, params, BALANCE);
  const votes = await read(
    setting,
    people,
    params,
    `function ${params.getVotesName ?? "getVotes"}(address) view returns (uint256)`,
  );
  if ([to, balances, votes].some((column) => column.includes(null)))
    return new Map(wallets.map((wallet) => [wallet, null]));
  const power = new Map(
    people.map((person, row) => {
      let left = votes[row];
      const mine = people.flatMap((other, index) =>
        to[index] === person && other !== person ? [balances[index]] : [],
      );
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

export const OPERATIONS = {
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

export const operandsOf = ({ operands, strategy }) => operands ?? (strategy && [{ type: "strategy", strategy }]);

async function math(params, wallets, setting) {
  const operands = operandsOf(params);
  const operation = OPERATIONS[params.operation];
  if (!operation || operands?.length !== operation.length) throw new Error("operands");
  const columns = await Promise.all(
    operands.map(async (operand) => {
      if (operand.type === "constant") return wallets.map(() => stated(operand.value));
      const scores = await inside(operand.strategy, wallets, setting);
      if (wallets.some((wallet) => scores.get(wallet)?.absent))
        setting.note("`math` over `validation` or `recusal-list`");
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
  for (const some of [validationStrategies, votingStrategies])
    if (!some.length || some.length > 3) throw new Error("how many");
  const rows = await Promise.all(validationStrategies.map((one) => inside(one, wallets, setting)));
  const signs = new Map(
    wallets.map((wallet) => [
      wallet,
      rows.map((row) => row.get(wallet) && least(stated(validationThreshold))(row.get(wallet))),
    ]),
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
  const scores = strategy?.name
    ? await inside(strategy, free, setting)
    : new Map(free.map((wallet) => [wallet, stated(1)]));
  return new Map(
    wallets.map((wallet) => [
      wallet,
      scores.get(wallet) === undefined ? { ...zero, absent: Boolean(strategy?.name) } : scores.get(wallet),
    ]),
  );
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
export const OVER = {
  "erc20-votes-with-override": overridden,
  math,
  validation: validated,
  "recusal-list": notRecused,
  "anti-whale": antiWhale,
  delegation: delegation(false),
  "erc20-balance-of-delegation": delegation(false),
  "with-delegation": delegation(true),
  "erc20-balance-of-with-delegation": delegation(true),
};
