import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HttpCalls } from "./testing/httpCalls.ts";

const script = fileURLToPath(new URL("./testing/serverProcess.ts", import.meta.url));
const collection = "/api/v1/namespaces/default/configmaps";

type Running = { readonly process: ChildProcess; readonly calls: HttpCalls };

async function start(stateDir: string): Promise<Running> {
  const child = spawn(process.execPath, [script, stateDir], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return { process: child, calls: new HttpCalls(JSON.parse(text) as { url: string; caPem: string; token: string }) };
}

async function kill({ process: child, calls }: Running): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  calls.close();
}

/** What the server has acknowledged: the value of each object, or that it is gone. */
type Acknowledged = Map<string, string | undefined>;

/** Creates, changes and deletes until the server is killed; returns the highest version that was acknowledged. */
async function write(calls: HttpCalls, writer: number, acknowledged: Acknowledged, count: () => void): Promise<number> {
  let version = 0;
  try {
    for (let n = 0; ; n++) {
      const name = `w${writer}-${n}`;
      const body = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name },
        data: { n: "1", filler: "x".repeat(500) },
      };
      const made = await calls.call("POST", collection, { body });
      acknowledged.set(name, "1");
      version = Math.max(version, Number(made.body.metadata.resourceVersion));
      count();
      if (n % 3 === 1) {
        await calls.call("PATCH", `${collection}/${name}`, {
          body: { data: { n: "2" } },
          type: "application/merge-patch+json",
        });
        acknowledged.set(name, "2");
      }
      if (n % 5 === 2) {
        // From here to the answer either is right.
        acknowledged.delete(name);
        await calls.call("DELETE", `${collection}/${name}`);
        acknowledged.set(name, undefined);
      }
    }
  } catch {
    return version;
  }
}

describe("a server that is killed", () => {
  let stateDir: string;
  let running: Running;
  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), "tidegate-crash-"));
    running = await start(stateDir);
  });
  afterEach(async () => {
    await kill(running);
    rmSync(stateDir, { recursive: true, force: true });
  });

  it.each([17, 90, 233])("has lost nothing that it acknowledged, when killed after %i writes", async (writes) => {
    const acknowledged: Acknowledged = new Map();
    let done = 0;
    const count = (): void => {
      if (++done === writes) running.process.kill("SIGKILL");
    };
    const versions = await Promise.all([0, 1, 2, 3].map((writer) => write(running.calls, writer, acknowledged, count)));
    await kill(running);

    running = await start(stateDir);
    const { body } = await running.calls.call("GET", collection);
    const found = new Map(
      (body.items as { metadata: { name: string }; data: { n: string } }[]).map((item) => [
        item.metadata.name,
        item.data.n,
      ]),
    );
    const lost = [...acknowledged].filter(([name, value]) =>
      value === undefined ? found.has(name) : Number(found.get(name) ?? 0) < Number(value),
    );
    expect(lost).toEqual([]);
    expect(acknowledged.size).toBeGreaterThanOrEqual(writes - 4);
    const next = await running.calls.call("POST", collection, {
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "next" } },
    });
    expect(Number(next.body.metadata.resourceVersion)).toBeGreaterThan(Math.max(...versions));
  });
});
