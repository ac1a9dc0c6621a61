import { generatedFiles } from "./files.ts";
import { findDrift, writeFiles } from "./write.ts";

/** `npm run generate` writes CRDs, policies and reference pages; `-- --check` fails when a written one differs. */
const check = process.argv.includes("--check");
const files = generatedFiles();
if (check) {
  const drifted = findDrift(files);
  for (const path of drifted) console.error(`${path} differs from its source: run npm run generate`);
  process.exitCode = drifted.length === 0 ? 0 : 1;
} else {
  writeFiles(files);
  for (const { path } of files) console.log(path);
}
