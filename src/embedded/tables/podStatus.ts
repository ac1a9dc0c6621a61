import { has, listAt, numberAt, objectAt, textAt } from "./reading.ts";

/** What the table says of a pod's containers taken together. */
export type PodSummary = {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  /** RFC 3339 of the last restart; empty when there was none. */
  readonly lastRestart: string;
};

/** The one word for a pod, with its counts: that of the phase, unless a container or the deletion has more to say. */
export function summarizePod(pod: unknown): PodSummary {
  const sidecars = sidecarsOf(pod);
  const init = summarizeInit(pod, sidecars);
  const total = listAt(pod, "spec", "containers").length + sidecars.size;
  const done = init.status === undefined || conditionIsTrue(pod, "Initialized");
  const main = done ? summarizeMain(pod, init.status ?? phaseWord(pod)) : undefined;
  const restarts = main === undefined ? init.all : add(init.sidecars, main);
  return {
    ready: init.ready + (main?.ready ?? 0),
    total,
    status: deletionWord(pod) ?? main?.status ?? init.status ?? phaseWord(pod),
    restarts: restarts.restarts,
    lastRestart: restarts.lastRestart,
  };
}

type Restarts = { readonly restarts: number; readonly lastRestart: string };
type InitSummary = {
  readonly status: string | undefined;
  readonly ready: number;
  readonly all: Restarts;
  readonly sidecars: Restarts;
};

const none: Restarts = { restarts: 0, lastRestart: "" };

function phaseWord(pod: unknown): string {
  const gated = listAt(pod, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "PodScheduled" && textAt(condition, "reason") === "SchedulingGated",
  );
  if (gated) return "SchedulingGated";
  return textAt(pod, "status", "reason") || textAt(pod, "status", "phase");
}

/** Init containers that go on running beside the others. */
function sidecarsOf(pod: unknown): ReadonlySet<string> {
  const sidecars = listAt(pod, "spec", "initContainers").filter((each) => textAt(each, "restartPolicy") === "Always");
  return new Set(sidecars.map((each) => textAt(each, "name")));
}

function summarizeInit(pod: unknown, sidecars: ReadonlySet<string>): InitSummary {
  const statuses = listAt(pod, "status", "initContainerStatuses");
  let [all, ofSidecars, ready] = [none, none, 0];
  for (const [index, container] of statuses.entries()) {
    const isSidecar = sidecars.has(textAt(container, "name"));
    all = add(all, restartsOf(container));
    if (isSidecar) ofSidecars = add(ofSidecars, restartsOf(container));
    const terminated = has(container, "state", "terminated");
    if (terminated && numberAt(container, "state", "terminated", "exitCode") === 0) continue;
    if (isSidecar && objectAt(container)["started"] === true) {
      if (objectAt(container)["ready"] === true) ready += 1;
      continue;
    }
    const status = `Init:${initWord(container, terminated) ?? `${index}/${listAt(pod, "spec", "initContainers").length}`}`;
    return { status, ready, all, sidecars: ofSidecars };
  }
  return { status: undefined, ready, all, sidecars: ofSidecars };
}

function initWord(container: unknown, terminated: boolean): string | undefined {
  if (terminated) return terminationWord(container);
  const waiting = textAt(container, "state", "waiting", "reason");
  return waiting === "" || waiting === "PodInitializing" ? undefined : waiting;
}

function summarizeMain(pod: unknown, phase: string): { status: string; ready: number } & Restarts {
  let [status, ready, restarts] = [phase, 0, none];
  // The first container has the last word.
  for (const container of listAt(pod, "status", "containerStatuses").toReversed()) {
    restarts = add(restarts, restartsOf(container));
    const waiting = textAt(container, "state", "waiting", "reason");
    if (waiting !== "") status = waiting;
    else if (has(container, "state", "terminated")) status = terminationWord(container);
    else if (objectAt(container)["ready"] === true && has(container, "state", "running")) ready += 1;
  }
  if (status === "Completed" && ready > 0) status = conditionIsTrue(pod, "Ready") ? "Running" : "NotReady";
  return { status, ready, ...restarts };
}

function terminationWord(container: unknown): string {
  const terminated = objectAt(container, "state", "terminated");
  const reason = textAt(terminated, "reason");
  if (reason !== "") return reason;
  const signal = numberAt(terminated, "signal");
  return signal === 0 ? `ExitCode:${numberAt(terminated, "exitCode")}` : `Signal:${signal}`;
}

function deletionWord(pod: unknown): string | undefined {
  if (!has(pod, "metadata", "deletionTimestamp")) return undefined;
  if (textAt(pod, "status", "reason") === "NodeLost") return "Unknown";
  const ended = ["Succeeded", "Failed"].includes(textAt(pod, "status", "phase"));
  return ended ? undefined : "Terminating";
}

function conditionIsTrue(pod: unknown, type: string): boolean {
  return listAt(pod, "status", "conditions").some(
    (each) => textAt(each, "type") === type && textAt(each, "status") === "True",
  );
}

function restartsOf(container: unknown): Restarts {
  return {
    restarts: numberAt(container, "restartCount"),
    lastRestart: textAt(container, "lastState", "terminated", "finishedAt"),
  };
}

function add(left: Restarts, right: Restarts): Restarts {
  const later = (Date.parse(left.lastRestart) || 0) < (Date.parse(right.lastRestart) || 0);
  return { restarts: left.restarts + right.restarts, lastRestart: later ? right.lastRestart : left.lastRestart };
}
