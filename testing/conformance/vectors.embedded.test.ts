import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resources } from "../../src/api/resources.ts";
import { startApiServer, type ApiServer } from "../../src/embedded/api/server.ts";
import { startControllers } from "../../src/embedded/controllers/start.ts";
import { builtInDefinitions } from "../../src/embedded/kinds/builtInDefinitions.ts";
import { createClient } from "../../src/kube/client.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { systemRandom } from "../../src/ports/random.ts";
import { runCase, type StepFault } from "./runCase.ts";
import { loadCases } from "./vectors.ts";

describe.concurrent("what a real API server answered", () => {
  const directory = mkdtempSync(join(tmpdir(), "tidegate-vectors-"));
  const controllers = new AbortController();
  const wording: string[] = [];
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer({
      stateDir: directory,
      port: 0,
      clock: systemClock,
      random: systemRandom,
      definitions: builtInDefinitions,
    });
    const client = createClient({
      server: server.url,
      namespace: "default",
      tls: { caPem: server.caPem },
      user: { token: server.token },
    });
    await client.create(resources.nodes, { apiVersion: "v1", kind: "Node", metadata: { name: "none" } });
    await startControllers({ client, clock: systemClock, random: systemRandom, signal: controllers.signal });
  });

  afterAll(async () => {
    controllers.abort();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
    if (wording.length > 0)
      console.info(`worded otherwise than the real server (${wording.length}):\n${wording.join("\n")}`);
  });

  it.each(loadCases().map((recorded, index) => ({ ...recorded, index })))("$area: $name", async (recorded) => {
    const result = await runCase(recorded, server, String(recorded.index).padStart(3, "0"));
    wording.push(...result.wording.map((fault) => `${recorded.name}, ${describeFault(fault, 120)}`));
    expect(result.faults.map((fault) => describeFault(fault)).join("\n")).toBe("");
  });
});

function describeFault({ step, request, path, expected, actual }: StepFault, limit = 10_000): string {
  const [wanted, got] = [expected, actual].map((value) => JSON.stringify(value ?? null).slice(0, limit));
  return `step ${step}, ${request}, ${path}: expected ${wanted}, got ${got}`;
}
