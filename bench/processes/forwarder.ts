import { Agent, createServer, request } from "node:http";
import { closeServer, listen } from "./listen.ts";
import { serveParent } from "./parent.ts";

/** The plainest proxy that `node:http` makes: no routing, no weights, no counters. The argument is the backend's port. */
const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true });
const server = createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const call = request({ agent, host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  call.on("error", () => outgoing.destroy());
  incoming.pipe(call);
});
serveParent({ port: await listen(server) }, {}, async () => {
  agent.destroy();
  await closeServer(server);
});
