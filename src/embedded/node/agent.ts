import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

import { resources } from "../../api/resources.ts";
import { createInformer } from "../../kube/informer.ts";
import type { Log } from "../../kube/log.ts";
import type { Change, Informer, KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { PodLogs } from "../wire/podLogs.ts";
import { createAddressPool } from "./addresses.ts";
import { kubeletBackoff } from "./containerRecord.ts";
import { createPodEvents } from "./podEvents.ts";
import { createPodLogs } from "./podLogs.ts";
import type { PodDeps } from "./podDeps.ts";
import type { PodRunner } from "./podRunner.ts";
import { podDirectoryName, startPodRunner } from "./podRunner.ts";
import type { Pod } from "./podTypes.ts";
import { endProcessesOf, openProcessLedger } from "./processLedger.ts";
import type { Registration } from "./registration.ts";
import { register } from "./registration.ts";

export type NodeAgentOptions = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly nodeName: string;
  /** Directory of this agent alone: process records, logs and volumes. Made when missing. */
  readonly stateDir: string;
  /** The range of which each pod gets an address of its own; `127.64.0.0/10` when absent. */
  readonly addresses?: { readonly cidr: string } | undefined;
  /** The node's own address; `127.0.0.1` when absent. */
  readonly hostIP?: string | undefined;
  /** Delay before the second restart of a container in a row, doubled up to 5 minutes; 10,000 when absent. */
  readonly restartBackoffMs?: number | undefined;
  /** Where processes start whose container has no `workingDir`; the agent's own directory when absent. */
  readonly defaultWorkingDir?: string | undefined;
  /** How long pods may take to end when the agent is stopped, whatever their own grace period; 5,000 when absent. */
  readonly stopGraceMs?: number | undefined;
  /** How many pods run at once; the others wait. 250 when absent. */
  readonly maxPods?: number | undefined;
  /** Ends the agent and every process that it started. */
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
};

export type NodeAgent = {
  readonly podLogs: PodLogs;
  /** Resolves when, after the signal was aborted, no process of any pod is left. */
  readonly stopped: Promise<void>;
};

const DEFAULT_MAX_PODS = 250;
const SYNC_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 5000;
/** For what the API is told at the end, which may itself be going. */
const FAREWELL_MS = 2000;

/**
 * Starts a node that runs pods as local processes: registers the Node, keeps its Lease, and does for every pod bound
 * to it what a kubelet does. Resolves when the node is registered and the pods are known. Throws
 * NODE_STATE_IN_USE, NODE_ADDRESS_UNAVAILABLE, and KUBE_TIMEOUT when the pods cannot be read.
 */
export async function startNodeAgent(options: NodeAgentOptions): Promise<NodeAgent> {
  const { client, clock, random, nodeName, signal, log = () => undefined } = options;
  const stateDir = resolve(options.stateDir);
  const podsDirectory = join(stateDir, "pods");
  const addresses = createAddressPool(options.addresses?.cidr ?? "127.64.0.0/10", random);
  mkdirSync(podsDirectory, { recursive: true });
  const owner = createHash("sha256").update(stateDir).digest("hex").slice(0, 16);
  const ledger = await openProcessLedger(stateDir, owner, clock);
  const writing = new AbortController();
  const tell: Log = (message, facts) => log(`${message} ${JSON.stringify(facts ?? {})}`);
  const maxPods = options.maxPods ?? DEFAULT_MAX_PODS;
  const hostIP = options.hostIP ?? "127.0.0.1";
  const registrationDeps = { client, clock, nodeName, address: hostIP, maxPods, log };
  const deps: PodDeps = {
    ...createPlaces(maxPods),
    client,
    clock,
    nodeName,
    hostIP,
    addresses,
    ledger,
    events: createPodEvents({ client, clock, random, nodeName, signal: writing.signal, log: tell }),
    backoff: { ...kubeletBackoff, initialMs: options.restartBackoffMs ?? kubeletBackoff.initialMs },
    defaultWorkingDir: resolve(options.defaultWorkingDir ?? "."),
    owner,
    podsDirectory,
    signal: writing.signal,
    log,
  };
  const runners = new Map<string, PodRunner>();
  const pods = createInformer<Pod>(
    client,
    { resource: resources.pods, fieldSelector: `spec.nodeName=${nodeName}` },
    { clock, random, log: tell },
  );
  const stop = async (registration: Registration | undefined): Promise<void> => {
    const grace = options.stopGraceMs ?? STOP_GRACE_MS;
    const cancel = clock.schedule(grace + FAREWELL_MS, () => writing.abort());
    const withdrawn = registration?.withdraw(writing.signal);
    await Promise.allSettled([...runners.values()].map((runner) => runner.park(grace)));
    await withdrawn;
    cancel();
    writing.abort();
    await endProcessesOf(owner);
    ledger.close();
  };

  try {
    const registration = await register(registrationDeps, signal);
    pods.onChange((change) => route(change, runners, deps));
    pods.start(signal);
    await pods.waitForSync(SYNC_TIMEOUT_MS, signal);
    await removeForgotten(podsDirectory, pods);
    const stopped = untilAborted(signal).then(() => stop(registration));
    void registration.keep(signal);
    return { podLogs: createPodLogs(runners, clock), stopped };
  } catch (error) {
    await stop(undefined);
    throw error;
  }
}

/** Brings a change to the runner of that very pod; another pod of the same name is another pod. */
function route(change: Change<Pod>, runners: Map<string, PodRunner>, deps: PodDeps): void {
  const uid = change.object.metadata.uid ?? "";
  if (change.kind === "updated" && change.old.metadata.uid !== uid) runners.get(change.old.metadata.uid ?? "")?.gone();
  const runner = runners.get(uid);
  if (change.kind === "deleted") return runner?.gone();
  if (runner !== undefined) return runner.update(change.object);
  const started = startPodRunner(change.object, deps);
  runners.set(uid, started);
  void started.done.then(() => runners.delete(uid));
}

function createPlaces(max: number): Pick<PodDeps, "admit" | "dismiss"> {
  const taken = new Set<string>();
  return {
    admit(uid) {
      if (!taken.has(uid) && taken.size >= max)
        return `the node runs ${max} pods, which is all that it can: this one waits for another to end`;
      taken.add(uid);
      return undefined;
    },
    dismiss: (uid) => void taken.delete(uid),
  };
}

/** Removes the directories of pods that were deleted while no agent ran. */
async function removeForgotten(directory: string, pods: Informer<Pod>): Promise<void> {
  const known = new Set(pods.store.list().map(podDirectoryName));
  const forgotten = (await readdir(directory)).filter((name) => !known.has(name));
  await Promise.all(forgotten.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
}
