import type { Container, ContainerStatus, Pod, RestartPolicy, Terminated, Waiting } from "./podTypes.ts";
import { wholeSeconds } from "./times.ts";

/** `init` ends before the next begins; a `sidecar` is an init container that stays. */
export type ContainerRole = "init" | "sidecar" | "main";

export type RecordState =
  | { readonly kind: "waiting"; readonly waiting: Waiting }
  | { readonly kind: "running"; readonly startedAtMs: number; readonly containerID: string }
  | { readonly kind: "terminated"; readonly terminated: Terminated };

/** What the node knows of one container of a pod. Never changed, only replaced. */
export type ContainerRecord = {
  readonly name: string;
  readonly role: ContainerRole;
  readonly image: string;
  readonly state: RecordState;
  readonly last: Terminated | undefined;
  /** Starts that were tried, so one more than `restartCount` once it ran. */
  readonly attempts: number;
  /** Restarts in a row without ten minutes of running in between. */
  readonly streak: number;
  /** When it is to be started; undefined when it is not to be. */
  readonly startAtMs: number | undefined;
  /** The startup probe, if any, was passed by this instance. */
  readonly started: boolean;
  /** The readiness probe, if any, is passed at present. */
  readonly probedReady: boolean;
};

export type Backoff = { readonly initialMs: number; readonly maxMs: number; readonly resetAfterMs: number };

/** As a kubelet: the first restart at once, then 10 s doubled up to 5 minutes, forgotten after 10 minutes of running. */
export const kubeletBackoff: Backoff = { initialMs: 10_000, maxMs: 300_000, resetAfterMs: 600_000 };

/** How long a container waits before its next restart, after that many restarts in a row. */
export function restartDelayMs(streak: number, backoff: Backoff): number {
  return streak === 0 ? 0 : Math.min(backoff.maxMs, backoff.initialMs * 2 ** Math.min(streak - 1, 30));
}

export type Exit = { readonly exitCode: number; readonly signal?: number | undefined; readonly message?: string };

export type ExitContext = {
  readonly nowMs: number;
  readonly pod: Pod;
  readonly backoff: Backoff;
  /** The pod is being ended, so nothing is restarted. */
  readonly ending: boolean;
};

/** The containers of a pod in the order of their start, each with its role. */
export function containersOf(pod: Pod): readonly { readonly container: Container; readonly role: ContainerRole }[] {
  const init = (pod.spec.initContainers ?? []).map((container) => ({
    container,
    role: container.restartPolicy === "Always" ? ("sidecar" as const) : ("init" as const),
  }));
  return [...init, ...pod.spec.containers.map((container) => ({ container, role: "main" as const }))];
}

export function newRecord(container: Container, role: ContainerRole): ContainerRecord {
  return {
    name: container.name,
    role,
    image: container.image ?? "",
    state: { kind: "waiting", waiting: { reason: "ContainerCreating" } },
    last: undefined,
    attempts: 0,
    streak: 0,
    startAtMs: 0,
    started: false,
    probedReady: false,
  };
}

/**
 * What is known of a container after the agent was restarted: its process is gone. One that had ended keeps its end;
 * one that ran was killed and counts as restarted.
 */
export function recoverRecord(fresh: ContainerRecord, status: ContainerStatus, context: ExitContext): ContainerRecord {
  const attempts =
    status.restartCount + (status.state.waiting !== undefined && status.lastState.terminated === undefined ? 0 : 1);
  const last = status.lastState.terminated;
  const known = { ...fresh, attempts, last };
  if (status.state.terminated !== undefined) {
    return endedRecord(known, status.state.terminated, { ...context, backoff: { ...context.backoff, initialMs: 0 } });
  }
  if (status.state.running === undefined) return known;
  const lost: Terminated = {
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "the node was stopped while the container ran",
    startedAt: status.state.running.startedAt,
    finishedAt: wholeSeconds(context.nowMs),
    ...(status.containerID === undefined ? {} : { containerID: status.containerID }),
  };
  return { ...known, state: { kind: "terminated", terminated: lost }, startAtMs: context.nowMs };
}

export function runningRecord(
  record: ContainerRecord,
  containerID: string,
  nowMs: number,
  image: string,
): ContainerRecord {
  return {
    ...record,
    image,
    last: record.state.kind === "terminated" ? record.state.terminated : record.last,
    state: { kind: "running", startedAtMs: nowMs, containerID },
    attempts: record.attempts + 1,
    startAtMs: undefined,
    started: false,
    probedReady: false,
  };
}

/** After the process ended, or could not be started (`reason` StartError). */
export function exitedRecord(record: ContainerRecord, exit: Exit, context: ExitContext): ContainerRecord {
  const running = record.state.kind === "running" ? record.state : undefined;
  const terminated: Terminated = {
    exitCode: exit.exitCode,
    ...(exit.signal === undefined ? {} : { signal: exit.signal }),
    reason: exit.exitCode === 0 ? "Completed" : "Error",
    ...(exit.message === undefined ? {} : { message: exit.message }),
    startedAt: wholeSeconds(running?.startedAtMs ?? context.nowMs),
    finishedAt: wholeSeconds(context.nowMs),
    ...(running === undefined ? {} : { containerID: running.containerID }),
  };
  const longEnough = running !== undefined && context.nowMs - running.startedAtMs >= context.backoff.resetAfterMs;
  return endedRecord(longEnough ? { ...record, streak: 0 } : record, terminated, context);
}

/** After the executable could not be run; shown as a container runtime shows it. */
export function startFailedRecord(record: ContainerRecord, message: string, context: ExitContext): ContainerRecord {
  const at = wholeSeconds(context.nowMs);
  const terminated: Terminated = { exitCode: 128, reason: "StartError", message, startedAt: at, finishedAt: at };
  const ended = endedRecord({ ...record, attempts: record.attempts + 1 }, terminated, context);
  if (ended.startAtMs !== context.nowMs) return ended;
  return { ...ended, last: terminated, state: { kind: "waiting", waiting: { reason: "RunContainerError", message } } };
}

/** After something that the container needs was missing; tried again later, unless it can never work. */
export function configFailedRecord(
  record: ContainerRecord,
  message: string,
  retryAtMs: number | undefined,
): ContainerRecord {
  const last = record.state.kind === "terminated" ? record.state.terminated : record.last;
  return {
    ...record,
    last,
    state: { kind: "waiting", waiting: { reason: "CreateContainerConfigError", message } },
    startAtMs: retryAtMs,
  };
}

/** Ready as its own probes see it; the pod's end takes it away. */
export function isReady(record: ContainerRecord, ending: boolean): boolean {
  if (record.role === "init") return record.state.kind === "terminated" && record.state.terminated.exitCode === 0;
  return !ending && record.state.kind === "running" && record.started && record.probedReady;
}

function endedRecord(record: ContainerRecord, terminated: Terminated, context: ExitContext): ContainerRecord {
  const ended: ContainerRecord = {
    ...record,
    state: { kind: "terminated", terminated },
    startAtMs: undefined,
    started: false,
    probedReady: false,
  };
  if (context.ending || !isRestarted(record.role, context.pod.spec.restartPolicy ?? "Always", terminated.exitCode))
    return ended;
  const delayMs = restartDelayMs(record.streak, context.backoff);
  const due = { ...ended, streak: record.streak + 1, startAtMs: context.nowMs + delayMs };
  if (delayMs === 0) return due;
  const waiting = { reason: "CrashLoopBackOff", message: crashLoopMessage(record.name, delayMs, context.pod) };
  return { ...due, last: terminated, state: { kind: "waiting", waiting } };
}

function crashLoopMessage(container: string, delayMs: number, pod: Pod): string {
  const { name, namespace, uid } = pod.metadata;
  return `back-off ${inWords(delayMs)} restarting failed container=${container} pod=${name}_${namespace}(${uid})`;
}

function inWords(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes === 0 ? "" : `${minutes}m`}${(ms % 60_000) / 1000}s`;
}

function isRestarted(role: ContainerRole, policy: RestartPolicy, exitCode: number): boolean {
  if (role === "sidecar") return true;
  if (exitCode === 0) return role === "main" && policy === "Always";
  return policy !== "Never";
}
