// Reads {text, signature} on standard input; prints what npm's siwe makes of the text, and whether it verifies.
import { SiweMessage } from "siwe";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { text, signature, time } = JSON.parse(input);
const message = new SiweMessage(text);
const verdict = await message.verify({ signature, time }, { suppressExceptions: true });
process.stdout.write(JSON.stringify({ ...message, success: verdict.success, written: message.prepareMessage() }));
