import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { isTidegateError, messageOf } from "../../api/error.ts";
import { resources } from "../../api/resources.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { AddressPool } from "./addresses.ts";
import { containerCommand } from "./containerCommand.ts";
import type { ContainerInstance } from "./containerInstance.ts";
import { startInstance, startProblem } from "./containerInstance.ts";
import type { ContainerLog } from "./containerLog.ts";
import { createContainerLog, olderPath, openEndedLog } from "./containerLog.ts";
import type { Backoff, ContainerRecord, Exit, ExitContext } from "./containerRecord.ts";
import {
  configFailedRecord,
  containersOf,
  exitedRecord,
  newRecord,
  recoverRecord,
  runningRecord,
  startFailedRecord,
} from "./containerRecord.ts";
import { planStarts } from "./planStarts.ts";
import type { PodEvents } from "./podEvents.ts";
import { podPhase } from "./podPhase.ts";
import { podStatus } from "./podStatus.ts";
import type { Container, Pod, PodStatus } from "./podTypes.ts";
import type { ProbeKind } from "./probeCounter.ts";
import type { ProcessLedger } from "./processLedger.ts";
import { endProcessesOf } from "./processLedger.ts";
import { createStatusWriter } from "./statusWriter.ts";

export type PodRunnerDeps = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly hostIP: string;
  readonly addresses: AddressPool;
  readonly ledger: ProcessLedger;
  readonly events: PodEvents;
  readonly backoff: Backoff;
  readonly defaultWorkingDir: string;
  /** The mark of this node's processes. */
  readonly owner: string;
  /** Where the pods' directories are. */
  readonly podsDirectory: string;
  /** Takes one of the node's places for pods, or tells why there is none. */
  readonly admit: (uid: string) => string | undefined;
  readonly dismiss: (uid: string) => void;
  /** Aborted when nothing more is to be written to the API. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
};

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
const CONFIG_RETRY_MS = 2000;
const GONE_GRACE_MS = 1000;
/** More than a grace period, for a hook that used it up. */
const END_SLACK_MS = 2500;

export function podDirectoryName(pod: Pod): string {
  return `${pod.metadata.namespace}_${pod.metadata.name}_${pod.metadata.uid}`;
}

export function startPodRunner(first: Pod, deps: PodRunnerDeps): PodRunner {
  const { clock, events } = deps;
  const uid = first.metadata.uid ?? "";
  const directory = join(deps.podsDirectory, podDirectoryName(first));
  const owner = `${deps.owner}/${uid}`;
  const startedAtMs = clock.now();
  const stopped = new AbortController();
  const hurry = new AbortController();
  const done = Promise.withResolvers<void>();
  const writer = createStatusWriter({ ...deps, signal: AbortSignal.any([deps.signal, stopped.signal]) });
  const instances = new Map<string, ContainerInstance>();
  const over = first.status?.phase === "Succeeded" || first.status?.phase === "Failed";
  let pod = first;
  let mode: "live" | "ending" | "parked" | "over" = over ? "over" : "live";
  let records: readonly ContainerRecord[] = initialRecords(first, exitContext());
  let podIP: string | undefined;
  let obstacle: { readonly reason: string; readonly message: string } | undefined;
  let passing = false;
  let again = false;
  let cancelWake = (): void => undefined;
  let cancelHurry = (): void => undefined;
  let published: PodStatus | undefined;
  let ended: Promise<void> | undefined;

  function exitContext(): ExitContext {
    return { nowMs: clock.now(), pod, backoff: deps.backoff, ending: mode === "ending" };
  }

  function recordOf(name: string): ContainerRecord | undefined {
    return records.find((record) => record.name === name);
  }

  function change(name: string, next: (record: ContainerRecord) => ContainerRecord): void {
    records = records.map((record) => (record.name === name ? next(record) : record));
  }

  function publish(): void {
    // A pod that had ended before this agent came keeps the status that it ended with.
    if (over) return;
    const view = { records, hostIP: deps.hostIP, podIP, startedAtMs, nowMs: clock.now(), obstacle };
    published = podStatus({ ...view, pod: withPublished(pod, published), ending: mode === "ending" });
    writer.publish(pod, published);
  }

  function kick(): void {
    again = true;
    if (passing) return;
    passing = true;
    void passes().catch((error: unknown) => deps.log(`pod ${pod.metadata.name}: ${messageOf(error)}`));
  }

  async function passes(): Promise<void> {
    try {
      while (again) {
        again = false;
        await pass();
      }
    } finally {
      passing = false;
    }
  }

  async function pass(): Promise<void> {
    if (pod.metadata.deletionTimestamp !== undefined) beginEnd();
    if (mode !== "live" || !(await setUp())) return publish();
    replaceChanged();
    const plan = planStarts(records, clock.now());
    if (plan.start.length > 0) {
      publish();
      await Promise.all(plan.start.map(startContainer));
      again = true;
    } else wakeAt(plan.wakeAtMs);
    finishWhenOver();
    publish();
  }

  function wakeAt(atMs: number | undefined): void {
    cancelWake();
    if (atMs !== undefined) cancelWake = clock.schedule(atMs - clock.now(), kick);
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
    if (pod.spec.hostNetwork === true) return deps.hostIP;
    await mkdir(directory, { recursive: true });
    const former = pod.status?.podIP;
    if (former !== undefined && (await deps.addresses.claim(former))) return former;
    return await deps.addresses.take(deps.signal);
  }

  /** A container whose image was changed in place is ended; its end starts it again. */
  function replaceChanged(): void {
    for (const { container } of containersOf(pod)) {
      const record = recordOf(container.name);
      if (record?.state.kind !== "running" || record.image === (container.image ?? "")) continue;
      const message = `Container ${container.name} definition changed, will be restarted`;
      void stopContainer(container.name, { graceMs: graceOf(pod), message });
    }
  }

  function specOf(name: string): Container | undefined {
    return containersOf(pod).find(({ container }) => container.name === name)?.container;
  }

  async function startContainer(name: string): Promise<void> {
    const container = specOf(name);
    const record = recordOf(name);
    if (container === undefined || record === undefined || podIP === undefined) return;
    const place = { podIP, hostIP: deps.hostIP, nodeName: deps.nodeName };
    let command;
    try {
      command = await containerCommand({ ...deps, pod, container, place, directory, owner });
    } catch (error) {
      const { message, hopeless } = startProblem(error);
      change(name, (old) => configFailedRecord(old, message, hopeless ? undefined : clock.now() + CONFIG_RETRY_MS));
      return events.emit(pod, { type: "Warning", reason: "Failed", message: `Error: ${message}`, container: name });
    }
    // The pod's end may have begun while its configuration was read.
    if (mode !== "live") return;
    const log = openLog(name, record.attempts);
    try {
      const instance = await startInstance({ container, command, podIP, log, ledger: deps.ledger, clock });
      adopt(name, container, instance);
    } catch (error) {
      const { message } = startProblem(error);
      change(name, (old) => startFailedRecord(old, message, exitContext()));
      events.emit(pod, { type: "Warning", reason: "Failed", message: `Error: ${message}`, container: name });
    }
  }

  function logPath(name: string, attempt: number): string {
    return join(directory, name, `${attempt}.log`);
  }

  function openLog(name: string, attempt: number): ContainerLog {
    const outdated = logPath(name, attempt - 2);
    for (const path of [outdated, olderPath(outdated)]) void rm(path, { force: true }).catch(() => undefined);
    return createContainerLog(logPath(name, attempt), clock);
  }

  function adopt(name: string, container: Container, instance: ContainerInstance): void {
    instances.set(name, instance);
    change(name, (old) => runningRecord(old, instance.containerID, clock.now(), container.image ?? ""));
    events.emit(pod, { type: "Normal", reason: "Started", message: `Started container ${name}`, container: name });
    void instance.exited.then((exit) => onExit(name, exit));
    if (mode !== "live") void stopContainer(name, { graceMs: graceOf(pod), message: `Stopping container ${name}` });
    const listener = {
      onPostStarted: (): void => {
        const started = container.startupProbe === undefined;
        const probedReady = container.readinessProbe === undefined;
        change(name, (old) => ({ ...old, started, probedReady }));
        kick();
      },
      onPostStartFailed: (message: string): void => {
        const text = `Container ${name} failed its postStart hook: ${message}`;
        void stopContainer(name, { graceMs: graceOf(pod), message: text });
      },
      onVerdict: (kind: ProbeKind, verdict: "success" | "failure"): void => onVerdict(name, container, kind, verdict),
      onFailure: (kind: ProbeKind, message: string): void => {
        const words = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" };
        const text = `${words[kind]} probe failed: ${message}`;
        events.emit(pod, { type: "Warning", reason: "Unhealthy", message: text, container: name });
      },
    };
    void instance.attend(listener).catch((error: unknown) => deps.log(`probes of ${name}: ${messageOf(error)}`));
  }

  function onVerdict(name: string, container: Container, kind: ProbeKind, verdict: "success" | "failure"): void {
    if (kind === "readiness") change(name, (old) => ({ ...old, probedReady: verdict === "success" }));
    else if (verdict === "success") change(name, (old) => ({ ...old, started: true }));
    else {
      const probe = kind === "startup" ? container.startupProbe : container.livenessProbe;
      const graceMs = (probe?.terminationGracePeriodSeconds ?? graceOf(pod) / 1000) * 1000;
      const message = `Container ${name} failed ${kind} probe, will be restarted`;
      void stopContainer(name, { graceMs, message });
    }
    kick();
  }

  function onExit(name: string, exit: Exit): void {
    instances.delete(name);
    change(name, (old) => exitedRecord(old, exit, exitContext()));
    const record = recordOf(name);
    if (record?.state.kind === "waiting" && record.state.waiting.reason === "CrashLoopBackOff") {
      const message = `Back-off restarting failed container ${name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${uid})`;
      events.emit(pod, { type: "Warning", reason: "BackOff", message, container: name });
    }
    kick();
  }

  async function stopContainer(
    name: string,
    how: { readonly graceMs: number; readonly message: string },
  ): Promise<void> {
    const instance = instances.get(name);
    if (instance === undefined) return;
    events.emit(pod, { type: "Normal", reason: "Killing", message: how.message, container: name });
    change(name, (old) => ({ ...old, probedReady: false }));
    publish();
    await instance.stop(how.graceMs, hurry.signal);
    await instance.exited;
  }

  function finishWhenOver(): void {
    const phase = podPhase(records, pod.spec.restartPolicy ?? "Always", false);
    if ((phase === "Succeeded" || phase === "Failed") && instances.size > 0) {
      // What is left are sidecars, which end with the containers that they serve.
      void stopAll(graceOf(pod));
    }
    if ((phase === "Succeeded" || phase === "Failed") && instances.size === 0) {
      mode = "over";
      free();
    }
  }

  function free(): void {
    if (podIP !== undefined) deps.addresses.release(podIP);
    deps.dismiss(uid);
  }

  async function stopAll(graceMs: number): Promise<void> {
    const stop = (name: string): Promise<void> =>
      stopContainer(name, { graceMs, message: `Stopping container ${name}` });
    const ofRole = (sidecar: boolean): string[] =>
      records.filter((record) => (record.role === "sidecar") === sidecar).map((record) => record.name);
    await Promise.all(ofRole(false).map(stop));
    for (const name of ofRole(true).toReversed()) await stop(name);
  }

  /** However many hooks and earlier stops are under way: then it is over. */
  function hurryAfter(delayMs: number): void {
    cancelHurry();
    cancelHurry = clock.schedule(delayMs, () => hurry.abort());
  }

  function beginEnd(): void {
    if (mode === "parked") return;
    if (!stopped.signal.aborted) hurryAfter(graceOf(pod) + END_SLACK_MS);
    ended ??= endPod().catch((error: unknown) =>
      deps.log(`pod ${pod.metadata.name} was not ended: ${messageOf(error)}`),
    );
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
    if (!stopped.signal.aborted) await confirmDeletion();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    stopped.abort();
    done.resolve();
  }

  async function stopEverything(graceMs: number): Promise<void> {
    // A start that is under way is stopped as soon as it is done.
    do {
      await stopAll(graceMs);
      if (passing) await clock.sleep(5);
    } while (instances.size > 0 || passing);
    cancelHurry();
    await endProcessesOf(owner);
    free();
  }

  /** Tells the API that nothing of the pod is left, until it is heard. */
  async function confirmDeletion(): Promise<void> {
    const { namespace, name } = pod.metadata;
    const signal = AbortSignal.any([deps.signal, stopped.signal]);
    for (let waitMs = 50; !signal.aborted; waitMs = Math.min(5000, waitMs * 2)) {
      try {
        return await deps.client.delete(resources.pods, { namespace, name }, { uid, gracePeriodSeconds: 0, signal });
      } catch (error) {
        if (isTidegateError(error, "KUBE_NOT_FOUND", "KUBE_CONFLICT")) return;
        if (!signal.aborted) deps.log(`deletion of pod ${namespace}/${name} was not confirmed: ${messageOf(error)}`);
        await clock.sleep(waitMs, signal);
      }
    }
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
      if (mode !== "live") {
        hurry.abort();
        return await (ended ?? Promise.resolve());
      }
      mode = "parked";
      hurryAfter(graceMs + END_SLACK_MS);
      await stopEverything(graceMs);
      publish();
      await writer.flush();
    },
    logOf(container, previous) {
      const record = recordOf(container);
      const attempt = (record?.attempts ?? 0) - (previous ? 2 : 1);
      if (attempt < 0) return undefined;
      const live = previous ? undefined : instances.get(container)?.log;
      return live ?? openEndedLog(logPath(container, attempt));
    },
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

function graceOf(pod: Pod): number {
  return (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
}

function initialRecords(pod: Pod, context: ExitContext): readonly ContainerRecord[] {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return containersOf(pod).map(({ container, role }) => {
    const fresh = newRecord(container, role);
    const status = statuses.find((known) => known.name === container.name);
    return status === undefined ? fresh : recoverRecord(fresh, status, context);
  });
}
