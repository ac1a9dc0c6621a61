import { formatTime } from "../../../api/duration.ts";
import type { Intervention } from "../../../api/intervention.ts";
import type { Reason } from "../../../api/reasons.ts";
import type { ReleaseStatus } from "../../../api/release.ts";
import type { ReleaseInput } from "../input.ts";
import { strayPods } from "./strayPods.ts";
import { soonMs, type Finding, type ReleaseRule } from "./finding.ts";

type Ending = NonNullable<ReleaseStatus["ending"]>;

/** Turns the release round. Everything after is done by the rollback rules. */
export function turnBack(
  input: ReleaseInput,
  ending: Ending & { reason: Reason },
  extra: Partial<Finding> = {},
): Finding {
  const status: ReleaseStatus = {
    ...input.status,
    intent: "rollback",
    phase: "RollingBack",
    ending,
    message: ending.message,
  };
  return { reason: ending.reason, message: ending.message, status, journal: true, ...extra };
}

/** Before the hand-over has begun, a release can still be turned round. */
function canTurnBack(input: ReleaseInput): boolean {
  return input.status.intent !== "rollback" && input.status.handOver === undefined;
}

export const deliveryDeleted: ReleaseRule = (input) => {
  if (input.obs.delivery.metadata.deletionTimestamp === undefined || !canTurnBack(input)) return undefined;
  return turnBack(input, {
    phase: "Cancelled",
    reason: "DeliveryDeleted",
    message: `Delivery ${input.obs.delivery.metadata.name} is being deleted: traffic returns to stable`,
  });
};

export const releaseDeleted: ReleaseRule = (input) => {
  if (input.release.metadata.deletionTimestamp === undefined || !canTurnBack(input)) return undefined;
  return turnBack(input, {
    phase: "Cancelled",
    reason: "RollbackOrdered",
    message: `Release ${input.release.metadata.name} is being deleted: traffic returns to stable`,
  });
};

export const workloadDeleted: ReleaseRule = (input) => {
  const { workload } = input.obs;
  const gone = workload === undefined || workload.deleting || workload.uid !== input.release.spec.workload.uid;
  if (!gone || input.status.intent === "rollback") return undefined;
  return turnBack(input, {
    phase: "Cancelled",
    reason: "WorkloadDeleted",
    message: `Deployment ${input.release.spec.workload.name} was deleted in the middle of the release`,
  });
};

/** The oldest order that was not carried out. */
export const orderGiven: ReleaseRule = (input) => {
  const order = input.obs.interventions[0];
  if (order === undefined) return undefined;
  if (order.spec.release !== input.release.metadata.name) return orderForAnother(input, order);
  const done = input.status.interventions ?? [];
  const uid = order.metadata.uid ?? order.metadata.name;
  if (done.includes(uid)) return answered(order, "Done", "it was carried out");
  const finding = carryOut(input, order);
  if (finding.status === undefined) return finding;
  const status = { ...finding.status, interventions: [...done, uid].slice(-200) };
  return {
    ...finding,
    status,
    commands: [
      ...(finding.commands ?? []),
      { kind: "answer", intervention: order.metadata.name, phase: "Done", message: finding.message },
    ],
  };
};

/** An order about a finished release while this one is on its way: this one may be the retry that was asked for. */
function orderForAnother({ release }: ReleaseInput, order: Intervention): Finding {
  const { name } = release.metadata;
  if (order.spec.action === "retry" && release.spec.retryOf === order.spec.release)
    return answered(order, "Done", `release ${name} tries ${order.spec.release} again`);
  return answered(
    order,
    "Refused",
    `release ${order.spec.release} is finished and ${name} is on its way; orders are for ${name} now`,
  );
}

function answered(order: Intervention, phase: "Done" | "Refused", message: string): Finding {
  return {
    reason: phase === "Done" ? "Accepted" : "Refused",
    message,
    commands: [{ kind: "answer", intervention: order.metadata.name, phase, message }],
  };
}

function carryOut(input: ReleaseInput, order: Intervention): Finding {
  const { status, obs } = input;
  const actor = order.spec.actor?.username ?? "somebody";
  const words = order.spec.reason === undefined ? "" : `: ${order.spec.reason}`;
  const story = { journal: true, actor } as const;
  if (status.handOver !== undefined)
    return answered(
      order,
      "Refused",
      "the hand-over has begun and cannot be stopped; to go back afterwards use kubectl rollout undo",
    );
  if (status.intent === "rollback") return answered(order, "Refused", "the release is being taken back");
  switch (order.spec.action) {
    case "rollback":
      return turnBack(
        input,
        { phase: "RolledBack", reason: "RollbackOrdered", message: `${actor} ordered the release back${words}` },
        { actor },
      );
    case "pause":
      return {
        ...story,
        reason: "Paused",
        message: `${actor} paused the release${words}`,
        status: {
          ...status,
          phase: "Paused",
          paused: {
            at: formatTime(obs.nowMs),
            by: actor,
            ...(order.spec.reason === undefined ? {} : { reason: order.spec.reason }),
          },
        },
      };
    case "resume": {
      if (status.paused === undefined) return answered(order, "Refused", "the release is not paused");
      const { paused: _paused, ...rest } = status;
      return {
        ...story,
        reason: "Resumed",
        message: `${actor} resumed the release${words}`,
        status: { ...rest, phase: "Progressing" },
      };
    }
    case "promote":
      return promote(input, order, actor, words);
    case "skip":
      if (status.step === undefined) return answered(order, "Refused", "the release has not entered a step yet");
      return {
        ...story,
        reason: "StepSkipped",
        message: `${actor} ended step ${input.step.name}${words}`,
        status: { ...status, step: { ...status.step, skipped: true } },
      };
    case "retry":
      return answered(order, "Refused", "the release is on its way; retry is for a release that was taken back");
    default:
      return order.spec.action satisfies never;
  }
}

function promote(input: ReleaseInput, order: Intervention, actor: string, words: string): Finding {
  const { status, steps } = input;
  if (status.step === undefined) return answered(order, "Refused", "the release has not entered a step yet");
  const { paused: _paused, ...rest } = status;
  const last = steps.length - 1;
  const all = order.spec.full === true;
  const place = all
    ? { index: last, name: steps[last]?.name ?? "all", count: steps.length, enteredAt: formatTime(input.obs.nowMs) }
    : status.step;
  return {
    journal: true,
    actor,
    reason: "PromotionOrdered",
    message: `${actor} promoted ${all ? "the release through all remaining steps" : `step ${input.step.name}`}${words}`,
    status: { ...rest, phase: "Progressing", step: { ...place, approved: true, skipped: true } },
  };
}

/**
 * Somebody lifted the pause, or it was never set because a pass was cut short: the Deployment would roll the new
 * version out past the plan.
 */
export const workloadUnheld: ReleaseRule = ({ obs, release, status }) => {
  const { workload } = obs;
  if (workload === undefined || workload.paused || workload.deleting || status.handOver !== undefined) return undefined;
  if (workload.templateHash === release.spec.stable?.templateHash || workload.uid !== release.spec.workload.uid)
    return undefined;
  return {
    reason: "Preparing",
    message: `Deployment ${workload.name} is held, so that it does not roll out by itself`,
    commands: [{ kind: "pauseWorkload", held: release.metadata.name }],
    lookAgainMs: soonMs,
  };
};

/** Only stable and the contender run; what the release is about is left to be taken over. */
export const strayPodsRunning: ReleaseRule = ({ obs, release, status }) => {
  if (status.handOver !== undefined || obs.workload?.uid !== release.spec.workload.uid) return undefined;
  const spared = status.intent === "rollback" ? undefined : release.spec.revision.templateHash;
  const commands = strayPods(obs, release.spec.stable?.replicaSet ?? "", spared);
  return commands.length === 0
    ? undefined
    : {
        reason: "Preparing",
        message: "pods that are neither stable's nor the contender's are ended",
        commands,
        lookAgainMs: soonMs,
      };
};

export const returnedToStable: ReleaseRule = (input) => {
  const { workload } = input.obs;
  if (!canTurnBack(input) || workload?.templateHash !== input.release.spec.stable?.templateHash) return undefined;
  return turnBack(input, {
    phase: "Cancelled",
    reason: "ReturnedToStable",
    message: "the template went back to the stable one; there is nothing left to release",
  });
};

export const newRevision: ReleaseRule = (input) => {
  const { workload } = input.obs;
  if (
    !canTurnBack(input) ||
    workload === undefined ||
    workload.templateHash === input.release.spec.revision.templateHash
  )
    return undefined;
  if (input.release.spec.plan?.onNewRevision === "queue") return undefined;
  return turnBack(input, {
    phase: "Superseded",
    reason: "Superseded",
    message: `a newer revision (${workload.images.join(", ")}) replaces this one`,
  });
};
