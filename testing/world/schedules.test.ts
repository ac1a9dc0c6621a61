import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFinished } from "../../src/api/release.ts";
import { aPlan } from "../builders/delivery.ts";
import * as act from "./actions.ts";
import { findLeftovers } from "./invariants.ts";
import { runWorld, type Action, type RunResult } from "./run.ts";
import { createWorld, type World, type WorldOptions } from "./state.ts";

const minute = 60_000;
/** Nothing new happens after this; what follows is the time to come to rest. */
const busyMs = 6 * minute;

const version = fc.constantFrom("v1", "v2", "v3", "bad", "crash");
const time = fc.integer({ min: 0, max: busyMs }).map((atMs) => Math.round(atMs / 250) * 250);
const orders = fc.constantFrom("pause", "resume", "promote", "skip", "rollback", "retry");

const gentle: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(time, version).map(([atMs, name]) => act.applyVersion(atMs, name)),
  fc.tuple(time, orders, fc.boolean()).map(([atMs, action, full]) => act.order(atMs, action, { full })),
  fc.tuple(time, fc.integer({ min: 0, max: 9 })).map(([atMs, replicas]) => act.scaleTo(atMs, replicas)),
);

const rough: fc.Arbitrary<Action> = fc
  .tuple(
    time,
    fc.constantFrom(
      act.rewriteRoute,
      act.resetRoute,
      act.liftPause,
      act.unpinService,
      act.deleteContenderService,
      act.deleteContender,
      act.killContenderPods,
      act.deleteRoute,
      act.createRoute,
      act.deleteService,
      act.createService,
      act.deleteDelivery,
      act.deleteWorkload,
    ),
  )
  .map(([atMs, make]) => make(atMs));

const cuts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 4 })), { maxLength: 12 })
  .map((list) => new Map(list));

const options: fc.Arbitrary<WorldOptions> = fc.record({
  routed: fc.boolean(),
  interlock: fc.constantFrom("policy", "reactive"),
  requestsPerSecond: fc.constantFrom(0, 50, 500),
  behaviours: fc.constant({ bad: { errorRate: 0.2 }, crash: { crashes: true } }),
  delivery: fc.record({
    checks: fc.constantFrom([], [{ errors: {} }]),
    progressDeadline: fc.constantFrom("20s", "5m"),
    plan: fc
      .record({
        onFailure: fc.constantFrom("rollback", "hold"),
        onInconclusive: fc.constantFrom("hold", "rollback", "proceed"),
        onNewRevision: fc.constantFrom("replace", "queue"),
        deadline: fc.constantFrom("4m", "2h"),
      })
      .chain((more) =>
        fc.constantFrom(
          aPlan([{ weight: 5, for: "20s" }, { weight: 50, for: "20s" }, { weight: 100 }], more),
          aPlan(
            [
              { weight: 20, capacity: 2 },
              { weight: 60, for: "30s", approval: "required" },
            ],
            more,
          ),
          aPlan([{ weight: 100, for: "10s" }], more),
        ),
      ),
  }),
}) as fc.Arbitrary<WorldOptions>;

/** Few in the unit suite; TIDEGATE_RUNS asks for more. A failure prints the seed that repeats it. */
const numRuns = Number(process.env["TIDEGATE_RUNS"] ?? 15);
const runs = { numRuns, endOnFailure: true } as const;

/** An error names what was done to the world, in order. */
function runTold(world: World, actions: readonly Action[], cutsAt: ReadonlyMap<number, number>): RunResult {
  try {
    return runWorld(world, { actions, cuts: cutsAt, untilMs: 16 * minute });
  } catch (error) {
    throw new Error(`after ${told(actions)}: ${String(error)}`, { cause: error });
  }
}

function told(actions: readonly Action[]): string {
  const inOrder = actions.toSorted((a, b) => a.atMs - b.atMs);
  return inOrder.map(({ atMs, name }) => `${name} at ${atMs / 1_000} s`).join(", ");
}

function restless(world: World, actions: readonly Action[], cutsAt: ReadonlyMap<number, number>): string[] {
  const { lateDeeds, rules } = runTold(world, actions, cutsAt);
  const names = world.releases.map(({ metadata }) => metadata.name);
  const found = findLeftovers(world);
  if (new Set(names).size !== names.length) found.push("two releases have one name");
  if (lateDeeds > 0) found.push(`${lateDeeds} passes still do something long after: ${rules.slice(-5).join(", ")}`);
  return found.map((line) => `${line} after ${told(actions)}`);
}

describe("under any schedule of people's doings and passes cut short", () => {
  it("every release ends as it should, or waits for something that it names", () => {
    const property = fc.property(options, fc.array(gentle, { maxLength: 8 }), cuts, (world, actions, cutsAt) => {
      expect(restless(createWorld(world), actions, cutsAt)).toEqual([]);
    });
    fc.assert(property, runs);
  });

  it("and the same when somebody deletes and rewrites what the release stands on", () => {
    const restored = [act.createRoute(busyMs), act.createService(busyMs)];
    const some = fc.array(fc.oneof(gentle, rough), { maxLength: 8 });
    const property = fc.property(options, some, cuts, (world, actions, cutsAt) => {
      expect(restless(createWorld(world), [...actions, ...restored], cutsAt)).toEqual([]);
    });
    fc.assert(property, runs);
  });

  it("a rollback that was ordered always ends with the traffic on stable", () => {
    const property = fc.property(options, fc.array(gentle, { maxLength: 4 }), cuts, (parts, actions, cutsAt) => {
      const world = createWorld(parts);
      const last = [act.scaleTo(busyMs, 3), act.order(busyMs + 1_000, "rollback")];
      const all = [act.applyVersion(0, "v2"), ...actions, ...last];
      runTold(world, all, cutsAt);
      const ordered = world.interventions.at(-1);
      const release = world.releases.find(({ metadata }) => metadata.name === ordered?.spec.release);
      expect(ordered?.status?.phase, told(all)).toBeDefined();
      expect(isFinished(release?.status?.phase), told(all)).toBe(true);
    });
    fc.assert(property, runs);
  });
});
