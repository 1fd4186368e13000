// Powers by Snapshot's strategies: a world in the first line of JSON, then lists in, one answer a line.
// Run in the folder that has the packages.
import { createInterface } from "node:readline";
import { Chain, getFormattedAddress } from "./chain.mjs";
import { Refused } from "./asking.mjs";
import { NAMES, sound, top } from "./formulas.mjs";

async function powers(chain, space, { strategies, addresses, block }) {
  const rows = new Set();
  let mayFail = false;
  const told = () => ({ rows: [...rows], mayFail });
  try {
    const asked = addresses.map((address) => getFormattedAddress(address, "evm"));
    const wallets = [...new Set(asked)];
    const setting = {
      at: chain.at(block),
      space,
      voters: new Set(wallets.map((wallet) => wallet.toLowerCase())),
      note: (row) => rows.add(row),
      mayFail: () => (mayFail = true),
    };
    const scores = await Promise.all(strategies.map((strategy) => top(strategy, wallets, setting)));
    const parts = asked.map((wallet) => scores.map((column) => column.get(wallet)));
    if (!strategies.every(sound)) throw new Refused("strategies that no wallet and no block asks");
    if (parts.flat().includes(null)) return { ...told(), error: "a call reverts" };
    return {
      ...told(),
      parts: parts.map((row) => row.map(({ v, e, plain }) => [v, plain ? 0 : Number.isFinite(e) ? e : null])),
    };
  } catch (error) {
    if (error instanceof Refused) rows.add(error.message);
    return { ...told(), error: String(error.message).slice(0, 200) };
  }
}

let world;
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (!world) {
    world = { chain: new Chain(asked), space: asked.space };
    console.log(JSON.stringify(NAMES));
  } else console.log(JSON.stringify(await powers(world.chain, world.space, asked)));
}
