import type { DeliveryStatus } from "../../../api/delivery.ts";
import { formatTime } from "../../../api/duration.ts";
import { annotations, finalizer, releaseFinalizer, releaseName } from "../../../api/names.ts";
import type { Release, ReleaseSpec, ReleaseStatus } from "../../../api/release.ts";
import { isFinished } from "../../../api/release.ts";
import type { Command, Decision } from "../decision.ts";
import { summarize, type DeliverySummary } from "../deliveryStatus.ts";
import type { Observation, ReplicaSetView, WorkloadView } from "../observation.ts";
import { planNotes } from "../plan.ts";
import { withConditions } from "../releaseConditions.ts";
import type { Finding } from "./finding.ts";
import { strayPods } from "./strayPods.ts";

/** A fact about a Delivery of which no release is on its way. */
export type DeliveryRule = (obs: Observation) => Finding | undefined;

function say(
  obs: Observation,
  summary: DeliverySummary,
  extra: Partial<Finding> & { change?: Partial<DeliveryStatus> } = {},
): Finding {
  const { change, ...rest } = extra;
  const base: DeliveryStatus = {
    ...obs.delivery.status,
    interlock: obs.interlock,
    router: obs.traffic.router,
    ...change,
  };
  return {
    reason: summary.reason,
    message: summary.message,
    deliveryStatus: summarize(obs.delivery, base, summary, obs.nowMs),
    ...rest,
  };
}

/** A pass that was cut short after the end of a release left what keeps it from being deleted. */
export const finishedUnsealed: DeliveryRule = ({ releases }) => {
  const release = releases.find(
    ({ status, metadata }) => isFinished(status?.phase) && metadata.finalizers?.includes(releaseFinalizer) === true,
  );
  if (release === undefined) return undefined;
  const { name } = release.metadata;
  return {
    reason: "Idle",
    message: `the finished release ${name} may be deleted from now on`,
    commands: [{ kind: "sealRelease", name }],
    lookAgainMs: 0,
  };
};

export const leaving: DeliveryRule = (obs) => {
  const { metadata } = obs.delivery;
  if (metadata.deletionTimestamp === undefined) return undefined;
  if (metadata.finalizers?.includes(finalizer) !== true) return { reason: "Leaving", message: "the Delivery is gone" };
  const stable = obs.delivery.status?.stable;
  const rejectedInSpec =
    obs.workload !== undefined && stable !== undefined && obs.workload.templateHash !== stable.templateHash;
  const unpause = !rejectedInSpec || metadata.annotations?.[annotations.releaseRejected] === "true";
  const message = unpause
    ? `Deployment ${obs.delivery.spec.workload.name} is an ordinary Deployment again`
    : `Deployment ${obs.delivery.spec.workload.name} keeps its pause, because its spec holds a template that was taken back; resume it with kubectl rollout resume, or put the stable template back first`;
  const commands: Command[] = [{ kind: "leaveWorkload", unpause }, { kind: "removeFinalizer" }];
  if (!unpause) commands.unshift({ kind: "emit", about: "delivery", type: "Warning", reason: "Leaving", message });
  return { reason: "Leaving", message, commands };
};

/** What nothing can be done without. Nothing is touched until it is mended, but a new version is not let through. */
export const unsuitable: DeliveryRule = (obs) => {
  const problem = obs.problems[0];
  if (problem === undefined) return undefined;
  const commands: Command[] =
    rollsUncontrolled(obs) && problem.reason !== "WorkloadClaimed"
      ? [{ kind: "pauseWorkload", held: "template changed" }]
      : [];
  return say(
    obs,
    { phase: "Failed", reason: problem.reason, message: problem.message },
    { commands, lookAgainMs: 30_000 },
  );
};

/** Without the API server's interlock a changed template has to be held as soon as it is seen, whatever comes after. */
function rollsUncontrolled({ interlock, workload, delivery }: Observation): boolean {
  const stable = delivery.status?.stable?.templateHash;
  return (
    interlock === "reactive" &&
    workload?.managed === true &&
    !workload.paused &&
    stable !== undefined &&
    workload.templateHash !== stable &&
    !workload.rolledOut
  );
}

/** The first revision that is seen serving becomes the stable one; nothing is restarted for it. */
export const notAdopted: DeliveryRule = (obs) => {
  const { workload } = obs;
  if (workload === undefined || isAdopted(obs, workload)) return undefined;
  if (obs.delivery.metadata.finalizers?.includes(finalizer) !== true) {
    return say(
      obs,
      { phase: "Pending", reason: "Adopting", message: `Deployment ${workload.name} is being adopted` },
      { commands: [{ kind: "addFinalizer" }], lookAgainMs: 0 },
    );
  }
  const running = obs.replicaSets.find((set) => set.owner === "workload" && set.templateHash === workload.templateHash);
  if (!workload.rolledOut || running === undefined) {
    return say(obs, {
      phase: "Pending",
      reason: "WaitingForRollout",
      message: `Deployment ${workload.name} has to finish its rollout before it can be adopted; the first revision is rolled out as it always was`,
    });
  }
  const message = `the first revision, ${workload.images.join(", ")}, was found serving: there is nothing to compare it with`;
  const stable = { templateHash: workload.templateHash, replicaSet: running.name, images: [...workload.images] };
  const recorded = obs.releases.at(-1);
  if (recorded === undefined || !isRecordOf(recorded, workload)) {
    return say(
      obs,
      { phase: "Pending", reason: "FirstRevision", message },
      { commands: [{ kind: "adoptWorkload" }, firstRelease(obs, workload, running, message)], lookAgainMs: 0 },
    );
  }
  const notes = planNotes(obs.delivery.spec.plan, obs.traffic.capabilities);
  return say(
    obs,
    { phase: "Idle", reason: "Idle", message: [`${workload.images.join(", ")} serves`, ...notes].join("; ") },
    {
      change: { stable, release: recorded.metadata.name, lastNumber: recorded.spec.number },
      commands: [{ kind: "adoptWorkload" }],
    },
  );
};

function isAdopted(obs: Observation, workload: WorkloadView): boolean {
  const stable = obs.delivery.status?.stable;
  if (stable === undefined || isRecreated(obs, workload) || isReplaced(obs, workload)) return false;
  const newest = obs.releases.at(-1);
  return (
    newest === undefined || !isRecordOf(newest, workload) || newest.spec.revision.templateHash === stable.templateHash
  );
}

/** The record of a template that was found serving, and not delivered by a plan. */
function isRecordOf({ spec }: Release, workload: WorkloadView): boolean {
  return (
    spec.plan === undefined &&
    spec.workload.uid === workload.uid &&
    spec.revision.templateHash === workload.templateHash
  );
}

/** The Deployment was rolled out past Tidegate, while nobody held it: what serves now is what there is to go back to. */
function isReplaced({ delivery, replicaSets }: Observation, workload: WorkloadView): boolean {
  const stable = delivery.status?.stable;
  if (stable === undefined || workload.templateHash === stable.templateHash || workload.paused || !workload.rolledOut)
    return false;
  return workload.replicas > 0 && (replicaSets.find((set) => set.name === stable.replicaSet)?.replicas ?? 0) === 0;
}

/** Another Deployment of that name, with nothing in common with the one that the releases so far were about. */
function isRecreated({ releases }: Observation, workload: WorkloadView): boolean {
  const known = releases.at(-1)?.spec.workload.uid;
  return known !== undefined && known !== workload.uid;
}

function nextNumber({ delivery, releases }: Observation): number {
  return Math.max(delivery.status?.lastNumber ?? 0, ...releases.map((release) => release.spec.number)) + 1;
}

function firstRelease(obs: Observation, workload: WorkloadView, running: ReplicaSetView, message: string): Command {
  const number = nextNumber(obs);
  const name = releaseName(obs.delivery.metadata.name, number);
  const spec: ReleaseSpec = {
    ...specOf(obs, workload, number),
    revision: { templateHash: workload.templateHash, images: [...workload.images], replicaSet: running.name },
  };
  return { kind: "createRelease", name, spec, status: statusOfFirst(obs, message) };
}

function statusOfFirst({ nowMs }: Observation, message: string): ReleaseStatus {
  const at = formatTime(nowMs);
  const status: ReleaseStatus = {
    phase: "Promoted",
    intent: "promote",
    startedAt: at,
    finishedAt: at,
    message,
    journal: [{ at, rule: "notAdopted", reason: "FirstRevision", message }],
  };
  return withConditions(status, { reason: "FirstRevision", nowMs });
}

/** The record of a first revision has no plan and is finished from the start; a pass was cut short before it said so. */
export function finishFirstRelease(obs: Observation, release: Release): Decision {
  const message = `the first revision, ${release.spec.revision.images.join(", ")}, was found serving: there is nothing to compare it with`;
  return {
    because: { rule: "firstReleaseUnfinished", reason: "FirstRevision", message },
    releaseStatus: { name: release.metadata.name, status: statusOfFirst(obs, message) },
    commands: [],
    lookAgainMs: 0,
  };
}

function specOf(obs: Observation, workload: WorkloadView, number: number): ReleaseSpec {
  return {
    delivery: obs.delivery.metadata.name,
    number,
    workload: { kind: "Deployment", name: workload.name, uid: workload.uid },
    revision: { templateHash: workload.templateHash, images: [...workload.images] },
    router: obs.traffic.router,
    ...(Object.keys(workload.source).length === 0 ? {} : { source: { ...workload.source } }),
  };
}

/** The label that the interlock looks for may have been lost (kubectl replace), or taken away to be left alone. */
export const notManaged: DeliveryRule = (obs) => {
  if (obs.workload === undefined || obs.workload.managed) return undefined;
  return say(
    obs,
    { phase: "Pending", reason: "Adopting", message: `Deployment ${obs.workload.name} is put under management again` },
    { commands: [{ kind: "adoptWorkload" }] },
  );
};

/** Orders about finished releases. */
export const orderForFinished: DeliveryRule = (obs) => {
  const order = obs.interventions[0];
  if (order === undefined) return undefined;
  const about = obs.releases.find((release) => release.metadata.name === order.spec.release);
  const refuse = (message: string): Finding => ({
    reason: "Refused",
    message,
    commands: [{ kind: "answer", intervention: order.metadata.name, phase: "Refused", message }],
  });
  if (about === undefined) return refuse(`there is no release ${order.spec.release} of a Delivery in this namespace`);
  if (order.spec.action !== "retry")
    return refuse(
      `release ${order.spec.release} is finished (${about.status?.phase ?? "unknown"}); only retry is possible`,
    );
  if (about.status?.phase !== "RolledBack")
    return refuse(`release ${order.spec.release} was not taken back, so there is nothing to retry`);
  const problem = obs.problems[0];
  if (problem !== undefined) return refuse(problem.message);
  if (obs.workload === undefined || !isAdopted(obs, obs.workload))
    return refuse("the Deployment is not adopted yet; order it again when the Delivery is ready");
  if (obs.workload.templateHash !== about.spec.revision.templateHash)
    return refuse("the Deployment's template is another one by now; change it back to try that revision again");
  const actor = order.spec.actor?.username ?? "somebody";
  const message = `${actor} ordered ${about.metadata.name} to be tried again`;
  const answer: Command = { kind: "answer", intervention: order.metadata.name, phase: "Done", message };
  return begin(obs, obs.workload, { retryOf: about.metadata.name, message, commands: [answer], actor });
};

export const templateIsStable: DeliveryRule = (obs) => {
  const { workload, delivery } = obs;
  if (workload === undefined || workload.templateHash !== delivery.status?.stable?.templateHash) return undefined;
  const commands: Command[] = workload.held === undefined ? [] : [{ kind: "unpauseWorkload" }];
  return say(
    obs,
    {
      phase: "Idle",
      reason: "Idle",
      message: [
        `${workload.images.join(", ")} serves`,
        ...planNotes(delivery.spec.plan, obs.traffic.capabilities),
      ].join("; "),
    },
    { commands },
  );
};

export const templateRejected: DeliveryRule = (obs) => {
  const { workload, delivery } = obs;
  const rejection = delivery.status?.rejected?.find((entry) => entry.templateHash === workload?.templateHash);
  if (workload === undefined || rejection === undefined) return undefined;
  const why =
    obs.releases.find((release) => release.metadata.name === rejection.release)?.status?.message ??
    `Tidegate took release ${rejection.release} back`;
  const message = `${why} (the template is not tried again until it changes; to try it all the same: tidegate retry ${rejection.release})`;
  const commands: Command[] = workload.paused ? [] : [{ kind: "pauseWorkload", held: rejection.release }];
  commands.push(...strayPods(obs, delivery.status?.stable?.replicaSet ?? ""));
  const told = workload.conditions.some(
    (condition) => condition.type === "Progressing" && condition.status === "False" && condition.message === why,
  );
  if (!told) commands.push({ kind: "reportToWorkload", message: why });
  return say(obs, { phase: "Rejected", reason: "RevisionRejected", message }, { commands });
};

/** A new template: the journey begins. */
export const templateChanged: DeliveryRule = (obs) => {
  const { workload } = obs;
  return workload === undefined
    ? undefined
    : begin(obs, workload, { message: `the template changed to ${workload.images.join(", ")}`, commands: [] });
};

type Start = {
  readonly message: string;
  readonly commands: readonly Command[];
  readonly retryOf?: string;
  readonly actor?: string;
};

function begin(obs: Observation, workload: WorkloadView, start: Start): Finding {
  const { delivery } = obs;
  const number = nextNumber(obs);
  const name = releaseName(delivery.metadata.name, number);
  const stable = delivery.status?.stable;
  const spec: ReleaseSpec = {
    ...specOf(obs, workload, number),
    plan: delivery.spec.plan,
    ...(stable === undefined ? {} : { stable: { ...stable } }),
    ...(delivery.spec.checks === undefined ? {} : { checks: delivery.spec.checks }),
    ...(delivery.status?.dispersion === undefined ? {} : { dispersion: delivery.status.dispersion }),
    ...(start.retryOf === undefined ? {} : { retryOf: start.retryOf }),
  };
  const reason = start.retryOf === undefined ? "ReleaseInProgress" : "RetryOrdered";
  const entry = {
    at: formatTime(obs.nowMs),
    rule: start.retryOf === undefined ? "templateChanged" : "orderForFinished",
    reason,
    message: start.message,
    ...(start.actor === undefined ? {} : { actor: start.actor }),
  };
  const commands: Command[] = [
    {
      kind: "createRelease",
      name,
      spec,
      status: { phase: "Pending", intent: "advance", message: start.message, journal: [entry] },
    },
    { kind: "pauseWorkload", held: name },
    ...start.commands,
    ...expired(obs),
  ];
  return say(
    obs,
    { phase: "Releasing", reason: "ReleaseInProgress", message: `release ${name}: ${start.message}` },
    { change: { release: name, lastNumber: number }, commands, lookAgainMs: 0 },
  );
}

/** Finished releases past the history's limit, oldest first. */
function expired(obs: Observation): Command[] {
  const finished: readonly Release[] = obs.releases.filter((release) => isFinished(release.status?.phase));
  const surplus = finished.length - obs.delivery.spec.historyLimit;
  return finished
    .slice(0, Math.max(0, surplus))
    .map((release) => ({ kind: "deleteRelease", name: release.metadata.name }));
}
