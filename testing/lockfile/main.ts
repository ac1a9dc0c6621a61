import { readFileSync, writeFileSync } from "node:fs";
import { completeLockfile, type Lockfile } from "./complete.ts";

/** `npm run lockfile`: after a change of dependencies, so that `npm ci` works on every platform. */
const path = new URL("../../package-lock.json", import.meta.url);
const lockfile = JSON.parse(readFileSync(path, "utf8")) as Lockfile;
const added = completeLockfile(lockfile);
writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
console.log(`${added.length} packages of other platforms were added`);
