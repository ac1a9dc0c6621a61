#!/usr/bin/env node
import { existsSync } from "node:fs";
import "./requireNode.js";

// A clone runs from its source; a package carries only the bundle.
const source = new URL("../src/cli/main.ts", import.meta.url);
const { main } = await import(existsSync(source) ? source.href : new URL("../dist/main.js", import.meta.url).href);
await main(process.argv);
