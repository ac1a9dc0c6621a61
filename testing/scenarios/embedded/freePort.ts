import { createServer } from "node:net";

/** Below the range from which outgoing connections take theirs. */
const first = 18_000;
const count = 10_000;

/** A port of 127.0.0.1 that can be bound and was not given before. */
export async function freePort(given: Set<number>): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = first + Math.floor(Math.random() * count);
    if (given.has(port) || !(await canBind(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error("no free port was found on 127.0.0.1");
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}
