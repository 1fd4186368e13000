// What strategies read, through snapshot.js's multicall at one block; a call that reverts is null.
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { utils } = require("@snapshot-labs/snapshot.js").default ?? require("@snapshot-labs/snapshot.js");
const { StaticJsonRpcProvider } = require("@ethersproject/providers");
const { Interface } = require("@ethersproject/abi");
const { formatBytes32String } = require("@ethersproject/strings");
const { BigNumber } = require("@ethersproject/bignumber");
export const { formatUnits } = require("@ethersproject/units");
export const { getFormattedAddress } = utils;

const SET = "0xa9a7fd460f56bddb880a465a9c3e9730389c70bc53108148f16d55a87a6c468e";
const CLEAR = "0x9c4f00c4291262731946e308dc2979a56bd22cce8f95906b975065e96cd5a064";
const account = (topic) => "0x" + topic.slice(26);

export class Chain {
  constructor({ url, network, multicall, registry }) {
    this.provider = new StaticJsonRpcProvider({ url, timeout: 60_000 }, Number(network));
    Object.assign(this, { network, multicall, registry, kept: new Map() });
  }

  at(block) {
    return new AtBlock(this, block);
  }

  once(key, ask) {
    if (!this.kept.has(key)) this.kept.set(key, ask());
    return this.kept.get(key);
  }
}

class AtBlock {
  constructor(chain, block) {
    Object.assign(this, { chain, number: block });
  }

  /** The answers of one function to each row of arguments, decoded. */
  ask(target, abi, rows) {
    if (!rows.length) return [];
    return this.chain.once(JSON.stringify([this.number, target, abi, rows]), () => this.#asked(target, abi, rows));
  }

  async #asked(target, abi, rows) {
    const { network, provider, multicall } = this.chain;
    const name = typeof abi === "string" ? abi.match(/function (\w+)/)[1] : abi.name;
    const calls = rows.map((row) => [target, name, row]);
    const options = { blockTag: this.number, multicallAddress: multicall };
    try {
      return await utils.multicall(network, provider, [abi], calls, options);
    } catch {
      const contract = new Interface([abi]);
      return Promise.all(
        rows.map(async (row) => {
          const data = contract.encodeFunctionData(name, row); // arguments that do not fit fail it all
          const answer = await provider.call({ to: target, data }, this.number).catch(() => "0x");
          try {
            return contract.decodeFunctionResult(name, answer);
          } catch {
            return null;
          }
        }),
      );
    }
  }

  /** One number a row, as a BigInt. */
  async numbers(target, abi, rows) {
    return (await this.ask(target, abi, rows)).map((answer) => answer && BigNumber.from(answer[0]).toBigInt());
  }

  coins(wallets) {
    const abi = "function getEthBalance(address) view returns (uint256)";
    return this.numbers(
      this.chain.multicall,
      abi,
      wallets.map((wallet) => [wallet]),
    );
  }

  async timestamp() {
    return (await this.chain.once(`block ${this.number}`, () => this.chain.provider.getBlock(this.number))).timestamp;
  }

  /** What the registry holds for a space, oldest first: `{ delegator, delegate, space }`, the space "" for all. */
  async delegations(space) {
    const logs = await this.chain.once(`logs ${this.number}`, () =>
      this.chain.provider.getLogs({ address: this.chain.registry, fromBlock: 0, toBlock: this.number }),
    );
    const names = new Map([["0x" + "00".repeat(32), ""]]);
    for (const name of [space, space.replace(".eth", "")]) names.set(formatBytes32String(name), name);
    const kept = new Map();
    for (const { topics } of logs.filter(({ topics }) => names.has(topics[2]))) {
      const key = topics[1] + topics[2];
      kept.delete(key);
      if (topics[0] === SET) {
        kept.set(key, { delegator: account(topics[1]), delegate: account(topics[3]), space: names.get(topics[2]) });
      } else if (topics[0] !== CLEAR) throw new Error("an event that the registry does not have");
    }
    return [...kept.values()];
  }
}
