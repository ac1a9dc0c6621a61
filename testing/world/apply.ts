import { finalizer, labels, releaseFinalizer } from "../../src/api/names.ts";
import type { Command } from "../../src/core/release/decision.ts";
import { builtAt } from "../builders/delivery.ts";
import { newSet, type World, type WorldSet } from "./state.ts";

const acceptanceMs = 150;

/** Does what a command says, as the real deeds do: idempotently, and not at all when its object is another by now. */
export function applyCommand(world: World, command: Command): void {
  const { workload } = world;
  switch (command.kind) {
    case "adoptWorkload":
      if (workload !== undefined) workload.managed = true;
      return;
    case "leaveWorkload":
      if (workload === undefined) return;
      if (command.unpause && workload.held !== undefined) workload.paused = false;
      workload.managed = false;
      workload.held = undefined;
      return;
    case "pauseWorkload":
      if (workload === undefined) return;
      workload.paused = true;
      workload.held = command.held;
      return;
    case "unpauseWorkload":
      if (workload === undefined) return;
      workload.paused = false;
      workload.held = undefined;
      return;
    case "reportToWorkload":
      return report(world, command.message);
    case "addFinalizer":
      if (world.delivery !== undefined) world.delivery.metadata.finalizers = [finalizer];
      return;
    case "removeFinalizer":
      if (world.delivery?.metadata.deletionTimestamp !== undefined) world.delivery = undefined;
      return;
    case "createRelease":
      return createRelease(world, command);
    case "sealRelease":
      return seal(world, command.name);
    case "deleteRelease":
      world.releases = world.releases.filter((release) => release.metadata.name !== command.name);
      return;
    case "answer":
      for (const order of world.interventions)
        if (order.metadata.name === command.intervention)
          order.status = { phase: command.phase, message: command.message };
      return;
    case "emit":
      world.events.push(`${command.reason}: ${command.message}`);
      return;
    case "createContenderService":
      world.contenderService = { podTemplateHash: command.podTemplateHash };
      return;
    case "deleteContenderService":
      world.contenderService = undefined;
      return;
    case "selectPods":
      if (world.service !== undefined) world.service.selector = { ...command.selector };
      return;
    case "splitTraffic":
      if (world.route !== undefined)
        world.route = { goal: command.goal, acceptedAtMs: world.nowMs + acceptanceMs, rewrittenBy: undefined };
      return;
    case "restoreTraffic":
      if (world.route !== undefined)
        world.route = { goal: undefined, acceptedAtMs: world.nowMs + acceptanceMs, rewrittenBy: undefined };
      return;
    default:
      return applyToSet(world, command);
  }
}

type SetCommand = Extract<Command, { kind: `${string}ReplicaSet` | "createContender" | "handOver" }>;

function applyToSet(world: World, command: SetCommand): void {
  if (command.kind === "createContender") return createContender(world, command);
  const set = world.sets.find(({ uid }) => uid === command.uid);
  if (set === undefined) return;
  switch (command.kind) {
    case "takeOverReplicaSet":
      Object.assign(set, { owner: "release", ownerName: command.release, replicas: command.replicas });
      return;
    case "giveBackReplicaSet":
      Object.assign(set, { owner: "workload", ownerName: "shop", replicas: 0 });
      return;
    case "scaleReplicaSet":
      set.replicas = command.replicas;
      return;
    case "deleteReplicaSet":
      world.sets = world.sets.filter((other) => other !== set);
      return;
    case "handOver":
      Object.assign(set, {
        owner: "nobody",
        ownerName: undefined,
        desired: command.replicas,
      } satisfies Partial<WorldSet>);
      return;
    default:
      command satisfies never;
  }
}

function createContender(world: World, command: Extract<Command, { kind: "createContender" }>): void {
  const name = `shop-tg${command.templateHash}`;
  if (world.workload?.version !== command.templateHash) return;
  if (world.sets.some((set) => set.name === name)) throw new Error(`ReplicaSet ${name} exists`);
  const { release: ownerName, replicas, templateHash: version } = command;
  world.sets.push(
    newSet(world, { name, version, podTemplateHash: `tg${version}`, replicas, owner: "release", ownerName }),
  );
}

function createRelease(world: World, { name, spec, status }: Extract<Command, { kind: "createRelease" }>): void {
  if (world.releases.some((release) => release.metadata.name === name)) return;
  world.releases.push({
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Release",
    metadata: {
      name,
      namespace: "prod",
      uid: `release-${spec.number}`,
      creationTimestamp: builtAt,
      labels: { [labels.delivery]: "shop" },
      finalizers: status.finishedAt === undefined ? [releaseFinalizer] : [],
    },
    spec,
    status,
  });
}

function seal(world: World, name: string): void {
  for (const release of world.releases) if (release.metadata.name === name) release.metadata.finalizers = [];
  world.releases = world.releases.filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0,
  );
}

function report({ workload }: World, message: string): void {
  if (workload === undefined) return;
  const condition = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message } as const;
  workload.conditions = [{ ...condition, lastTransitionTime: builtAt }];
}
