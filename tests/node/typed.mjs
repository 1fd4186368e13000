// Reads a list of typed data (EIP-712) on standard input; prints the digests that ethers has for them.
import { TypedDataEncoder } from "ethers";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const digests = JSON.parse(input).map(({ domain, types: { EIP712Domain, ...types }, message }) =>
  TypedDataEncoder.hash(domain, types, message),
);
process.stdout.write(JSON.stringify(digests));
