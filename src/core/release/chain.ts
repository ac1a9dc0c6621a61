import * as delivery from "./rules/delivery.ts";
import * as handOver from "./rules/handOver.ts";
import * as interruptions from "./rules/interruptions.ts";
import * as prepare from "./rules/prepare.ts";
import * as rollback from "./rules/rollback.ts";
import * as steps from "./rules/steps.ts";
import type { DeliveryRule } from "./rules/delivery.ts";
import type { ReleaseRule } from "./rules/finding.ts";

/** In this order; the first that applies decides. Tests guard the order. */
export const deliveryChain: readonly (readonly [string, DeliveryRule])[] = [
  ["finishedUnsealed", delivery.finishedUnsealed],
  ["leaving", delivery.leaving],
  ["orderForFinished", delivery.orderForFinished],
  ["unsuitable", delivery.unsuitable],
  ["notAdopted", delivery.notAdopted],
  ["notManaged", delivery.notManaged],
  ["templateIsStable", delivery.templateIsStable],
  ["templateRejected", delivery.templateRejected],
  ["templateChanged", delivery.templateChanged],
];

/** Asked first whatever the release is doing: what turns it round, and what people order. */
export const interruptionChain: readonly (readonly [string, ReleaseRule])[] = [
  ["deliveryDeleted", interruptions.deliveryDeleted],
  ["releaseDeleted", interruptions.releaseDeleted],
  ["workloadDeleted", interruptions.workloadDeleted],
  ["orderGiven", interruptions.orderGiven],
  ["returnedToStable", interruptions.returnedToStable],
  ["newRevision", interruptions.newRevision],
  ["workloadUnheld", interruptions.workloadUnheld],
  ["strayPodsRunning", interruptions.strayPodsRunning],
];

/** Down: weight 0, confirmed, drain, scale, restore, delete. */
export const rollbackChain: readonly (readonly [string, ReleaseRule])[] = [
  ["rollbackBlocked", rollback.rollbackBlocked],
  ["trafficOnContender", rollback.trafficOnContender],
  ["returnUnconfirmed", rollback.returnUnconfirmed],
  ["contenderDraining", rollback.contenderDraining],
  ["contenderRunning", rollback.contenderRunning],
  ["tracesLeft", rollback.tracesLeft],
  ["contenderLeft", rollback.contenderLeft],
  ["takenBack", rollback.takenBack],
];

/** Up: failures first, then endpoints ready, probe rule, warm, weight, confirmed, evidence, next step. */
export const advanceChain: readonly (readonly [string, ReleaseRule])[] = [
  ["notStarted", prepare.notStarted],
  ["contenderCrashing", prepare.contenderCrashing],
  ["checkFailed", steps.checkFailed],
  ["groundMissing", prepare.groundMissing],
  ["contenderUnanswering", prepare.contenderUnanswering],
  ["contenderMisSized", prepare.contenderMisSized],
  ["workloadAtZero", prepare.workloadAtZero],
  ["deadlineExceeded", steps.deadlineExceeded],
  ["paused", steps.paused],
  ["contenderMissing", prepare.contenderMissing],
  ["serviceUnpinned", prepare.serviceUnpinned],
  ["contenderNotReady", prepare.contenderNotReady],
  ["contenderCold", prepare.contenderCold],
  ["routeRewritten", prepare.routeRewritten],
  ["weightNotWritten", steps.weightNotWritten],
  ["weightNotConfirmed", steps.weightNotConfirmed],
  ["heldByFailure", steps.heldByFailure],
  ["stepRunning", steps.stepRunning],
  ["evidenceMissing", steps.evidenceMissing],
  ["awaitingApproval", steps.awaitingApproval],
  ["stepPassed", steps.stepPassed],
  ["planCompleted", steps.planCompleted],
];

/** The contender's pods become the Deployment's own, and everything else is put back as it was. */
export const handOverChain: readonly (readonly [string, ReleaseRule])[] = [
  ["contenderLost", handOver.contenderLost],
  ["contenderTooSmall", handOver.contenderTooSmall],
  ["serviceStillPinned", handOver.serviceStillPinned],
  ["notHandedOver", handOver.notHandedOver],
  ["stableStillRunning", handOver.stableStillRunning],
  ["stillPaused", handOver.stillPaused],
  ["stableCold", handOver.stableCold],
  ["routesNotRestored", handOver.routesNotRestored],
  ["restoreUnconfirmed", handOver.restoreUnconfirmed],
  ["contenderServiceLeft", handOver.contenderServiceLeft],
  ["promoted", handOver.promoted],
];
