// The scores of strategies by their formulas in doubles, read through snapshot.js: a JSON object in, one out.
// Run in the folder that has the packages.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.cwd() + "/");
const { utils } = require("@snapshot-labs/snapshot.js").default ?? require("@snapshot-labs/snapshot.js");
const { StaticJsonRpcProvider } = require("@ethersproject/providers");
const { formatUnits } = require("@ethersproject/units");
const { formatBytes32String } = require("@ethersproject/strings");

const { url, network, multicall, registry, cabinet, wallets, block, space } = JSON.parse(readFileSync(0, "utf8"));
const provider = new StaticJsonRpcProvider({ url, timeout: 60_000 }, Number(network));
const NOBODY = "0x0000000000000000000000000000000000000000";

async function ask(target, signature, rows) {
  const abi = [`function ${signature}`];
  const name = signature.split("(")[0];
  const calls = rows.map((row) => [target, name, row]);
  return utils.multicall(network, provider, abi, calls, { blockTag: block, multicallAddress: multicall });
}

const number = (answer, decimals = 18) => parseFloat(formatUnits(answer.toString(), decimals));
const each = async (signature, decimals, target = cabinet) =>
  (await ask(target, signature, wallets.map((wallet) => [wallet]))).map((answer) => number(answer, decimals));

const balances = await each("balanceOf(address) view returns (uint256)");
const counts = await each("balanceOf(address) view returns (uint256)", 0);
const votes = await each("getVotes(address) view returns (uint256)");
const to = (await ask(cabinet, "delegates(address) view returns (address)", wallets.map((wallet) => [wallet]))).flat();
const shares = await ask(cabinet, "balanceOf(address) view returns (uint256)", wallets.map((wallet) => [wallet]));
const batch = "balanceOfBatch(address[],uint256[]) view returns (uint256[])";
const sets = await ask(cabinet, batch, wallets.map((wallet) => [[wallet, wallet], [3, 9]]));
const ids = ["balanceOf(address,uint256) view returns (uint256)", wallets.map((wallet) => [wallet, 5])];
const stakes = await ask(cabinet, "stakeOf(address) view returns (uint256 staked, uint256 pending)", wallets.map((w) => [w]));
const owners = (await ask(cabinet, "ownerOf(uint256) view returns (address)", [[wallets[1]], [wallets[2]]])).flat();

const everywhere = "0x" + "00".repeat(32);
const named = [everywhere, formatBytes32String(space.replace(".eth", "")), formatBytes32String(space)];
const delegate = new Map();
for (const id of named) {
  const rows = await ask(registry, "delegation(address,bytes32) view returns (address)", wallets.map((w) => [w, id]));
  rows.flat().forEach((taker, row) => {
    if (taker !== NOBODY) delegate.set(row, wallets.findIndex((wallet) => wallet.toLowerCase() === taker.toLowerCase()));
  });
}
const all = wallets.map((_, row) => row);
const received = (row, counts) =>
  [...delegate].filter(([giver, taker]) => taker === row && counts(giver)).reduce((sum, [giver]) => sum + balances[giver], 0);
const voting = (row) => row % 3 !== 0;
const same = (a, b) => a.toLowerCase() === b.toLowerCase();

const scores = {
  "erc20-balance-of": balances,
  "erc20-votes": votes,
  "comp-like-votes": await each("getCurrentVotes(address) view returns (uint96)"),
  "eth-balance": await each("getEthBalance(address) view returns (uint256)", 18, multicall),
  erc721: counts,
  "erc721-with-multiplier": counts.map((count) => count * 0.3),
  "erc721-with-tokenid": wallets.map((wallet) => (owners.some((owner) => same(owner, wallet)) ? 1 : 0)),
  "erc1155-balance-of": (await ask(cabinet, ...ids)).map((answer) => number(answer, 0)),
  "erc1155-balance-of-ids": sets.map(([held]) => held.reduce((sum, one) => sum + number(one, 0), 0)),
  "balance-of-with-min": balances.map((balance) => (balance >= 1000 ? balance : 0)),
  "balance-of-with-max": balances.map((balance) => Math.min(balance * 1.7, 5000)),
  "balance-of-with-thresholds": balances.map((balance) => (balance >= 1000 ? 20 : balance >= 1 ? 3 : 0)),
  "erc20-with-balance": balances.map((balance) => (balance > 10 ? 1 : 0)),
  "erc20-balance-of-weighted": balances.map((balance) => balance * 0.1),
  "erc20-balance-of-cv": balances.map(Math.sqrt),
  "erc4626-assets-of": (
    await ask(cabinet, "convertToAssets(uint256) view returns (uint256)", shares.map(([share]) => [share]))
  ).map((answer) => number(answer)),
  "ve-balance-of-at": (
    await ask(cabinet, "balanceOfAt(address,uint256) view returns (uint256)", wallets.map((w) => [w, block]))
  ).map((answer) => number(answer)),
  "contract-call": stakes.map((answer) => number(answer.pending)),
  "erc20-votes-undelegated-balance": balances.map((balance, row) => (to[row] === NOBODY ? balance : 0)),
  math: balances.map((balance) => Math.cbrt(balance)),
  "anti-whale": balances.map((balance) => (balance > 1625 ? 6500 * (balance / 6500) ** 0.5 : balance * 2)),
  delegation: all.filter(voting).map((row) => received(row, (giver) => !voting(giver))),
  "with-delegation": all.map((row) => received(row, () => true) + (delegate.has(row) ? 0 : balances[row])),
};
process.stdout.write(JSON.stringify(scores));
