// Strategies that look at contracts or lists alone.
import { compared, held, of, squareRoot, stated, times, unsure, zero } from "./doubles.mjs";
import { formatUnits } from "./chain.mjs";
import { adjusted, amount, BALANCE, choose, each, factor, low, NOBODY, plain, read, Refused } from "./asking.mjs";

const WEEK = 604_800n;
const FACTORS =
  "`balance-of-with-max`, `erc20-balance-of-coeff`, `erc1155-balance-of-ids-weighted` without their factor";

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
  const found = await setting.at.ask(
    address,
    "function ownerOf(uint256) view returns (address)",
    tokenIds.map((id) => [id]),
  );
  if (found.includes(null)) setting.note("`erc721-with-tokenid`");
  return found.every((one) => one === null) ? null : found.filter(Boolean).map(([owner]) => low(owner));
}

const owned = (count) => async (params, wallets, setting) => {
  const found = await owners(params, setting);
  return new Map(
    wallets.map((wallet) => [wallet, found && stated(count(found.filter((one) => one === low(wallet)).length))]),
  );
};

const batch = (weighted) => async (params, wallets, setting) => {
  const { address, ids } = params;
  const abi = "function balanceOfBatch(address[], uint256[]) view returns (uint256[])";
  const rows = await setting.at.ask(
    address,
    abi,
    wallets.map((wallet) => [ids.map(() => wallet), ids]),
  );
  const weight = weighted ? factor(params, "weight", setting, FACTORS) : null;
  return each(wallets, [rows], ([numbers]) => {
    const raw = numbers.map((one) => one.toBigInt());
    if (raw.some((one) => one >= 2n ** 53n)) setting.note("`erc1155-balance-of-ids`");
    const sum = amount(
      raw.reduce((a, b) => a + b, 0n),
      0,
    );
    return weight ? times(sum, weight) : sum;
  });
};

async function vault(params, wallets, setting) {
  const shares = await setting.at.numbers(
    params.address,
    BALANCE,
    wallets.map((wallet) => [wallet]),
  );
  const known = shares.filter((share) => share !== null).map((share) => [share.toString()]);
  const worth = await setting.at.numbers(
    params.address,
    "function convertToAssets(uint256) view returns (uint256)",
    known,
  );
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
  const to = await setting.at.ask(
    params.address,
    "function delegates(address) view returns (address)",
    wallets.map((w) => [w]),
  );
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
  const people = (await setting.at.ask(address, "function usr(uint256) view returns (address)", ids)).map(
    ([one]) => one,
  );
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
  const rows = await setting.at.ask(
    address,
    abi,
    wallets.map((wallet) => [wallet]),
  );
  const now = BigInt(await setting.at.timestamp());
  return each(wallets, [rows], (lock) => {
    const [has, end] = [lock.amount.toBigInt(), lock.end.toBigInt()];
    const most = BigInt(maxWeeks) * WEEK;
    let left = end > now ? end - now : 0n;
    if (weeks === "floored") left -= left % WEEK;
    return amount(has >= 2n ** 255n ? 0n : (has * (left < most ? left : most)) / most, decimals);
  });
}

const always = (make) => async (params, wallets) => new Map(wallets.map((wallet) => [wallet, make(params, wallet)]));
const votes = plain("function getCurrentVotes(address) view returns (uint96)");
const member = (addresses, wallet) => addresses.some((one) => low(one) === low(wallet));

function whitelisted({ addresses, url }, wallet) {
  if (url && !addresses) throw new Refused("`whitelist` with `url`");
  return stated(member(addresses, wallet) ? 1 : 0);
}
export const LEAVES = {
  "erc20-balance-of": plain(BALANCE),
  "erc20-votes": plain("function getVotes(address) view returns (uint256)"),
  "comp-like-votes": votes,
  uni: votes,
  "ve-balance-of-at": at,
  "eth-balance": coins,
  erc721: plain(BALANCE, 0),
  "erc721-with-multiplier": adjusted(
    ({ multiplier }) =>
      (value) =>
        times(value, stated(Number(multiplier) || 1)),
    0,
  ),
  "erc721-with-tokenid": owned((count) => Math.min(1, count)),
  "erc721-with-tokenid-weighted": owned((count) => count),
  "erc1155-balance-of": async (params, wallets, setting) => {
    const abi = "function balanceOf(address, uint256) view returns (uint256)";
    const rows = wallets.map((wallet) => [wallet, params.tokenId]);
    return each(wallets, [await setting.at.numbers(params.address, abi, rows)], (raw) => amount(raw, params.decimals));
  },
  "erc1155-balance-of-ids": batch(false),
  "erc1155-balance-of-ids-weighted": batch(true),
  "erc20-with-balance": adjusted(
    ({ minBalance }) =>
      (value) =>
        choose(compared(value, stated(minBalance || 0)), true, stated(1), zero),
  ),
  "balance-of-with-min": adjusted(
    ({ minBalance }) =>
      (value) =>
        choose(compared(value, stated(minBalance || 0)), false, value, zero),
  ),
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
  "erc20-balance-of-coeff": adjusted(
    (params, setting) => (value) => times(value, factor(params, "coeff", setting, FACTORS)),
  ),
  "erc20-balance-of-cv": adjusted(() => squareRoot),
  "erc4626-assets-of": vault,
  "erc20-votes-undelegated-balance": undelegated,
  "ve-lock": locked,
  "linear-vesting-power": vested,
  "contract-call": called,
  ticket: always(({ value }) => stated(Number(value) || 1)),
  whitelist: always(whitelisted),
  "whitelist-weighted": always(({ addresses }, wallet) => {
    const weights = new Map(Object.entries(addresses).map(([address, weight]) => [low(address), weight]));
    return stated(weights.get(low(wallet)) || 0);
  }),
};
