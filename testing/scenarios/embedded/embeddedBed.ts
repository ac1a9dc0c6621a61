import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "../../../src/kube/client.ts";
import { loadKubeConfig } from "../../../src/kube/config.ts";
import { systemClock } from "../../../src/ports/clock.ts";
import { systemRandom } from "../../../src/ports/random.ts";
import type { Bed } from "../bed.ts";
import { startChild, type Child } from "./childLines.ts";
import { freePort } from "./freePort.ts";

const clusterFile = fileURLToPath(new URL("clusterProcess.ts", import.meta.url));
const controllerFile = fileURLToPath(new URL("../controllerProcess.ts", import.meta.url));
const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

/** The embedded cluster in one process and the controller in another. */
export async function startEmbeddedBed(): Promise<Bed> {
  const stateDir = await mkdtemp(join(tmpdir(), "tidegate-scenarios-"));
  const cluster = startChild(clusterFile, [stateDir]);
  const kubeconfig = await readyLine(cluster, stateDir);
  const config = await loadKubeConfig({ env: {}, paths: [kubeconfig] });
  const client = createClient(config, { userAgent: "scenarios", clock: systemClock, random: systemRandom });
  const controllers: Child[] = [];
  const given = new Set<number>();
  const ending = new Set<Child>();
  const crashes: string[] = [];

  async function startController(): Promise<void> {
    const child = startChild(controllerFile, [join(stateDir, "controller.kubeconfig")]);
    controllers.push(child);
    void child.ended.then(() => {
      if (!ending.has(child)) crashes.push(`the controller ended by itself:\n${child.lines.slice(-30).join("\n")}`);
    });
    await child.said("ready", startTimeoutMs);
  }

  async function end(child: Child | undefined, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (child === undefined) return;
    ending.add(child);
    child.process.kill(signal);
    const late = setTimeout(() => child.process.kill("SIGKILL"), stopTimeoutMs);
    await child.ended;
    clearTimeout(late);
  }

  async function stop(): Promise<void> {
    await end(controllers.at(-1), "SIGTERM");
    client.close();
    await end(cluster, "SIGTERM");
    await rm(stateDir, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    await startController();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: "embedded",
    client,
    gatewayClass: "tidegate",
    async openPort() {
      const port = await freePort(given);
      return { port, url: `http://127.0.0.1:${port}` };
    },
    startController,
    killController: () => end(controllers.at(-1), "SIGKILL"),
    controllerLog: (namespace, lines) =>
      controllers
        .flatMap((child) => child.lines)
        .filter((line) => line.includes(`"${namespace}"`) || line.includes(`"${namespace}/`) || !line.startsWith("{"))
        .slice(-lines),
    crashes,
    stop,
  };
}

async function readyLine(cluster: Child, stateDir: string): Promise<string> {
  try {
    return (await cluster.said("ready ", startTimeoutMs)).slice("ready ".length);
  } catch (error) {
    cluster.process.kill("SIGKILL");
    await cluster.ended;
    await rm(stateDir, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}
