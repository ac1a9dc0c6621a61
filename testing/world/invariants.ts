import type { Release, ReleaseStatus } from "../../src/api/release.ts";
import { isFinished } from "../../src/api/release.ts";
import { activeRelease } from "../../src/core/release/decide.ts";
import type { Command } from "../../src/core/release/decision.ts";
import { resolveSteps } from "../../src/core/release/plan.ts";
import { contenderReady } from "./observe.ts";
import { readyPods, type World } from "./state.ts";

/** Throws when a deed may not be done in this world. */
export function checkDeed(world: World, command: Command, rule: string): void {
  const broken = brokenBy(world, command);
  if (broken !== undefined) throw new Error(`${rule} does ${JSON.stringify(command)}: ${broken}`);
}

function brokenBy(world: World, command: Command): string | undefined {
  const { goal } = world.route ?? {};
  const carries = goal !== undefined && (goal.contenderBasisPoints > 0 || goal.matches.length > 0);
  switch (command.kind) {
    case "splitTraffic":
      return splitBroken(world, command);
    case "deleteContenderService":
      return carries ? "the route still sends requests there" : undefined;
    case "deleteReplicaSet":
    case "giveBackReplicaSet":
      return carries ? "the contender still gets requests" : undefined;
    case "scaleReplicaSet":
      return carries &&
        command.replicas === 0 &&
        world.workload !== undefined &&
        world.workload.replicas > 0 &&
        isContender(world, command.uid)
        ? "the contender still gets requests"
        : undefined;
    case "unpauseWorkload":
      return unpauseBroken(world);
    default:
      return undefined;
  }
}

function isContender({ sets }: World, uid: string): boolean {
  return sets.some((set) => set.uid === uid && set.owner === "release");
}

function splitBroken(world: World, { goal }: Extract<Command, { kind: "splitTraffic" }>): string | undefined {
  const release = activeRelease(world.releases);
  if (release?.spec.plan === undefined) return "no release is on its way";
  const step = resolveSteps(release.spec.plan)[release.status?.step?.index ?? 0];
  const allowed = release.status?.intent === "rollback" ? 0 : (step?.contenderBasisPoints ?? 0);
  if (goal.contenderBasisPoints > allowed) return `the step allows ${allowed}`;
  const isForward = goal.contenderBasisPoints > (world.route?.goal?.contenderBasisPoints ?? 0);
  if (isForward && release.status?.paused !== undefined) return "the release is paused";
  if (goal.contenderBasisPoints > 0 && contenderReady(world) === 0) return "the contender has no ready endpoint";
  return undefined;
}

function unpauseBroken(world: World): string | undefined {
  const { workload } = world;
  const { stable } = world.delivery?.status ?? {};
  const adopted = world.sets.some((set) => set.owner === "workload" && set.version === workload?.version);
  const status = activeRelease(world.releases)?.status;
  const passed = status?.intent === "promote" && status.handOver !== undefined;
  if (workload?.version === stable?.templateHash || (passed && adopted) || passed) return undefined;
  return "the Deployment would roll out what was not promoted";
}

/** Throws when a status may not follow the one that is stored. */
export function checkStatus(world: World, { metadata, status: before }: Release, after: ReleaseStatus): void {
  if (isFinished(before?.phase))
    throw new Error(`${metadata.name} changes after its end: ${JSON.stringify(after.message)}`);
  const known = before?.journal ?? [];
  const kept = after.journal ?? [];
  const grows = known.every(
    (entry, index) => kept.length >= 200 || JSON.stringify(entry) === JSON.stringify(kept[index]),
  );
  if (!grows) throw new Error(`${metadata.name} loses entries of its journal`);
  if ((after.step?.index ?? 0) < (before?.step?.index ?? 0)) throw new Error(`${metadata.name} goes back a step`);
  if (after.phase === "Promoted") checkPromotion(world, metadata.name);
}

function checkPromotion(world: World, name: string): void {
  const release = world.releases.find(({ metadata }) => metadata.name === name);
  const version = release?.spec.revision.templateHash;
  const serving = world.sets.find((set) => set.owner === "workload" && set.version === version);
  if (serving === undefined) throw new Error(`${name} is promoted, but the Deployment does not own its pods`);
}

/** What is wrong when a release has ended or nothing moves any more; empty when all is as it should be. */
export function findLeftovers(world: World): string[] {
  const found: string[] = [];
  const active = activeRelease(world.releases);
  if (active !== undefined) {
    const { phase, message } = active.status ?? {};
    if (message === undefined || message === "")
      found.push(`${active.metadata.name} waits in phase ${phase} without a word`);
    return found;
  }
  if (world.route?.goal !== undefined) found.push("the route is not as it was");
  if (world.service?.selector["pod-template-hash"] !== undefined) found.push("the Service is still pinned");
  if (world.contenderService !== undefined) found.push("the contender's Service is left");
  if (world.sets.some((set) => set.owner !== "workload")) found.push("a ReplicaSet of a release is left");
  if (world.interventions.some(({ status }) => status?.phase === undefined) && world.delivery !== undefined)
    found.push("an order has no answer");
  if (world.releases.some(({ metadata }) => (metadata.finalizers ?? []).length > 0))
    found.push("a finished release cannot be deleted");
  const { stable } = world.delivery?.status ?? {};
  const serving = world.sets.find((set) => set.version === stable?.templateHash && set.owner === "workload");
  const wanted = world.workload?.replicas ?? 0;
  if (world.delivery !== undefined && world.workload !== undefined && readyPods(world, serving) !== wanted)
    found.push(`stable has ${readyPods(world, serving)} of ${wanted} pods`);
  return found;
}
