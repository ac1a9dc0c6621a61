#!/usr/bin/env node
// Plain JavaScript, so that an old Node can say what is wrong instead of stumbling over the first type.
import { existsSync } from "node:fs";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Tidegate needs Node 22.18 or newer, and this is ${process.versions.node}. In a clone of the repository "npm run tidegate -- ..." uses the right one.`,
  );
  process.exit(1);
}
// A clone runs from its source; a package carries only the bundle.
const source = new URL("../src/cli/main.ts", import.meta.url);
const { main } = await import(existsSync(source) ? source.href : new URL("../dist/main.js", import.meta.url).href);
await main(process.argv);
