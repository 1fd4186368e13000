// Finds the wallets of this browser (EIP-6963, and window.ethereum from before it), and asks them.

import { orStopped } from "./steps.js";
import { told } from "./words.js";

const MOST = 20;
const CHAIN_PATIENCE = 3_000;
const ICON = /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/;
const LONGEST_ICON = 300_000;
// Signs that could hide or reverse text.
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** What a wallet calls itself, on one line. */
function named(text) {
  const plain = typeof text === "string" ? text.replace(HIDDEN, " ").replace(/\s+/g, " ").trim() : "";
  return plain ? [...plain].slice(0, 40).join("") : told("nameless");
}

function usable(provider) {
  return provider !== null && typeof provider === "object" && typeof provider.request === "function";
}

/** Call `changed` with all wallets found so far, now and whenever one more says hello. Returns a way to look again. */
export function watch(changed) {
  const found = new Map();
  const list = () => {
    const wallets = [...found.values()];
    const old = window.ethereum;
    if (usable(old) && !wallets.some((wallet) => wallet.provider === old)) {
      wallets.push({ name: told(wallets.length ? "another_wallet" : "browser_wallet"), from: "", icon: null, provider: old });
    }
    return wallets;
  };
  window.addEventListener("eip6963:announceProvider", (event) => {
    const { info, provider } = event.detail ?? {};
    const uuid = info?.uuid;
    if (typeof uuid !== "string" || !usable(provider)) return;
    // Nobody takes the place of a wallet that is there already.
    if (found.has(uuid) ? found.get(uuid).provider !== provider : found.size >= MOST) return;
    const icon = typeof info.icon === "string" && info.icon.length <= LONGEST_ICON && ICON.test(info.icon);
    found.set(uuid, {
      name: named(info.name),
      from: typeof info.rdns === "string" && /^[a-z0-9.-]{1,60}$/i.test(info.rdns) ? info.rdns : "",
      icon: icon ? info.icon : null,
      provider,
    });
    changed(list());
  });
  const look = () => {
    window.dispatchEvent(new Event("eip6963:requestProvider"));
    changed(list());
  };
  // Wallets from before EIP-6963 may come late.
  window.addEventListener("ethereum#initialized", () => changed(list()), { once: true });
  look();
  setTimeout(look, 800);
  return look;
}

/** What went wrong in a wallet, by the name of its words: what happened, and what to do then. */
export class WalletProblem extends Error {
  constructor(name, facts) {
    super(told(name, facts));
    this.then_ = told(`${name}_then`);
  }
}

/** Ask a wallet, and tell in plain words what it does not do. */
export async function ask(provider, method, params) {
  try {
    return await orStopped(provider.request(params === undefined ? { method } : { method, params }));
  } catch (error) {
    if (error?.then_) throw error;
    const code = error?.code ?? error?.data?.originalError?.code;
    if (code === 4001 || code === "ACTION_REJECTED") {
      throw new WalletProblem("refused");
    }
    if (code === -32002) {
      throw new WalletProblem("asking");
    }
    if (code === 4100) {
      throw new WalletProblem("not_allowed");
    }
    if (code === 4200 || code === -32601) {
      const unable = new WalletProblem("unable");
      throw Object.assign(unable, { unable: true });
    }
    throw new WalletProblem("failed", { reason: named(error?.message) });
  }
}

/** Return the addresses that the wallet shows to this page. */
export async function accountsOf(provider) {
  const accounts = addresses(await ask(provider, "eth_requestAccounts"));
  if (!accounts.length) {
    throw new WalletProblem("no_account");
  }
  return [...new Set(accounts)].slice(0, 10);
}

/** Return the addresses in what a wallet says. */
export function addresses(said) {
  return Array.isArray(said) ? said.filter((one) => /^0x[0-9a-fA-F]{40}$/.test(one)) : [];
}

/** Return the number of the wallet's chain, null where it tells none, or not soon. */
export async function chainOf(provider) {
  const late = new Promise((resolve) => setTimeout(resolve, CHAIN_PATIENCE, null));
  try {
    const number = Number(await Promise.race([provider.request({ method: "eth_chainId" }), late]));
    return Number.isSafeInteger(number) && number > 0 ? number : null;
  } catch {
    return null;
  }
}

/** Have the wallet sign a text (EIP-191). */
export async function sign(provider, text, address) {
  const bytes = new TextEncoder().encode(text);
  const message = "0x" + [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return signature(await ask(provider, "personal_sign", [message, address]));
}

/** Have the wallet sign typed data (EIP-712). */
export async function signTyped(provider, typed, address) {
  return signature(await ask(provider, "eth_signTypedData_v4", [address, JSON.stringify(typed)]));
}

/** Have an owner of a Safe sign its message: as typed data, or its hash as a text where the wallet knows no other way. */
export async function signOwner(provider, { typed, hash }, address) {
  try {
    return await signTyped(provider, typed, address);
  } catch (problem) {
    if (!problem.unable) throw problem;
    return signature(await ask(provider, "personal_sign", [hash, address]));
  }
}

function signature(said) {
  if (typeof said === "string" && /^0x([0-9a-fA-F]{2})*$/.test(said)) return said;
  throw new WalletProblem("no_signature");
}

/**
 * Have the server check what a wallet answered. `check` sends it. A wallet that answers with nothing may approve on
 * chain what it was shown: until its contract says so, the same answer can be checked again.
 */
export async function proved(answer, check) {
  try {
    return await check();
  } catch (problem) {
    if (answer !== "0x" || (problem.kind !== "contract" && problem.kind !== "signature")) throw problem;
    throw Object.assign(new WalletProblem("empty"), { kind: "empty" });
  }
}
