import { messageOf } from "../../api/error.ts";
import { containerCommand } from "./containerCommand.ts";
import type { ContainerInstance } from "./containerInstance.ts";
import { startInstance, startProblem } from "./containerInstance.ts";
import type { ContainerLog } from "./containerLog.ts";
import type { ContainerRecord, Exit, ExitContext } from "./containerRecord.ts";
import {
  configFailedRecord,
  containersOf,
  exitedRecord,
  newRecord,
  recoverRecord,
  runningRecord,
  startFailedRecord,
} from "./containerRecord.ts";
import { createLogFiles } from "./logFiles.ts";
import type { PodDeps } from "./podDeps.ts";
import { podPhase } from "./podPhase.ts";
import type { Container, Pod } from "./podTypes.ts";
import type { ProbeKind } from "./probeCounter.ts";

/** The containers of one pod: what is known of each, and the processes of those that run. */
export interface PodContainers {
  readonly records: readonly ContainerRecord[];
  /** How many processes run. */
  readonly running: number;
  start(name: string): Promise<void>;
  /** Ends those that run with another image than the pod now names; their end starts them again. */
  stopChanged(): void;
  /** Ends all, sidecars last and in reverse. */
  stopAll(graceMs: number): Promise<void>;
  /** The log of the present run, or of the one before. */
  logOf(container: string, previous: boolean): ContainerLog | undefined;
}

/** What the containers ask of their pod. */
export type PodContext = PodDeps & {
  readonly directory: string;
  /** The mark of this pod's processes. */
  readonly podOwner: string;
  /** Aborted when every process is to be killed at once. */
  readonly hurry: AbortSignal;
  readonly pod: () => Pod;
  readonly podIP: () => string | undefined;
  /** `live` is the only one in which containers are started. */
  readonly mode: () => "live" | "ending" | "parked" | "over";
  /** Something changed: look at the pod again. */
  readonly changed: () => void;
};

const CONFIG_RETRY_MS = 2000;
const probeWords = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" } as const;

/** Begins with what the pod's status tells of its containers, whose processes are gone. */
export function createPodContainers(context: PodContext): PodContainers {
  const { clock, events } = context;
  const files = createLogFiles(context.directory, clock);
  const instances = new Map<string, ContainerInstance>();
  let records: readonly ContainerRecord[] = [];
  records = initialRecords(context.pod(), exitContext());

  function exitContext(): ExitContext {
    const pod = context.pod();
    // Sidecars are not started again when there is nothing left that they could serve.
    const ending = context.mode() === "ending" || isOver(records, pod);
    return { nowMs: clock.now(), pod, backoff: context.backoff, ending };
  }

  function recordOf(name: string): ContainerRecord | undefined {
    return records.find((record) => record.name === name);
  }

  function change(name: string, next: (record: ContainerRecord) => ContainerRecord): void {
    records = records.map((record) => (record.name === name ? next(record) : record));
  }

  function warn(name: string, reason: "BackOff" | "Failed" | "Unhealthy", message: string): void {
    events.emit(context.pod(), { type: "Warning", reason, message, container: name });
  }

  async function start(name: string): Promise<void> {
    const pod = context.pod();
    const container = containersOf(pod).find((known) => known.container.name === name)?.container;
    const run = recordOf(name)?.attempts;
    const podIP = context.podIP();
    if (container === undefined || run === undefined || podIP === undefined) return;
    const place = { podIP, hostIP: context.hostIP, nodeName: context.nodeName };
    let command;
    try {
      command = await containerCommand({ ...context, pod, container, place, owner: context.podOwner });
    } catch (error) {
      const { message, hopeless } = startProblem(error);
      const retryAtMs = hopeless ? undefined : clock.now() + CONFIG_RETRY_MS;
      change(name, (old) => configFailedRecord(old, message, retryAtMs));
      return warn(name, "Failed", `Error: ${message}`);
    }
    // The pod's end may have begun while its configuration was read.
    if (context.mode() !== "live") return;
    try {
      const log = files.begin(name, run);
      adopt(container, await startInstance({ container, command, podIP, log, ledger: context.ledger, clock }));
    } catch (error) {
      const { message } = startProblem(error);
      change(name, (old) => startFailedRecord(old, message, exitContext()));
      warn(name, "Failed", `Error: ${message}`);
    }
  }

  function adopt(container: Container, instance: ContainerInstance): void {
    const { name, image = "" } = container;
    instances.set(name, instance);
    change(name, (old) => runningRecord(old, instance.containerID, clock.now(), image));
    const message = `Started container ${name}`;
    events.emit(context.pod(), { type: "Normal", reason: "Started", message, container: name });
    void instance.exited.then((exit) => onExit(name, exit));
    const attended = instance.attend({
      onPostStarted: () => onPostStarted(container),
      onPostStartFailed: (text) => void stop(name, `Container ${name} failed its postStart hook: ${text}`),
      onVerdict: (kind, verdict) => onVerdict(container, kind, verdict),
      onFailure: (kind, text) => warn(name, "Unhealthy", `${probeWords[kind]} probe failed: ${text}`),
    });
    void attended.catch((error: unknown) => context.log(`probes of ${name}: ${messageOf(error)}`));
  }

  function onPostStarted({ name, startupProbe, readinessProbe }: Container): void {
    const facts = { started: startupProbe === undefined, probedReady: readinessProbe === undefined };
    change(name, (old) => ({ ...old, ...facts }));
    context.changed();
  }

  function onVerdict(container: Container, kind: ProbeKind, verdict: "success" | "failure"): void {
    const { name, startupProbe, livenessProbe } = container;
    if (kind === "readiness") change(name, (old) => ({ ...old, probedReady: verdict === "success" }));
    else if (verdict === "success") change(name, (old) => ({ ...old, started: true }));
    else {
      const seconds = (kind === "startup" ? startupProbe : livenessProbe)?.terminationGracePeriodSeconds;
      const graceMs = seconds === undefined ? graceOf(context.pod()) : seconds * 1000;
      void stop(name, `Container ${name} failed ${kind} probe, will be restarted`, graceMs);
    }
    context.changed();
  }

  function onExit(name: string, exit: Exit): void {
    instances.delete(name);
    change(name, (old) => exitedRecord(old, exit, exitContext()));
    const state = recordOf(name)?.state;
    if (state?.kind === "waiting" && state.waiting.reason === "CrashLoopBackOff") {
      const { name: podName, namespace, uid } = context.pod().metadata;
      warn(name, "BackOff", `Back-off restarting failed container ${name} in pod ${podName}_${namespace}(${uid})`);
    }
    context.changed();
  }

  async function stop(name: string, message: string, graceMs = graceOf(context.pod())): Promise<void> {
    const instance = instances.get(name);
    if (instance === undefined) return;
    if (!instance.stopping) {
      events.emit(context.pod(), { type: "Normal", reason: "Killing", message, container: name });
      change(name, (old) => ({ ...old, probedReady: false }));
      context.changed();
    }
    await instance.stop(graceMs, context.hurry);
    await instance.exited;
  }

  return {
    get records() {
      return records;
    },
    get running() {
      return instances.size;
    },
    start,
    stopChanged() {
      for (const { container } of containersOf(context.pod())) {
        const record = recordOf(container.name);
        if (record?.state.kind !== "running" || record.image === (container.image ?? "")) continue;
        void stop(container.name, `Container ${container.name} definition changed, will be restarted`);
      }
    },
    async stopAll(graceMs) {
      const end = ({ name }: ContainerRecord): Promise<void> => stop(name, `Stopping container ${name}`, graceMs);
      await Promise.all(records.filter((record) => record.role !== "sidecar").map(end));
      for (const record of records.filter(({ role }) => role === "sidecar").toReversed()) await end(record);
    },
    logOf(container, previous) {
      const run = (recordOf(container)?.attempts ?? 0) - (previous ? 2 : 1);
      const live = previous ? undefined : instances.get(container)?.log;
      return live ?? files.reopen(container, run);
    },
  };
}

/** All containers but sidecars have ended for good. */
export function isOver(records: readonly ContainerRecord[], pod: Pod): boolean {
  const phase = podPhase(records, pod.spec.restartPolicy ?? "Always", false);
  return records.length > 0 && (phase === "Succeeded" || phase === "Failed");
}

/** The pod's grace period in milliseconds: the one that its deletion named, or its own. */
export function graceOf(pod: Pod): number {
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
