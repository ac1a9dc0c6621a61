import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { get as httpGet } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { resources } from "../../api/resources.ts";
import { systemClock } from "../../ports/clock.ts";
import { systemRandom } from "../../ports/random.ts";
import type { PodParts } from "../../../testing/builders/pod.ts";
import { aPod } from "../../../testing/builders/pod.ts";
import type { FakeKubeClient } from "../../../testing/fakes/kubeClient.ts";
import { createFakeKubeClient } from "../../../testing/fakes/kubeClient.ts";
import { until } from "../../../testing/fakes/until.ts";
import type { PodLogRequest } from "../wire/podLogs.ts";
import type { NodeAgent, NodeAgentOptions } from "./agent.ts";
import { startNodeAgent } from "./agent.ts";
import type { Container, ContainerStatus, Pod } from "./podTypes.ts";
import { processesOf, startMarkOf } from "./processTable.ts";

/** Answers `/` with the variables it was given and `/health` by what `/fail` and `/mend` said; prints what it does. */
const server = `
  const http = require("node:http");
  let healthy = process.env.SICK !== "1";
  console.log("starting", process.env.NAME);
  setTimeout(() => http.createServer((request, response) => {
    if (request.url === "/fail") healthy = false;
    if (request.url === "/mend") healthy = true;
    if (request.url === "/say") console.log("said");
    response.statusCode = request.url === "/health" && !healthy ? 503 : 200;
    response.end(JSON.stringify(process.env));
  }).listen(Number(process.env.PORT), process.env.POD_IP, () => console.log("listening")), Number(process.env.DELAY ?? 0));
  process.on("SIGTERM", () => { console.log("stopping"); if (process.env.STUBBORN !== "1") process.exit(0); });
`;

type World = {
  readonly client: FakeKubeClient;
  readonly stateDir: string;
  readonly agent: NodeAgent;
  stop(): Promise<void>;
};
const ended: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});

async function aStateDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tidegate-node-"));
  ended.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function aNode(parts: Partial<NodeAgentOptions> & { readonly client?: FakeKubeClient } = {}): Promise<World> {
  const client = parts.client ?? createFakeKubeClient(Date.now);
  const stateDir = parts.stateDir ?? (await aStateDir());
  const stopping = new AbortController();
  const base = { clock: systemClock, random: systemRandom, nodeName: "node-1", restartBackoffMs: 50 };
  const agent = await startNodeAgent({ ...base, signal: stopping.signal, ...parts, client, stateDir });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await agent.stopped;
  };
  ended.push(stop);
  return { client, stateDir, agent, stop };
}

function aServer(parts: Partial<Container> & { readonly vars?: Record<string, string> } = {}): Container {
  const { vars = {}, ...rest } = parts;
  return {
    name: "web",
    image: "shop:1",
    command: ["node", "-e", server],
    env: [
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "PORT", value: "8080" },
      ...Object.entries(vars).map(([name, value]) => ({ name, value })),
    ],
    ports: [{ name: "http", containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/health", port: "http" }, periodSeconds: 1 },
    ...rest,
  };
}

const script = (text: string, parts: Partial<Container> = {}): Container => ({
  name: "web",
  image: "shop:1",
  command: ["sh", "-c", text],
  ...parts,
});

const ref = { namespace: "shop", name: "web-1" };
const bind = ({ client }: World, parts: PodParts): void => void client.put(resources.pods, aPod(parts));
const podOf = ({ client }: World): Pod | undefined => client.find(resources.pods, ref) as Pod | undefined;
const webOf = (world: World): ContainerStatus | undefined => podOf(world)?.status?.containerStatuses?.[0];
const readyOf = (world: World): string | undefined =>
  podOf(world)?.status?.conditions?.find(({ type }) => type === "Ready")?.status;
const reasonsOf = ({ client }: World): unknown[] => client.all(resources.events).map((event) => event["reason"]);
const pidOf = (world: World): number => Number(/^process:\/\/(\d+)-/u.exec(webOf(world)?.containerID ?? "")?.[1]);
const isReady = (world: World): Promise<void> =>
  until(
    () => readyOf(world) === "True",
    () => podOf(world)?.status,
  );

function fetchText(world: World, path: string): Promise<string> {
  const options = { host: podOf(world)?.status?.podIP ?? "", port: 8080, path, agent: false as const };
  return new Promise((resolve, reject) => {
    httpGet(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString()));
    }).on("error", reject);
  });
}

async function openLog(
  world: World,
  parts: Partial<PodLogRequest> = {},
  signal = new AbortController().signal,
): Promise<AsyncIterable<Buffer> | undefined> {
  const none = { tailLines: undefined, sinceSeconds: undefined, sinceTime: undefined, limitBytes: undefined };
  const request = {
    ...none,
    namespace: "shop",
    pod: "web-1",
    container: "web",
    follow: false,
    previous: false,
    timestamps: false,
  };
  return await world.agent.podLogs.open({ ...request, ...parts }, signal);
}

async function logOf(world: World, parts: Partial<PodLogRequest> = {}): Promise<string | undefined> {
  const opened = await openLog(world, parts);
  return opened === undefined ? undefined : await textOf(opened);
}

async function textOf(log: AsyncIterable<Buffer> | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of log ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("a node", () => {
  it("registers itself with a lease", async () => {
    const world = await aNode();
    const node = world.client.find(resources.nodes, { name: "node-1" });
    expect(node?.["status"]).toMatchObject({
      capacity: { pods: "250" },
      addresses: [
        { type: "InternalIP", address: "127.0.0.1" },
        { type: "Hostname", address: "node-1" },
      ],
    });
    const lease = world.client.find(resources.leases, { namespace: "kube-node-lease", name: "node-1" });
    expect(lease?.["spec"]).toMatchObject({ holderIdentity: "node-1", leaseDurationSeconds: 40 });
    await world.stop();
    expect(world.client.find(resources.nodes, { name: "node-1" })).toMatchObject({
      status: {
        conditions: expect.arrayContaining([expect.objectContaining({ type: "Ready", status: "False" })]) as unknown,
      },
    });
  });

  it("runs a pod as a process of its own address and notices at once that it is ready", async () => {
    const world = await aNode();
    const readinessProbe = { httpGet: { path: "/health", port: "http" }, periodSeconds: 10 };
    bind(world, { containers: [aServer({ vars: { DELAY: "300" }, readinessProbe })] });
    await until(async () => (await logOf(world))?.includes("listening") === true);
    const listeningAt = performance.now();
    await isReady(world);
    expect(performance.now() - listeningAt).toBeLessThan(2000);
    const status = podOf(world)?.status;
    expect(status?.phase).toBe("Running");
    expect(status?.podIP).toMatch(/^127\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./u);
    expect(webOf(world)).toMatchObject({ ready: true, started: true, restartCount: 0, imageID: "shop:1" });
    expect(reasonsOf(world)).toEqual(["Started"]);
  });

  it("gives the process what the pod says and nothing of its own environment", async () => {
    process.env["TIDEGATE_TEST_SECRET"] = "leak";
    const world = await aNode();
    const volumes = [{ name: "data-1", emptyDir: {} }];
    bind(world, { containers: [aServer({ volumeMounts: [{ name: "data-1", mountPath: "/data" }] })], volumes });
    await isReady(world);
    const variables = JSON.parse(await fetchText(world, "/")) as Record<string, string>;
    expect(variables).toMatchObject({ NAME: "web-1", TIDEGATE_IMAGE: "shop:1" });
    expect(existsSync(variables["TIDEGATE_VOLUME_DATA_1"] ?? "")).toBe(true);
    expect(Object.keys(variables).toSorted()).toEqual([
      "HOME",
      "LANG",
      "NAME",
      "PATH",
      "POD_IP",
      "PORT",
      "TIDEGATE_IMAGE",
      "TIDEGATE_SANDBOX",
      "TIDEGATE_VOLUME_DATA_1",
      "TMPDIR",
    ]);
    delete process.env["TIDEGATE_TEST_SECRET"];
  });

  it("starts init containers first and passes on what they left", async () => {
    const world = await aNode();
    const volumeMounts = [{ name: "data", mountPath: "/data" }];
    const init = script('sleep 0.1; echo left > "$TIDEGATE_VOLUME_DATA/file"', { name: "init", volumeMounts });
    const main = script('cat "$TIDEGATE_VOLUME_DATA/file"; exec sleep 60', { volumeMounts });
    bind(world, { initContainers: [init], containers: [main], volumes: [{ name: "data", emptyDir: {} }] });
    await isReady(world);
    await until(async () => (await logOf(world)) === "left\n");
    expect(podOf(world)?.status?.initContainerStatuses?.[0]?.state.terminated).toMatchObject({
      reason: "Completed",
      exitCode: 0,
    });
  });

  it("gives every pod another address", async () => {
    const world = await aNode();
    for (const name of ["a", "b", "c"]) {
      world.client.put(resources.pods, aPod({ name, uid: name, containers: [script("exec sleep 60")] }));
    }
    const ips = (): (string | undefined)[] => world.client.all(resources.pods).map((pod) => (pod as Pod).status?.podIP);
    await until(() => ips().every((ip) => ip !== undefined));
    expect(new Set(ips()).size).toBe(3);
  });
});

describe("a full node", () => {
  it("lets a pod wait and says why, until another has ended", async () => {
    const world = await aNode({ maxPods: 1 });
    const containers = [script("exec sleep 60")];
    world.client.put(
      resources.pods,
      aPod({ name: "first", uid: "first", containers, terminationGracePeriodSeconds: 1 }),
    );
    await until(() => world.client.all(resources.events).length === 1);
    bind(world, { containers });
    await until(() => readyOf(world) === "False");
    const ready = podOf(world)?.status?.conditions?.find(({ type }) => type === "Ready");
    expect(ready).toMatchObject({
      reason: "OutOfpods",
      message: expect.stringContaining("the node runs 1 pods") as unknown,
    });
    expect(podOf(world)?.status?.phase).toBe("Pending");
    await world.client.delete(resources.pods, { namespace: "shop", name: "first" });
    await isReady(world);
    expect(podOf(world)?.status?.message).toBeUndefined();
  });
});

describe("a container that fails", () => {
  it("is restarted with back-off and told so", async () => {
    const world = await aNode({ restartBackoffMs: 200 });
    bind(world, { containers: [script("echo run; exit 3")] });
    await until(
      () => webOf(world)?.state.waiting?.reason === "CrashLoopBackOff",
      () => webOf(world),
    );
    expect(webOf(world)).toMatchObject({
      ready: false,
      state: { waiting: { message: expect.stringMatching(/^back-off 200ms restarting failed container=web/u) } },
      lastState: { terminated: { exitCode: 3, reason: "Error" } },
    });
    await until(() => (webOf(world)?.restartCount ?? 0) >= 3);
    expect(podOf(world)?.status?.phase).toBe("Running");
    expect(await logOf(world, { previous: true })).toBe("run\n");
    expect(reasonsOf(world)).toContain("BackOff");
  });

  it.each<[string, Partial<Container>, string, string]>([
    [
      "whose executable does not exist",
      { command: ["no-such-program"] },
      "RunContainerError or StartError",
      "executable file not found",
    ],
    [
      "whose directory does not exist",
      { workingDir: "/no/such" },
      "RunContainerError or StartError",
      'working directory "/no/such"',
    ],
    ["without a command", { command: [] }, "CreateContainerConfigError", "give the container a command"],
    ["with a gRPC probe", { readinessProbe: { grpc: { port: 1 } } }, "CreateContainerConfigError", "no gRPC probes"],
    [
      "that refers to a missing ConfigMap",
      { envFrom: [{ configMapRef: { name: "none" } }] },
      "CreateContainerConfigError",
      'configmap "none" not found',
    ],
  ])("%s says what is wrong", async (_, parts, reason, message) => {
    const world = await aNode({ restartBackoffMs: 60_000 });
    bind(world, { containers: [script("exec sleep 60", parts)] });
    // An executable that cannot be run shows its reason only until the first restart fails too; then as the last state.
    const problem = (): unknown => {
      const { waiting } = webOf(world)?.state ?? {};
      return waiting?.reason === "CrashLoopBackOff" ? webOf(world)?.lastState.terminated : waiting;
    };
    await until(() => (problem() as { message?: string } | undefined)?.message?.includes(message) === true, problem);
    expect(reason).toContain((problem() as { reason: string }).reason);
    expect(readyOf(world)).toBe("False");
    await until(() => reasonsOf(world).includes("Failed"));
  });

  it("starts once the ConfigMap that it misses is there", async () => {
    const world = await aNode();
    bind(world, {
      containers: [script('echo "$LEVEL"; exec sleep 60', { envFrom: [{ configMapRef: { name: "settings" } }] })],
    });
    await until(() => webOf(world)?.state.waiting?.reason === "CreateContainerConfigError");
    const settings = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "shop", name: "settings" },
      data: { LEVEL: "debug" },
    };
    world.client.put(resources.configMaps, settings);
    await until(async () => (await logOf(world)) === "debug\n");
    expect(webOf(world)?.restartCount).toBe(0);
  });

  it.each([
    [0, "Succeeded"],
    [4, "Failed"],
  ])("or ends with exit code %i under policy Never makes the pod %s", async (exitCode, phase) => {
    const world = await aNode();
    bind(world, { restartPolicy: "Never", containers: [script(`exit ${exitCode}`)] });
    await until(
      () => podOf(world)?.status?.phase === phase,
      () => podOf(world)?.status,
    );
    expect(webOf(world)?.state.terminated).toMatchObject({ exitCode });
  });
});

describe("a running pod", () => {
  it("restarts a container whose image was changed in place", async () => {
    const world = await aNode();
    const containers = [script('echo "$TIDEGATE_IMAGE"; exec sleep 60')];
    bind(world, { containers });
    await isReady(world);
    const pod = podOf(world) as Pod;
    world.client.put(resources.pods, {
      ...pod,
      spec: { ...pod.spec, containers: [{ ...containers[0], image: "shop:2" }] },
    } as Pod);
    await until(
      () => webOf(world)?.restartCount === 1 && readyOf(world) === "True",
      () => webOf(world),
    );
    expect(webOf(world)).toMatchObject({ image: "shop:2", lastState: { terminated: { exitCode: 143, signal: 15 } } });
    await until(async () => (await logOf(world)) === "shop:2\n");
    expect(reasonsOf(world).filter((reason) => reason === "Killing")).toHaveLength(1);
  });

  it("keeps its sidecar beside it and ends it when all others have ended", async () => {
    const world = await aNode();
    const sidecar = script("exec sleep 60", { name: "side", restartPolicy: "Always" });
    bind(world, { restartPolicy: "Never", initContainers: [sidecar], containers: [script("sleep 0.2")] });
    await until(() => podOf(world)?.status?.initContainerStatuses?.[0]?.ready === true);
    await until(
      () => podOf(world)?.status?.initContainerStatuses?.[0]?.state.terminated !== undefined,
      () => podOf(world)?.status,
    );
    expect(podOf(world)?.status).toMatchObject({ phase: "Succeeded" });
    expect(reasonsOf(world).filter((reason) => reason === "Killing")).toHaveLength(1);
  });
});

describe("probes", () => {
  it("take readiness away and give it back", async () => {
    const world = await aNode();
    const readinessProbe = { httpGet: { path: "/health", port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
    bind(world, { containers: [aServer({ readinessProbe })] });
    await isReady(world);
    await fetchText(world, "/fail");
    await until(() => readyOf(world) === "False");
    expect(webOf(world)?.restartCount).toBe(0);
    await until(() => reasonsOf(world).includes("Unhealthy"));
    await fetchText(world, "/mend");
    await isReady(world);
  });

  it("restart a container that is no longer alive", async () => {
    const world = await aNode();
    const livenessProbe = {
      httpGet: { path: "/health", port: 8080 },
      periodSeconds: 1,
      failureThreshold: 1,
      initialDelaySeconds: 1,
    };
    bind(world, { containers: [aServer({ livenessProbe, readinessProbe: { tcpSocket: { port: 8080 } } })] });
    await isReady(world);
    await fetchText(world, "/fail");
    await until(
      () => webOf(world)?.restartCount === 1 && readyOf(world) === "True",
      () => webOf(world),
    );
    expect(webOf(world)?.lastState.terminated).toMatchObject({ exitCode: 0 });
    expect(reasonsOf(world)).toEqual(expect.arrayContaining(["Unhealthy", "Killing"]));
  });

  it("of kind exec run in the container's environment, and readiness waits for the startup probe", async () => {
    const world = await aNode();
    const exec = { command: ["sh", "-c", 'test -e "$HOME/up"'] };
    const parts = {
      startupProbe: { exec, periodSeconds: 1 },
      readinessProbe: { exec: { command: ["true"] }, periodSeconds: 1 },
    };
    bind(world, { containers: [script('sleep 0.5; touch "$HOME/up"; exec sleep 60', parts)] });
    await until(() => webOf(world)?.state.running !== undefined);
    expect(webOf(world)).toMatchObject({ started: false, ready: false });
    await isReady(world);
    expect(webOf(world)).toMatchObject({ started: true, restartCount: 0 });
  });
});

describe("the end of a pod", () => {
  it("is graceful: not ready at once, hook, SIGTERM, then gone from the API and the disk", async () => {
    const world = await aNode();
    const hook = { exec: { command: ["sh", "-c", 'touch "$HOME/hooked"; sleep 0.3'] } };
    bind(world, { containers: [aServer({ lifecycle: { preStop: hook } })], terminationGracePeriodSeconds: 20 });
    await isReady(world);
    const pid = pidOf(world);
    const following = openLog(world, { follow: true }).then(async (log) => await textOf(log));
    await world.client.delete(resources.pods, ref);
    await until(() => readyOf(world) === "False");
    expect(startMarkOf(pid)).toBeDefined();
    await until(() => existsSync(join(world.stateDir, "pods", "shop_web-1_uid-1", "home", "hooked")));
    await until(() => podOf(world) === undefined);
    expect(startMarkOf(pid)).toBeUndefined();
    expect(await following).toBe("starting web-1\nlistening\nstopping\n");
    await until(() => readdirSync(join(world.stateDir, "pods")).length === 0);
    expect(readdirSync(join(world.stateDir, "processes"))).toEqual([]);
  });

  it("kills after the grace period what does not stop, children and escapees included", async () => {
    const world = await aNode();
    const stubborn = `trap "" TERM; setsid sleep 61 & sleep 62 & echo up; while :; do sleep 0.1; done`;
    bind(world, { containers: [script(stubborn)] });
    await until(async () => (await logOf(world)) === "up\n");
    const owned = (): Promise<number[]> => processesOfPod(world);
    await until(async () => (await owned()).length >= 3);
    const begun = performance.now();
    await world.client.delete(resources.pods, ref, { gracePeriodSeconds: 1 });
    await until(() => podOf(world) === undefined);
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(await owned()).toEqual([]);
  });

  it("by force ends the process too", async () => {
    const world = await aNode();
    bind(world, { containers: [aServer({ vars: { STUBBORN: "1" } })] });
    await isReady(world);
    const pid = pidOf(world);
    await world.client.delete(resources.pods, ref, { gracePeriodSeconds: 0 });
    expect(podOf(world)).toBeUndefined();
    await until(() => startMarkOf(pid) === undefined);
  });
});

async function processesOfPod(world: World): Promise<number[]> {
  const { createHash } = await import("node:crypto");
  return await processesOf(`${createHash("sha256").update(world.stateDir).digest("hex").slice(0, 16)}/uid-1`);
}

describe("logs", () => {
  it("can be followed, cut and dated", async () => {
    const world = await aNode();
    bind(world, { containers: [aServer()] });
    await isReady(world);
    const stopping = new AbortController();
    const followed: string[] = [];
    const log = await openLog(world, { follow: true }, stopping.signal);
    const reading = (async () => {
      for await (const chunk of log ?? []) followed.push(chunk.toString());
    })();
    await fetchText(world, "/say");
    await until(
      () => followed.join("") === "starting web-1\nlistening\nsaid\n",
      () => followed,
    );
    stopping.abort();
    await reading;
    expect(await logOf(world, { tailLines: 2 })).toBe("listening\nsaid\n");
    expect(await logOf(world, { limitBytes: 5 })).toBe("start");
    expect(await logOf(world, { timestamps: true, tailLines: 1 })).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z said\n$/u,
    );
    expect(await logOf(world, { sinceTime: "2999-01-01T00:00:00Z" })).toBe("");
    expect(await logOf(world, { sinceSeconds: 3600, tailLines: 1 })).toBe("said\n");
    expect(await logOf(world, { previous: true })).toBeUndefined();
    expect(await logOf(world, { container: "none" })).toBeUndefined();
  });
});

describe("a node that is stopped", () => {
  it("ends every process in order, and the next one goes on with the pod", async () => {
    const client = createFakeKubeClient(Date.now);
    const stateDir = await aStateDir();
    const first = await aNode({ client, stateDir });
    bind(first, { containers: [aServer()] });
    await isReady(first);
    const pid = pidOf(first);
    const address = podOf(first)?.status?.podIP;
    await first.stop();
    expect(startMarkOf(pid)).toBeUndefined();
    expect(readyOf(first)).toBe("False");
    expect(podOf(first)?.status?.phase).toBe("Running");

    const second = await aNode({ client, stateDir });
    await isReady(second);
    expect(webOf(second)).toMatchObject({ restartCount: 1, ready: true });
    expect(podOf(second)?.status?.podIP).toBe(address);
    expect(await logOf(second, { previous: true })).toContain("stopping");
  });

  it("by SIGKILL leaves processes that the next one ends before it starts the pod again", async () => {
    const client = createFakeKubeClient(Date.now);
    const stateDir = await aStateDir();
    const killed = spawn(process.execPath, [join(import.meta.dirname, "agentToKill.testing.ts"), stateDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(killed.stdout, "data")) as [Buffer];
    const pod = JSON.parse(line.toString()) as Pod;
    killed.kill("SIGKILL");
    await once(killed, "exit");
    const pid = Number(/process:\/\/(\d+)/u.exec(pod.status?.containerStatuses?.[0]?.containerID ?? "")?.[1]);
    expect(startMarkOf(pid)).toBeDefined();

    client.put(resources.pods, pod);
    const world = await aNode({ client, stateDir });
    expect(startMarkOf(pid)).toBeUndefined();
    await until(
      () => webOf(world)?.restartCount === 1 && readyOf(world) === "True",
      () => webOf(world),
    );
    expect(webOf(world)?.lastState.terminated).toMatchObject({ exitCode: 137, reason: "ContainerStatusUnknown" });
  });

  it("refuses a second agent in the same directory", async () => {
    const world = await aNode();
    await expect(aNode({ stateDir: world.stateDir })).rejects.toMatchObject({ code: "NODE_STATE_IN_USE" });
  });
});

describe("an API that fails", () => {
  it("costs no status: the write is tried again", async () => {
    const world = await aNode();
    let failures = 3;
    world.client.intercept(({ verb, subresource }) => {
      if (verb === "patch" && subresource === "status" && failures-- > 0) throw new Error("server error");
    });
    bind(world, { containers: [script("exec sleep 60")] });
    await isReady(world);
    expect(failures).toBeLessThan(0);
  });
});
