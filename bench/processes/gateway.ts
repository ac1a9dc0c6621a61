import { createServer } from "node:http";
import { createMetricsRegistry } from "../../src/embedded/gateway/metrics/registry.ts";
import { createProxy } from "../../src/embedded/gateway/proxy/proxy.ts";
import { backendOf, ruleOf, tableOf } from "../../src/embedded/gateway/proxy/tables.testing.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { systemRandom } from "../../src/ports/random.ts";
import { closeServer, listen } from "./listen.ts";
import { serveParent } from "./parent.ts";

/** The embedded gateway's data plane with two listeners: all to one backend, and 10/90 to two. The argument is the backends' port. */
const endpoints = [{ address: "127.0.0.1", port: Number(process.argv[2]) }];
const plainPort = await freePort();
const splitPort = await freePort();
const plain = tableOf(plainPort, [ruleOf([backendOf("shop")])], { shop: endpoints, contender: endpoints });
const weighted = [
  { backend: backendOf("contender"), weight: 10 },
  { backend: backendOf("shop"), weight: 90 },
];
const split = tableOf(splitPort, [ruleOf(weighted)], {});
const metrics = createMetricsRegistry(systemClock);
const proxy = createProxy({ clock: systemClock, random: systemRandom, metrics, bindAddress: "127.0.0.1" });
await proxy.apply({ ports: new Map([...plain.ports, ...split.ports]), services: plain.services });
serveParent({ plainPort, splitPort }, {}, () => proxy.close());

/** Free a moment ago; nobody else hands ports out between here and the listening. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await closeServer(server);
  return port;
}
