// Reads {url, claims: [{address, hash, signature}]} on standard input; prints whether viem finds each verified.
import { createPublicClient, http } from "viem";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { url, claims } = JSON.parse(input);
const client = createPublicClient({ transport: http(url) });
const found = [];
for (const claim of claims) found.push(await client.verifyHash(claim).catch(() => false));
process.stdout.write(JSON.stringify(found));
