// Compiles the demo's contracts and the tests': one JSON artefact each, the same bytes on every machine.
// Usage: node tests/contracts/build.mjs [folder]    (default: the demo's in `compiled`, the tests' beside them; solc comes from tests/node)
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const solc = createRequire(new URL("../node/package.json", import.meta.url))("solc");

// The warning about selfdestruct: hostile contracts use it.
const SELFDESTRUCT = "5159";

const demo = "../../bot/demo/contracts/";
for (const [sources, folder] of [[demo, `${demo}compiled/`], ["./", "./"]]) {
  build(fileURLToPath(new URL(sources, import.meta.url)), process.argv[2] ?? fileURLToPath(new URL(folder, import.meta.url)));
}

function build(sources, folder) {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(
      readdirSync(sources)
        .filter((file) => file.endsWith(".sol"))
        .sort()
        .map((file) => [file, { content: readFileSync(join(sources, file), "utf8") }]),
    ),
    settings: {
      evmVersion: "shanghai",
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: "none", appendCBOR: false },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
    },
  };

  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const errors = (output.errors ?? []).filter(({ errorCode }) => errorCode !== SELFDESTRUCT);
  for (const { formattedMessage } of errors) console.error(formattedMessage);
  if (errors.length) process.exit(1);

  for (const contracts of Object.values(output.contracts)) {
    for (const [name, { abi, evm }] of Object.entries(contracts)) {
      if (!evm.bytecode.object) continue; // abstract
      const artefact = {
        name,
        compiler: solc.version(),
        settings: { evmVersion: input.settings.evmVersion, optimizer: input.settings.optimizer },
        abi,
        bytecode: `0x${evm.bytecode.object}`,
        runtime: `0x${evm.deployedBytecode.object}`,
      };
      writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(artefact, null, 1)}\n`);
    }
  }
}
