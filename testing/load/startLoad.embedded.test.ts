import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { until } from "../fakes/until.ts";
import { startLoad } from "./startLoad.ts";

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Answers the first request by a reset, the second by 503, every third by a 500 of version 2, the others well by version 1. */
async function startServer(): Promise<string> {
  let count = 0;
  const made = createServer((request, response) => {
    count += 1;
    const failing = count % 3 === 0;
    if (count === 1) request.socket.resetAndDestroy();
    else if (count === 2) response.writeHead(503).end();
    else response.writeHead(failing ? 500 : 200, { "x-shop-version": failing ? "2" : "1" }).end("x");
  });
  server = made;
  await new Promise<void>((resolve) => void made.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

it("counts answers by version, and failures that are no version's own", async () => {
  const load = startLoad({ url: await startServer(), requestsPerSecond: 100, headers: { "x-test": "1" } });
  await until(() => load.report().requests > 40);
  const report = await load.stop();
  expect(report.foreignFailures).toBe(2);
  expect(report.versions["2"]?.statuses).toEqual({ 500: report.versions["2"]?.requests });
  expect(report.versions["1"]?.statuses).toEqual({ 200: report.versions["1"]?.requests });
  const counted = Object.values(report.versions).reduce((sum, { requests }) => sum + requests, 0);
  expect(counted).toBe(report.requests - 1);
  expect(await load.stop()).toBe(report);
});
