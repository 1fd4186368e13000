// Reads a list of texts on standard input; prints what a parser of Discord's Markdown makes of each.
import { parse } from "discord-markdown-parser";

let input = "";
for await (const chunk of process.stdin) input += chunk;
process.stdout.write(JSON.stringify(JSON.parse(input).map((text) => parse(text, "extended"))));
