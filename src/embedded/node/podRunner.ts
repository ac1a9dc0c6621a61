import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { messageOf } from "../../api/error.ts";
import { confirmDeletion } from "./confirmDeletion.ts";
import type { ContainerLog } from "./containerLog.ts";
import { planStarts } from "./planStarts.ts";
import { createPodContainers, graceOf, isOver } from "./podContainers.ts";
import type { PodDeps } from "./podDeps.ts";
import { podStatus } from "./podStatus.ts";
import type { Pod, PodStatus } from "./podTypes.ts";
import { endProcessesOf } from "./processLedger.ts";
import { createStatusWriter } from "./statusWriter.ts";

/** Runs one pod from its binding to its end. */
export interface PodRunner {
  readonly pod: Pod;
  /** The pod was changed in the API. */
  update(pod: Pod): void;
  /** The pod is gone from the API: whatever still runs is ended at once. */
  gone(): void;
  /** Ends the processes and leaves the pod itself as it is, to be started again by the next agent. */
  park(graceMs: number): Promise<void>;
  /** The log of the present run of a container, or of the one before. */
  logOf(container: string, previous: boolean): ContainerLog | undefined;
  /** Resolves when the pod was deleted and nothing of it is left. */
  readonly done: Promise<void>;
}

const SETUP_RETRY_MS = 1000;
const GONE_GRACE_MS = 1000;
/** More than a grace period, for a hook that used it up. */
const END_SLACK_MS = 2500;
const nothing = (): void => undefined;

export function podDirectoryName(pod: Pod): string {
  return `${pod.metadata.namespace}_${pod.metadata.name}_${pod.metadata.uid}`;
}

export function startPodRunner(first: Pod, deps: PodDeps): PodRunner {
  const { clock } = deps;
  const uid = first.metadata.uid ?? "";
  const directory = join(deps.podsDirectory, podDirectoryName(first));
  const podOwner = `${deps.owner}/${uid}`;
  const startedAtMs = clock.now();
  const stopped = new AbortController();
  const hurry = new AbortController();
  const done = Promise.withResolvers<void>();
  const writing = AbortSignal.any([deps.signal, stopped.signal]);
  const writer = createStatusWriter({ ...deps, signal: writing });
  // A pod that had ended before this agent came keeps the status that it ended with.
  const wasOver = first.status?.phase === "Succeeded" || first.status?.phase === "Failed";
  let pod = first;
  let mode: "live" | "ending" | "parked" | "over" = wasOver ? "over" : "live";
  let podIP: string | undefined;
  let obstacle: { readonly reason: string; readonly message: string } | undefined;
  let published: PodStatus | undefined;
  let ended: Promise<void> | undefined;
  let passing = false;
  let again = false;
  let cancelWake = nothing;
  let cancelHurry = nothing;
  const containers = createPodContainers({
    ...deps,
    directory,
    podOwner,
    hurry: hurry.signal,
    pod: () => pod,
    podIP: () => podIP,
    mode: () => mode,
    changed: kick,
  });

  function publish(): void {
    if (wasOver) return;
    const view = { records: containers.records, hostIP: deps.hostIP, podIP, startedAtMs, nowMs: clock.now(), obstacle };
    published = podStatus({ ...view, pod: withPublished(pod, published), ending: mode === "ending" });
    writer.publish(pod, published);
  }

  /** Looks at the pod again, soon; once for any number of calls in the meantime. */
  function kick(): void {
    again = true;
    if (passing) return;
    passing = true;
    queueMicrotask(() => {
      passes().catch((error: unknown) => deps.log(`pod ${pod.metadata.name}: ${messageOf(error)}`));
    });
  }

  async function passes(): Promise<void> {
    try {
      for (; again; await pass()) again = false;
    } finally {
      passing = false;
    }
  }

  async function pass(): Promise<void> {
    if (pod.metadata.deletionTimestamp !== undefined) beginEnd();
    if (mode !== "live" || !(await setUp())) return publish();
    containers.stopChanged();
    const plan = planStarts(containers.records, clock.now());
    if (plan.start.length > 0) {
      publish();
      await Promise.all(plan.start.map((name) => containers.start(name)));
      again = true;
    } else wakeAt(plan.wakeAtMs);
    finishWhenOver();
    publish();
  }

  function wakeAt(atMs: number | undefined): void {
    cancelWake();
    cancelWake = atMs === undefined ? nothing : clock.schedule(atMs - clock.now(), kick);
  }

  /** Takes a place and an address; false, with the obstacle told, when there is none yet. */
  async function setUp(): Promise<boolean> {
    if (podIP !== undefined) return true;
    const refusal = deps.admit(uid);
    obstacle = refusal === undefined ? undefined : { reason: "OutOfpods", message: refusal };
    try {
      if (obstacle === undefined) podIP = await takeAddress();
    } catch (error) {
      obstacle = { reason: "FailedCreatePodSandBox", message: messageOf(error) };
    }
    if (podIP === undefined) wakeAt(clock.now() + SETUP_RETRY_MS);
    return podIP !== undefined;
  }

  async function takeAddress(): Promise<string> {
    await mkdir(directory, { recursive: true });
    if (pod.spec.hostNetwork === true) return deps.hostIP;
    const former = pod.status?.podIP;
    if (former !== undefined && (await deps.addresses.claim(former))) return former;
    return await deps.addresses.take(deps.signal);
  }

  function finishWhenOver(): void {
    if (mode !== "live" || !isOver(containers.records, pod)) return;
    // What is left are sidecars, which end with the containers that they serve.
    if (containers.running > 0) void containers.stopAll(graceOf(pod));
    else {
      mode = "over";
      free();
    }
  }

  function free(): void {
    if (podIP !== undefined) deps.addresses.release(podIP);
    deps.dismiss(uid);
  }

  /** However many hooks and earlier stops are under way: then it is over. */
  function hurryAfter(delayMs: number): void {
    cancelHurry();
    cancelHurry = clock.schedule(delayMs, () => hurry.abort());
  }

  function beginEnd(): void {
    if (mode === "parked") return;
    if (!stopped.signal.aborted) hurryAfter(graceOf(pod) + END_SLACK_MS);
    ended ??= endPod().catch((error: unknown) => {
      deps.log(`pod ${pod.metadata.name} was not ended: ${messageOf(error)}`);
    });
  }

  async function endPod(): Promise<void> {
    cancelWake();
    if (mode === "live") {
      mode = "ending";
      publish();
      await stopEverything(graceOf(pod));
      publish();
      await writer.flush();
    }
    cancelHurry();
    await confirmDeletion(pod, deps, writing);
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    stopped.abort();
    done.resolve();
  }

  const isBusy = (): boolean => containers.running > 0 || passing;

  async function stopEverything(graceMs: number): Promise<void> {
    do {
      await containers.stopAll(graceMs);
      // A start that is under way is stopped as soon as it is done.
      if (isBusy()) await clock.sleep(5);
    } while (isBusy());
    cancelHurry();
    await endProcessesOf(podOwner);
    free();
  }

  kick();
  return {
    get pod() {
      return pod;
    },
    update(next) {
      pod = next;
      kick();
    },
    gone() {
      stopped.abort();
      hurryAfter(GONE_GRACE_MS);
      beginEnd();
    },
    async park(graceMs) {
      cancelWake();
      if (mode === "live") {
        mode = "parked";
        hurryAfter(graceMs + END_SLACK_MS);
        await stopEverything(graceMs);
        publish();
        return await writer.flush();
      }
      hurry.abort();
      await ended;
    },
    logOf: (container, previous) => containers.logOf(container, previous),
    done: done.promise,
  };
}

/** The pod with what the node has last said of it, which the watch may not have brought back yet. */
function withPublished(pod: Pod, published: PodStatus | undefined): Pod {
  if (published === undefined) return pod;
  const conditions = [...(published.conditions ?? []), ...(pod.status?.conditions ?? [])];
  const startTime = pod.status?.startTime ?? published.startTime;
  return { ...pod, status: { ...pod.status, ...(startTime === undefined ? {} : { startTime }), conditions } };
}
