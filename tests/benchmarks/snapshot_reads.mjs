// snapshot.js's multicall, told by lines of JSON what to read; run in the folder that has the package.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(process.cwd() + "/");
const { utils } = require("@snapshot-labs/snapshot.js").default ?? require("@snapshot-labs/snapshot.js");
const { StaticJsonRpcProvider } = require("@ethersproject/providers");

async function read({ url, network, multicall, abi, name, token, wallets, block }) {
  const provider = new StaticJsonRpcProvider({ url, timeout: 120_000 }, Number(network));
  const start = performance.now();
  const answers = await utils.multicall(
    network,
    provider,
    [abi],
    wallets.map((wallet) => [token, name, [wallet]]),
    { blockTag: block, multicallAddress: multicall },
  );
  const seconds = (performance.now() - start) / 1000;
  return { seconds, answers: answers.map(([value]) => value.toHexString()) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await read(JSON.parse(line)).catch((error) => ({ error: String(error).slice(0, 500) }));
  process.stdout.write(JSON.stringify(answer) + "\n");
}
