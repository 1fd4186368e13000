// Words that formulas share: what a wallet holds, a choice between two scores, a number that a parameter states.
import { held, plus, stated, unsure } from "./doubles.mjs";
import { formatUnits } from "./chain.mjs";

export class Refused extends Error {}

export const BALANCE = "function balanceOf(address) view returns (uint256)";
export const NOBODY = "0x" + "00".repeat(20);
export const low = (address) => address.toLowerCase();
export const amount = (raw, decimals) => held(raw, Number(decimals ?? 18), formatUnits(raw, decimals ?? 18));

/** A score a wallet, made by `make`; unknown where what it is made of is. */
export function each(wallets, columns, make) {
  return new Map(
    wallets.map((wallet, row) => {
      const parts = columns.map((column) => column[row]);
      return [wallet, parts.some((part) => part === null) ? null : make(...parts)];
    }),
  );
}

export async function read(setting, wallets, params, abi, decimals = params.decimals) {
  const raw = await setting.at.numbers(
    params.address,
    abi,
    wallets.map((wallet) => [wallet]),
  );
  return raw.map((one) => (one === null ? null : amount(one, decimals)));
}

export const plain = (abi, decimals) => async (params, wallets, setting) =>
  each(wallets, [await read(setting, wallets, params, abi, decimals ?? params.decimals)], (value) => value);

export const adjusted = (make, decimals) => async (params, wallets, setting) =>
  each(wallets, [await read(setting, wallets, params, BALANCE, decimals ?? params.decimals)], make(params, setting));

/** `yes` where a comparison says 0 or 1 (or 1 alone, with `strict`), else `no`. */
export function choose(sign, strict, yes, no) {
  if (sign === null || Number.isNaN(Number(sign))) return unsure(Math.max(yes.places, no.places));
  return sign > 0 || (!strict && sign === 0) ? yes : no;
}

export function factor(params, name, setting, row) {
  if (params[name] !== undefined && params[name] !== null) return stated(params[name]);
  if (!row) throw new Refused("a number that is missing");
  setting.note(row);
  return stated(1);
}
export const add = (a, b) => (a === null || b === null ? null : plus(a, b));
