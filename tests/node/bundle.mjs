// Reads a result bundle on standard input; prints what npm's packages, and RFC 6962 written out here, make of it.
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import canonicalize from "canonicalize";
import { TypedDataEncoder, recoverAddress } from "ethers";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { sha256 } from "multiformats/hashes/sha2";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
let bytes = Buffer.concat(chunks);
if (bytes[0] === 0x1f) bytes = gunzipSync(bytes);
const bundle = JSON.parse(bytes.toString());

const hash = (...parts) => {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return digest.digest();
};
const cid = async (text) => CID.create(1, raw.code, await sha256.digest(Buffer.from(text))).toString();

// MTH of RFC 6962, 2.1, as it is written there.
const treeHash = (leaves) => {
  if (leaves.length === 0) return hash("");
  if (leaves.length === 1) return hash(Buffer.from([0]), leaves[0]);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hash(Buffer.from([1]), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
};
const lines = bundle.ballots.map(({ check, ...line }) => canonicalize(line));

const VOTE = ["from", "space", "proposal", "reason", "app", "metadata"].map((name) => ({ name, type: "string" }));
const signer = ({ message, signature }) => {
  const choice = Array.isArray(message.choice) ? "uint32[]" : typeof message.choice === "number" ? "uint32" : "string";
  const [from, space, proposal, ...others] = VOTE;
  const Vote = [from, space, { name: "timestamp", type: "uint64" }, proposal, { name: "choice", type: choice }, ...others];
  const digest = TypedDataEncoder.hash({ name: "snapshot", version: "0.1.4" }, { Vote }, message);
  return recoverAddress(digest, signature).toLowerCase();
};

const scores = bundle.proposal.document.text.choices.map(() => 0n);
for (const ballot of bundle.ballots) if (Number.isInteger(ballot.mark)) scores[ballot.mark - 1] += BigInt(ballot.power);

process.stdout.write(
  JSON.stringify({
    canonical: Buffer.from(canonicalize(bundle)).equals(bytes),
    cid: await cid(bytes),
    proposal: await cid(canonicalize(bundle.proposal.document)),
    root: treeHash(lines.map((line) => Buffer.from(line))).toString("hex"),
    checks: lines.map((line) => hash(Buffer.from([0]), line).toString("hex").slice(0, 16)),
    digests: Object.fromEntries(
      Object.entries(bundle)
        .filter(([name]) => !["ballots", "root", "digests"].includes(name))
        .map(([name, value]) => [name, hash(canonicalize(value)).toString("hex")]),
    ),
    signers: bundle.ballots.map(({ signed }) => (signed ? signer(signed) : null)),
    scores: scores.map(String),
  }),
);
