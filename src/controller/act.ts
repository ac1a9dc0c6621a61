import type { Command } from "../core/release/decision.ts";
import type { DeedContext } from "./deeds/context.ts";
import { namespaceOf } from "./deeds/context.ts";
import * as release from "./deeds/release.ts";
import * as replicaSet from "./deeds/replicaSet.ts";
import * as service from "./deeds/service.ts";
import * as workload from "./deeds/workload.ts";

/** Carries out commands in order; a failure stops the list, and the next pass starts from a new observation. */
export async function act(commands: readonly Command[], context: DeedContext): Promise<void> {
  for (const command of commands) {
    context.signal.throwIfAborted();
    await carryOut(command, context);
  }
}

async function carryOut(command: Command, context: DeedContext): Promise<void> {
  switch (command.kind) {
    case "adoptWorkload":
      return workload.adoptWorkload(context);
    case "leaveWorkload":
      return workload.leaveWorkload(context, command.unpause);
    case "pauseWorkload":
      return workload.pauseWorkload(context, command.held);
    case "unpauseWorkload":
      return workload.unpauseWorkload(context);
    case "reportToWorkload":
      return workload.reportToWorkload(context, command.message);
    case "addFinalizer":
      return workload.addFinalizer(context);
    case "removeFinalizer":
      return workload.removeFinalizer(context);
    case "createRelease":
      return release.createRelease(context, command.name, command.spec, command.status);
    case "sealRelease":
      return release.sealRelease(context, command.name);
    case "deleteRelease":
      return release.deleteRelease(context, command.name);
    case "answer":
      return release.answerIntervention(context, command.intervention, command.phase, command.message);
    case "createContender":
      return replicaSet.createContender(context, command.release, command.templateHash, command.replicas);
    case "takeOverReplicaSet":
      return replicaSet.takeOverReplicaSet(context, command.release, command, command.replicas);
    case "giveBackReplicaSet":
      return replicaSet.giveBackReplicaSet(context, command);
    case "scaleReplicaSet":
      return replicaSet.scaleReplicaSet(context, command, command.replicas);
    case "deleteReplicaSet":
      return replicaSet.deleteReplicaSet(context, command);
    case "handOver":
      return replicaSet.handOver(context, command, command.replicas);
    case "createContenderService":
      return service.createContenderService(context, command.release, command.podTemplateHash);
    case "deleteContenderService":
      return service.deleteContenderService(context);
    case "selectPods":
      return service.selectPods(context, command.selector);
    case "splitTraffic":
      return context.router?.split(context.subject, command.goal, command.originals, context.signal);
    case "restoreTraffic":
      return context.router?.restore(context.subject, command.originals, context.signal);
    case "emit":
      return emit(command, context);
    default:
      return command satisfies never;
  }
}

function emit(command: Extract<Command, { kind: "emit" }>, context: DeedContext): void {
  const name = context.delivery.status?.release;
  const about =
    command.about === "release" && name !== undefined
      ? context.caches.releases.get({ namespace: namespaceOf(context), name })
      : context.delivery;
  context.events.emit(about ?? context.delivery, {
    type: command.type,
    reason: command.reason,
    message: command.message,
  });
}
