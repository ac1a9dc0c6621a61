import { runDemo } from "./demo/story.ts";

/**
 * `npm start`: the shop on an embedded cluster, by the same commands that users use. Version 2 is good and goes all
 * the way; version 3 fails 5 % of its requests and is taken back. `-- --once` ends after that; exit status 0 only if
 * both ended as they should. `-- --port N` moves the shop's own port.
 */
const once = process.argv.includes("--once");
const portAt = process.argv.indexOf("--port");
const port = portAt === -1 ? undefined : Number(process.argv[portAt + 1]);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port <= 65_535)) {
  console.error("--port takes a number from 1 to 65535");
  process.exit(2);
}
try {
  process.exitCode = await runDemo({ once, port });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
