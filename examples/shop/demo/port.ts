import { createServer } from "node:net";

/** The wanted port when it is free, else a free one. */
export async function freePort(wanted: number): Promise<number> {
  return (await canListen(wanted)) ?? (await canListen(0)) ?? wanted;
}

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
