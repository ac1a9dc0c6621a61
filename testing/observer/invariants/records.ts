import { isDeepStrictEqual } from "node:util";
import { isFinished, type Release } from "../../../src/api/release.ts";
import type { Invariant } from "../invariant.ts";
import { activeReleases } from "../world.ts";

/** What was released, from what and by which plan stays as it was written. */
export const releaseSpecKept: Invariant = {
  name: "the spec of a Release never changes",
  judge:
    () =>
    ({ event, before }) => {
      if (event.kind !== "Release" || before === undefined || before.metadata.uid !== event.object.metadata.uid)
        return [];
      return isDeepStrictEqual(event.object["spec"], before["spec"])
        ? []
        : [`the spec of Release ${event.object.metadata.name} changed`];
    },
};

/** An end is an end: it is reached once, and no second end follows it. */
export const endedOnce: Invariant = {
  name: "promoted at most once",
  judge: () => {
    const ended = new Map<string, string>();
    return ({ event }) => {
      if (event.kind !== "Release") return [];
      const release = event.object as unknown as Release;
      const { uid = "", name } = release.metadata;
      const phase = release.status?.phase;
      const known = ended.get(uid);
      if (known !== undefined && known !== phase) return [`Release ${name} had ended as ${known} and is now ${phase}`];
      if (phase !== undefined && isFinished(phase)) ended.set(uid, phase);
      return [];
    };
  },
};

/** A Delivery has one release on its way at a time, and the numbers count up. */
export const oneAtATime: Invariant = {
  name: "one release at a time",
  judge: () => {
    const highest = new Map<string, number>();
    return ({ world, event, before }) => {
      if (event.kind !== "Release" || event.type === "gone" || before !== undefined) return [];
      const { spec, metadata } = event.object as unknown as Release;
      const last = highest.get(spec.delivery) ?? 0;
      highest.set(spec.delivery, Math.max(last, spec.number));
      const others = activeReleases(world).filter(
        (release) => release.spec.delivery === spec.delivery && release.metadata.name !== metadata.name,
      );
      return [
        ...(spec.number > last ? [] : [`Release ${metadata.name} has number ${spec.number} after ${last}`]),
        ...others.map((other) => `Release ${metadata.name} begins while ${other.metadata.name} is on its way`),
      ];
    };
  },
};
