import { describe, expect, it } from "vitest";
import type { Check } from "../../src/api/checks.ts";
import { tellStory } from "../../src/core/release/story.ts";
import { aPlan } from "../builders/delivery.ts";
import * as act from "./actions.ts";
import { findLeftovers } from "./invariants.ts";
import { runWorld } from "./run.ts";
import { createWorld, readyPods, type World, type WorldOptions } from "./state.ts";

const minute = 60_000;
const byErrors: Check[] = [{ errors: {} }];
const judged = { checks: byErrors };
const releaseOf = (world: World, name = "shop-2") => world.releases.find(({ metadata }) => metadata.name === name);
const phases = (world: World) => world.releases.map(({ status }) => status?.phase);

function run(options: WorldOptions, ...actions: readonly ReturnType<typeof act.applyVersion>[]) {
  const world = createWorld(options);
  const result = runWorld(world, { actions: [act.applyVersion(1_000, "v2"), ...actions] });
  return { world, ...result, release: releaseOf(world) };
}

describe("a whole release", () => {
  it("promotes a good version: its pods become the Deployment's and everything else is as before", () => {
    const { world, release, lateDeeds } = run({ delivery: judged });
    expect(release?.status).toMatchObject({ phase: "Promoted", totals: { contender: { errors: 0 } } });
    expect(world.delivery?.status).toMatchObject({
      phase: "Idle",
      stable: { templateHash: "v2", replicaSet: "shop-tgv2" },
    });
    expect(world.workload).toMatchObject({ paused: false, held: undefined });
    expect(findLeftovers(world)).toEqual([]);
    expect(lateDeeds).toBe(0);
  });

  it("restarts no pod at the hand-over", () => {
    const world = createWorld();
    const names = new Set<string>();
    const watch = {
      atMs: 3 * minute + 20_000,
      name: "look",
      run: (seen: World) => seen.sets.flatMap(({ pods }) => pods).forEach(({ name }) => names.add(name)),
    };
    runWorld(world, { actions: [act.applyVersion(1_000, "v2"), watch] });
    const serving = world.sets.filter(({ replicas }) => replicas > 0).flatMap(({ pods }) => pods);
    expect(serving).toHaveLength(4);
    expect(serving.every(({ name }) => names.has(name))).toBe(true);
  });

  it("takes a version back that fails 5 % of its requests, and quarantines it", () => {
    const { world, release } = run({ delivery: judged, behaviours: { v2: { errorRate: 0.05 } } });
    expect(release?.status).toMatchObject({ phase: "RolledBack", ending: { reason: "CheckFailed" } });
    expect(world.delivery?.status).toMatchObject({
      phase: "Rejected",
      rejected: [{ templateHash: "v2", release: "shop-2" }],
    });
    expect(world.workload).toMatchObject({ paused: true, version: "v2" });
    expect(world.workload?.conditions[0]).toMatchObject({
      reason: "ProgressDeadlineExceeded",
      message: release?.status?.message,
    });
    expect(findLeftovers(world)).toEqual([]);
    expect(world.releases).toHaveLength(2);
  });

  it("notices 5 % of errors at 5 % of 1,000 requests per second within half a minute of its first weight", () => {
    const { release } = run({ delivery: judged, requestsPerSecond: 1_000, behaviours: { v2: { errorRate: 0.05 } } });
    const entry = (reason: string) =>
      Date.parse(release?.status?.journal?.find((one) => one.reason === reason)?.at ?? "");
    expect(entry("CheckFailed") - entry("Preparing")).toBeLessThan(35_000);
  });

  it("gives way to a newer revision, which is then delivered", () => {
    const { world } = run({}, act.applyVersion(90_000, "v3"));
    expect(phases(world)).toEqual(["Promoted", "Superseded", "Promoted"]);
    expect(world.delivery?.status?.stable?.templateHash).toBe("v3");
    expect(findLeftovers(world)).toEqual([]);
  });

  it("goes on when the plan queues a newer revision, and delivers that one afterwards", () => {
    const { world } = run(
      { delivery: { plan: aPlan(undefined, { onNewRevision: "queue" }) } },
      act.applyVersion(90_000, "v3"),
    );
    expect(phases(world)).toEqual(["Promoted", "Promoted", "Promoted"]);
    expect(world.delivery?.status?.stable?.templateHash).toBe("v3");
  });

  it("ends at once when the stable template returns, and holds nothing any more", () => {
    const { world, release } = run({}, act.applyVersion(90_000, "v1"));
    expect(release?.status).toMatchObject({ phase: "Cancelled", ending: { reason: "ReturnedToStable" } });
    expect(world.workload).toMatchObject({ paused: false, version: "v1" });
    expect(world.delivery?.status).toMatchObject({ phase: "Idle" });
    expect(findLeftovers(world)).toEqual([]);
  });

  it("takes over the ReplicaSet of an earlier revision instead of making a second one", () => {
    const { world } = run({}, act.applyVersion(5 * minute, "v1"));
    expect(phases(world)).toEqual(["Promoted", "Promoted", "Promoted"]);
    expect(world.sets.map(({ name }) => name).toSorted()).toEqual(["shop-tgv2", "shop-v1"]);
    expect(world.delivery?.status?.stable?.replicaSet).toBe("shop-v1");
  });

  it("gives a ReplicaSet back that was the Deployment's own when its second try fails", () => {
    const world = createWorld({ delivery: judged });
    world.behaviours.set("v1", { readyAfterMs: 2_000, crashes: false, errorRate: 0.2 });
    const result = runWorld(world, { actions: [act.applyVersion(1_000, "v2"), act.applyVersion(5 * minute, "v1")] });
    expect(result.rules).toContain("takenBack");
    expect(phases(world)).toEqual(["Promoted", "Promoted", "RolledBack"]);
    expect(world.sets.find(({ name }) => name === "shop-v1")).toMatchObject({ owner: "workload", replicas: 0 });
    expect(findLeftovers(world)).toEqual([]);
  });

  it("waits when it is paused and goes on when it is resumed", () => {
    const { release } = run({}, act.order(30_000, "pause"), act.order(6 * minute, "resume"));
    expect(release?.status?.phase).toBe("Promoted");
    const tookMs = Date.parse(release?.status?.finishedAt ?? "") - Date.parse(release?.status?.startedAt ?? "");
    expect(tookMs).toBeGreaterThan(8 * minute);
  });

  it("waits for an approval and tells how to give it", () => {
    const plan = aPlan([{ weight: 10, for: "1m", approval: "required" }, { weight: 100 }]);
    const waiting = run({ delivery: { plan } });
    expect(waiting.release?.status).toMatchObject({ phase: "Held", step: { name: "weight-10" } });
    expect(waiting.release?.status?.message).toContain("tidegate promote shop-2");
    expect(run({ delivery: { plan } }, act.order(5 * minute, "promote")).release?.status?.phase).toBe("Promoted");
  });

  it("does not let a step that was skipped pass without its approval", () => {
    const plan = aPlan([{ weight: 10, for: "1m", approval: "required" }, { weight: 100 }]);
    const { release } = run({ delivery: { plan } }, act.order(30_000, "skip"));
    expect(release?.status).toMatchObject({ phase: "Held", step: { index: 0 } });
  });

  it("goes through all remaining steps by order", () => {
    const { release } = run({}, act.order(30_000, "promote", { full: true }));
    expect(release?.status?.phase).toBe("Promoted");
    expect(Date.parse(release?.status?.finishedAt ?? "") - Date.parse(release?.status?.startedAt ?? "")).toBeLessThan(
      2 * minute,
    );
  });

  it("goes back by order, and says who ordered it", () => {
    const { world, release } = run({}, act.order(90_000, "rollback", { reason: "carts are empty" }));
    expect(release?.status).toMatchObject({
      phase: "RolledBack",
      message: expect.stringContaining("ana ordered the release back: carts are empty"),
    });
    expect(world.interventions[0]?.status?.phase).toBe("Done");
    expect(findLeftovers(world)).toEqual([]);
  });

  it("tries a rejected revision again by order, as a release of its own", () => {
    const world = createWorld({ delivery: judged, behaviours: { v2: { errorRate: 0.3 } } });
    const mend = {
      atMs: 4 * minute,
      name: "mend v2",
      run: () => world.behaviours.set("v2", { readyAfterMs: 1_000, crashes: false, errorRate: 0 }),
    };
    runWorld(world, { actions: [act.applyVersion(1_000, "v2"), mend, act.order(5 * minute, "retry")] });
    expect(phases(world)).toEqual(["Promoted", "RolledBack", "Promoted"]);
    expect(releaseOf(world, "shop-3")?.spec.retryOf).toBe("shop-2");
    expect(world.delivery?.status?.rejected).toBeUndefined();
  });

  it("takes a version back whose pods crash, before it has any traffic", () => {
    const { world, release } = run({ behaviours: { v2: { crashes: true } } });
    expect(release?.status).toMatchObject({ phase: "RolledBack", ending: { reason: "ContenderCrashing" } });
    expect(release?.status?.journal?.some(({ weight = 0 }) => weight > 0)).toBe(false);
    expect(findLeftovers(world)).toEqual([]);
  });

  it("takes a version back that is never ready, when the time for it is over", () => {
    const { release } = run({ delivery: { progressDeadline: "3m" }, behaviours: { v2: { readyAfterMs: 3_600_000 } } });
    expect(release?.status).toMatchObject({ phase: "RolledBack", ending: { reason: "ContenderUnavailable" } });
  });

  it("holds at its deadline and says what it waits for", () => {
    const { release } = run({ delivery: { plan: aPlan([{ weight: 5, for: "10m" }], { deadline: "5m" }) } });
    expect(release?.status).toMatchObject({ phase: "Held", message: expect.stringContaining("deadline of 5m") });
  });

  it("holds without traffic, since nothing seen is not success", () => {
    const { release } = run({ delivery: judged, requestsPerSecond: 0 });
    expect(release?.status).toMatchObject({ phase: "Held", message: expect.stringContaining("not enough evidence") });
  });

  it("goes back without enough evidence when the plan says so", () => {
    const plan = aPlan(undefined, { onInconclusive: "rollback" });
    expect(run({ delivery: { ...judged, plan }, requestsPerSecond: 0 }).release?.status?.ending?.reason).toBe(
      "Inconclusive",
    );
  });

  it("follows the Deployment when it is scaled in the middle", () => {
    const { world, release } = run({}, act.scaleTo(100_000, 10));
    expect(release?.status?.phase).toBe("Promoted");
    expect(
      readyPods(
        world,
        world.sets.find(({ name }) => name === "shop-tgv2"),
      ),
    ).toBe(10);
  });

  it("survives being scaled to nothing and up again", () => {
    const { world, release, rules } = run({}, act.scaleTo(100_000, 0), act.scaleTo(200_000, 4));
    expect(rules).toContain("workloadAtZero");
    expect(release?.status?.phase).toBe("Promoted");
    expect(findLeftovers(world)).toEqual([]);
  });

  it("does not condemn a contender that has to start more pods long after it was first ready", () => {
    const { release } = run(
      { delivery: { progressDeadline: "30s", plan: aPlan([{ weight: 50, for: "5m" }]) } },
      act.scaleTo(4 * minute, 12),
    );
    expect(release?.status?.phase).toBe("Promoted");
  });

  it("withdraws the traffic while no pod of the contender is ready", () => {
    const { release, rules } = run({}, act.killContenderPods(100_000));
    expect(rules).toContain("contenderUnanswering");
    expect(release?.status?.phase).toBe("Promoted");
  });

  it("starts the contender again when somebody deletes its ReplicaSet", () => {
    const { release, rules } = run({}, act.deleteContender(100_000));
    expect(rules).toContain("contenderUnanswering");
    expect(release?.status?.phase).toBe("Promoted");
  });

  it("makes the contender's Service again when somebody deletes it", () => {
    const { release } = run({}, act.deleteContenderService(100_000));
    expect(release?.status?.phase).toBe("Promoted");
  });

  it("pins the Service again when somebody unpins it", () => {
    const { release, rules } = run({}, act.unpinService(100_000));
    expect(rules).toContain("serviceUnpinned");
    expect(release?.status?.phase).toBe("Promoted");
  });

  it("holds the Deployment again when somebody lifts its pause", () => {
    const { world, release, rules } = run({}, act.liftPause(30_000));
    expect(rules).toContain("workloadUnheld");
    expect(release?.status?.phase).toBe("Promoted");
    expect(findLeftovers(world)).toEqual([]);
  });

  it("writes a route again that somebody else rewrote, and names the writer", () => {
    const { world, release } = run({}, act.rewriteRoute(90_000));
    expect(release?.status).toMatchObject({ phase: "Promoted", rewrites: { count: 1, by: "argocd" } });
    expect(world.events.some((event) => event.startsWith("RouteRewritten: argocd"))).toBe(true);
  });

  it("starts from the probe rule when the route was put back to what it was", () => {
    const { release } = run({}, act.resetRoute(90_000));
    expect(release?.status).toMatchObject({ phase: "Promoted", rewrites: { count: 1 } });
  });

  it("holds while the route is missing and goes on when it is back", () => {
    const { release, rules } = run({}, act.deleteRoute(90_000), act.createRoute(120_000));
    expect(rules).toContain("groundMissing");
    expect(release?.status?.phase).toBe("Promoted");
  });

  it("holds while the Service is missing and goes on when it is back", () => {
    const { world, release } = run({}, act.deleteService(90_000), act.createService(120_000));
    expect(release?.status?.phase).toBe("Promoted");
    expect(findLeftovers(world)).toEqual([]);
  });

  it("takes the release back when the Delivery is deleted, and then leaves", () => {
    const { world, release } = run({}, act.deleteDelivery(90_000));
    expect(release?.status).toMatchObject({ phase: "Cancelled", ending: { reason: "DeliveryDeleted" } });
    expect(world.delivery).toBeUndefined();
    expect(world.workload).toMatchObject({ managed: false, paused: true });
    expect(findLeftovers(world)).toEqual([]);
  });

  it("ends the release when the Deployment is deleted", () => {
    const { world, release } = run({}, act.deleteWorkload(90_000));
    expect(release?.status).toMatchObject({ phase: "Cancelled", ending: { reason: "WorkloadDeleted" } });
    expect(findLeftovers(world)).toEqual([]);
  });

  it("releases by the number of pods where there is no router", () => {
    const { world, release } = run({ routed: false, delivery: judged });
    expect(release?.status?.phase).toBe("Promoted");
    expect(world.delivery?.status?.stable?.templateHash).toBe("v2");
    expect(findLeftovers(world)).toEqual([]);
  });

  it("takes over what an unheld Deployment began to roll out, where there is no interlock", () => {
    const { world, release } = run({ interlock: "reactive" });
    expect(release?.status?.phase).toBe("Promoted");
    expect(findLeftovers(world)).toEqual([]);
  });

  it("tells its story from the Release alone", () => {
    const { release } = run({ delivery: judged, behaviours: { v2: { errorRate: 0.05 } } });
    const story = tellStory(release!).join("\n");
    expect(story).toContain("RolledBack after");
    expect(story).toContain("checkFailed");
    expect(story).toContain("tidegate retry shop-2");
  });
});
