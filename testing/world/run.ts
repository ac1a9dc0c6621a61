import { canonical } from "../../src/api/canonical.ts";
import { deliveryStatus } from "../../src/api/delivery.ts";
import { fit } from "../../src/api/fit.ts";
import { isFinished, releaseStatus } from "../../src/api/release.ts";
import { activeRelease, decide } from "../../src/core/release/decide.ts";
import type { Decision } from "../../src/core/release/decision.ts";
import { applyCommand } from "./apply.ts";
import { evolve, nextEventMs } from "./evolve.ts";
import { checkDeed, checkStatus } from "./invariants.ts";
import { counterDueMs, observeWorld } from "./observe.ts";
import type { World } from "./state.ts";

export type Action = { readonly atMs: number; readonly name: string; readonly run: (world: World) => void };

export type RunOptions = {
  /** What people and others do, at which time since the beginning. */
  readonly actions?: readonly Action[];
  /** After how many of its writes the pass of that number is cut short; passes that are not named run to their end. */
  readonly cuts?: ReadonlyMap<number, number>;
  readonly untilMs?: number;
};

export type RunResult = {
  readonly passes: number;
  /** Passes in the last quarter of the time whose deeds changed something. */
  readonly lateDeeds: number;
  readonly rules: readonly string[];
};

const passesAtOneMoment = 40;

/** Passes and time take turns until the time is over. Nothing is kept from one pass to the next but the world itself. */
export function runWorld(world: World, options: RunOptions = {}): RunResult {
  const beginMs = world.nowMs;
  const endMs = beginMs + (options.untilMs ?? 15 * 60_000);
  const waiting = [...(options.actions ?? [])].toSorted((a, b) => a.atMs - b.atMs);
  const rules: string[] = [];
  let passes = 0;
  let atOneMoment = 0;
  let lateDeeds = 0;
  while (world.nowMs < endMs) {
    while (waiting[0] !== undefined && beginMs + waiting[0].atMs <= world.nowMs) waiting.shift()?.run(world);
    evolve(world);
    const pass = passOver(world, options.cuts?.get(passes++));
    if (pass !== undefined && rules.at(-1) !== pass.decision.because.rule) rules.push(pass.decision.because.rule);
    if (pass?.acted === true && world.nowMs > endMs - (endMs - beginMs) / 4) lateDeeds++;
    evolve(world);
    const delayMs = pass === undefined ? Infinity : delayOf(world, pass);
    atOneMoment = delayMs > 0 ? 0 : atOneMoment + 1;
    if (atOneMoment > passesAtOneMoment) throw new Error(`passes without end: ${rules.slice(-6).join(", ")}`);
    const actionMs = waiting[0] === undefined ? Infinity : beginMs + waiting[0].atMs;
    world.nowMs = Math.min(world.nowMs + delayMs, nextEventMs(world), actionMs, endMs);
  }
  return { passes, lateDeeds, rules };
}

type Pass = { readonly decision: Decision; readonly wrote: boolean; readonly acted: boolean; readonly cut: boolean };

function passOver(world: World, cut = Infinity): Pass | undefined {
  const { delivery } = world;
  if (delivery === undefined) return undefined;
  const decision = decide(observeWorld(world, delivery));
  const deeds = decision.commands.map((command) => () => doDeed(world, decision, command));
  let left = cut;
  let wrote = false;
  let acted = false;
  for (const write of [() => writeDelivery(world, decision), () => writeRelease(world, decision), ...deeds]) {
    if (left-- <= 0) return { decision, wrote: true, acted, cut: true };
    const changed = write();
    wrote ||= changed;
    acted ||= changed && deeds.includes(write);
  }
  return { decision, wrote, acted, cut: false };
}

function writeDelivery({ delivery }: World, { deliveryStatus: wanted }: Decision): boolean {
  if (wanted === undefined || delivery === undefined || canonical(wanted) === canonical(delivery.status)) return false;
  delivery.status = structuredClone(fit(deliveryStatus, wanted));
  return true;
}

function writeRelease(world: World, { releaseStatus: wanted }: Decision): boolean {
  const release = world.releases.find(({ metadata }) => metadata.name === wanted?.name);
  if (release === undefined || wanted === undefined || canonical(wanted.status) === canonical(release.status))
    return false;
  const status = structuredClone(fit(releaseStatus, wanted.status));
  checkStatus(world, release, status);
  release.status = status;
  return true;
}

function doDeed(world: World, decision: Decision, command: Decision["commands"][number]): boolean {
  checkDeed(world, command, decision.because.rule);
  const before = picture(world);
  applyCommand(world, command);
  return picture(world) !== before;
}

/** What deeds can change, as text. */
function picture(world: World): string {
  const { delivery, releases, interventions, workload, sets, service, contenderService, route } = world;
  const records = releases.map(({ metadata }) => metadata);
  const orders = interventions.map(({ status }) => status);
  return JSON.stringify([delivery?.metadata, records, orders, workload, sets, service, contenderService, route]);
}

/** As the controller's own: at once after a change, at the decision's time else, and when the counters are due. */
function delayOf(world: World, { decision, wrote, cut }: Pass): number {
  if (cut) return 20;
  const active = activeRelease(world.releases);
  const ended = isFinished(decision.releaseStatus?.status.phase);
  if (ended || wrote) return 0;
  const counters = world.delivery === undefined ? Infinity : counterDueMs(world, world.delivery, active);
  return Math.max(1, Math.min(decision.lookAgainMs ?? Infinity, counters));
}
