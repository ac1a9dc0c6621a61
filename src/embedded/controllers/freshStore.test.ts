import { describe, expect, it } from "vitest";
import { aConfigMap } from "../../../testing/builders/workloads.ts";
import { createFakeClock } from "../../../testing/fakes/clock.ts";
import type { KubeObject } from "../../api/object.ts";
import { createStore } from "../../kube/store.ts";
import type { Change, Informer } from "../../kube/types.ts";
import { createFreshStore } from "./freshStore.ts";

const byLetter = { letter: ({ metadata }: KubeObject): readonly string[] => [metadata.name.slice(0, 1)] };

function setUp() {
  const store = createStore<KubeObject>(byLetter);
  const handlers: ((change: Change<KubeObject>) => void)[] = [];
  const informer: Informer<KubeObject> = {
    store,
    onChange: (handler: (change: Change<KubeObject>) => void) => {
      handlers.push(handler);
      return () => {};
    },
    start: () => {},
    synced: true,
    waitForSync: () => Promise.resolve(),
  };
  const clock = createFakeClock();
  const see = (object: KubeObject): void => {
    const old = store.get(object.metadata);
    store.set(object);
    handlers.forEach((handler) =>
      handler(old === undefined ? { kind: "added", object } : { kind: "updated", object, old }),
    );
  };
  const miss = (object: KubeObject): void => {
    store.remove(object.metadata);
    handlers.forEach((handler) => handler({ kind: "deleted", object }));
  };
  return { fresh: createFreshStore<KubeObject>(informer, byLetter, clock), see, miss, clock };
}

const version = (name: string, resourceVersion: string): KubeObject => aConfigMap(name, { resourceVersion });
const names = (objects: readonly KubeObject[]): string[] =>
  objects.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion ?? ""}`);

describe("a store with the own writes on top", () => {
  it("shows what was created before the informer does, also by index", async () => {
    const { fresh } = setUp();
    await fresh.write(() => Promise.resolve(version("a1", "1")));
    expect(names(fresh.list("prod"))).toEqual(["a1@1"]);
    expect(names(fresh.byIndex("letter", "a"))).toEqual(["a1@1"]);
    expect(names(fresh.byIndex("letter", "b"))).toEqual([]);
    expect(names(fresh.list("other"))).toEqual([]);
  });

  it("goes by the informer once that has reported the object", async () => {
    const { fresh, see } = setUp();
    await fresh.write(() => Promise.resolve(version("a", "1")));
    see(version("a", "2"));
    expect(names(fresh.list())).toEqual(["a@2"]);
  });

  it("does not bring back what was reported, and deleted, before the answer came", async () => {
    const { fresh, see, miss } = setUp();
    await fresh.write(() => {
      see(version("a", "1"));
      miss(version("a", "1"));
      return Promise.resolve(version("a", "1"));
    });
    expect(fresh.list()).toEqual([]);
  });

  it("shows an update in place of what the informer has", async () => {
    const { fresh, see } = setUp();
    see(version("a", "1"));
    await fresh.write(() => Promise.resolve(version("a", "2")));
    expect(names(fresh.list())).toEqual(["a@2"]);
    expect(fresh.get({ namespace: "prod", name: "a" })?.metadata.resourceVersion).toBe("2");
  });

  it("keeps the later of two own writes when the event of the earlier one comes", async () => {
    const { fresh, see } = setUp();
    await fresh.write(() => Promise.resolve(version("a", "9")));
    await fresh.write(() => Promise.resolve(version("a", "10")));
    see(version("a", "9"));
    expect(names(fresh.list())).toEqual(["a@10"]);
  });

  it("takes an answer that comes after later events for what it is", async () => {
    const { fresh, see } = setUp();
    await fresh.write(() => {
      see(version("a", "11"));
      return Promise.resolve(version("a", "10"));
    });
    expect(names(fresh.list())).toEqual(["a@11"]);
  });

  it("hides what was deleted until its end is reported, whatever else is reported of it meanwhile", async () => {
    const { fresh, see } = setUp();
    see(version("a", "1"));
    await fresh.remove(version("a", "1"), () => Promise.resolve());
    see(version("a", "2"));
    expect(fresh.get({ namespace: "prod", name: "a" })).toBeUndefined();
    see(aConfigMap("a", { resourceVersion: "3", deletionTimestamp: "2026-01-01T00:00:00Z" }));
    expect(names(fresh.list())).toEqual(["a@3"]);
  });

  it("keeps nothing of a write that failed", async () => {
    const { fresh } = setUp();
    await expect(fresh.write(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(fresh.list()).toEqual([]);
  });

  it("gives up after five minutes on an event that never comes", async () => {
    const { fresh, clock } = setUp();
    await fresh.write(() => Promise.resolve(version("a", "1")));
    await clock.advance(300_000);
    expect(fresh.list()).toEqual([]);
  });
});
