import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import type { KubeObject } from "../api/object.ts";
import { createFreshStore } from "./freshStore.ts";
import { createStore } from "./store.ts";
import type { Change, Informer } from "./types.ts";

const byApp = { app: ({ metadata }: KubeObject) => [metadata.labels?.["app"] ?? ""] };
const ref = { namespace: "prod", name: "shop" };

function aThing(resourceVersion: string, more: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Thing",
    metadata: { ...ref, uid: "a", resourceVersion, labels: { app: "shop" }, ...more },
  };
}

/** A fresh store over an informer that sees what the test lets it see. */
function bed() {
  const store = createStore(byApp);
  const handlers: ((change: Change<KubeObject>) => void)[] = [];
  const informer = {
    store,
    onChange: (handler: (change: Change<KubeObject>) => void) => handlers.push(handler),
  } as unknown as Informer<KubeObject>;
  const clock = createFakeClock();
  const fresh = createFreshStore(informer, byApp, clock);
  const tell = (change: Change<KubeObject>) => handlers.forEach((handler) => handler(change));
  return {
    fresh,
    clock,
    sees: (object: KubeObject) => {
      store.set(object);
      tell({ kind: "added", object });
    },
    loses: (object: KubeObject) => {
      store.remove(object.metadata);
      tell({ kind: "deleted", object });
    },
    version: () => fresh.get(ref)?.metadata.resourceVersion,
    listed: () => [fresh.list("prod").length, fresh.list().length, fresh.byIndex("app", "shop").length],
  };
}

describe("a store that sees its own writes", () => {
  it("shows a created object before the informer does, in every way of asking, and once", () => {
    const { fresh, sees, version, listed } = bed();
    fresh.written(aThing("5"));
    expect(version()).toBe("5");
    expect(listed()).toEqual([1, 1, 1]);
    sees(aThing("5"));
    expect(listed()).toEqual([1, 1, 1]);
  });

  it("shows a change before the informer does, and what is newer than it after", () => {
    const { fresh, sees, version } = bed();
    sees(aThing("4"));
    fresh.written(aThing("6"));
    expect(version()).toBe("6");
    sees(aThing("5"));
    expect(version()).toBe("6");
    sees(aThing("7"));
    expect(version()).toBe("7");
  });

  it("does not go back to a write that the informer has overtaken", () => {
    const { fresh, sees, version } = bed();
    sees(aThing("9"));
    fresh.written(aThing("8"));
    expect(version()).toBe("9");
  });

  it("compares versions as numbers, of any length", () => {
    const { fresh, sees, version } = bed();
    sees(aThing("9"));
    fresh.written(aThing("10"));
    expect(version()).toBe("10");
    fresh.written(aThing("9007199254740993"));
    sees(aThing("9007199254740992"));
    expect(version()).toBe("9007199254740993");
  });

  it("hides what was deleted before the informer knows", () => {
    const { fresh, sees, listed, version } = bed();
    sees(aThing("4"));
    fresh.removed(ref);
    expect(version()).toBeUndefined();
    expect(listed()).toEqual([0, 0, 0]);
  });

  it("shows an object of the same name that was made anew", () => {
    const { fresh, sees, version } = bed();
    sees(aThing("4"));
    fresh.removed(ref);
    fresh.written(aThing("6", { uid: "b" }));
    expect(version()).toBe("6");
    sees(aThing("6", { uid: "b" }));
    expect(version()).toBe("6");
  });

  it("shows a deleted object again that only waits for its finalizers", () => {
    const { fresh, sees, version } = bed();
    sees(aThing("4", { finalizers: ["x"] }));
    fresh.removed(ref);
    sees(aThing("5", { finalizers: ["x"], deletionTimestamp: "2026-01-01T00:00:00Z" }));
    expect(version()).toBe("5");
  });

  it("forgets an object with the last finalizer that is taken from it", () => {
    const { fresh, sees, loses, version } = bed();
    const deleting = { deletionTimestamp: "2026-01-01T00:00:00Z" };
    sees(aThing("4", { ...deleting, finalizers: ["x"] }));
    fresh.written(aThing("5", deleting));
    expect(version()).toBeUndefined();
    loses(aThing("5", deleting));
    expect(version()).toBeUndefined();
  });

  it("does not bring an object back whose end was seen before the answer to a write", () => {
    const { fresh, sees, loses, version, listed } = bed();
    sees(aThing("4"));
    loses(aThing("6"));
    fresh.written(aThing("5"));
    expect(version()).toBeUndefined();
    expect(listed()).toEqual([0, 0, 0]);
  });

  it("puts a write into the index that it belongs to now", () => {
    const { fresh } = bed();
    fresh.written(aThing("5", { labels: { app: "cart" } }));
    expect([fresh.byIndex("app", "shop").length, fresh.byIndex("app", "cart").length]).toEqual([0, 1]);
  });

  it("takes a changed object out of the index that it left", () => {
    const { fresh, sees } = bed();
    sees(aThing("4"));
    fresh.written(aThing("5", { labels: { app: "cart" } }));
    expect([fresh.byIndex("app", "shop").length, fresh.byIndex("app", "cart").length]).toEqual([0, 1]);
  });

  it("keeps the later of two own writes, in whatever order they are answered", () => {
    const { fresh, sees, version } = bed();
    fresh.written(aThing("10"));
    fresh.written(aThing("9"));
    sees(aThing("9"));
    expect(version()).toBe("10");
  });

  it("hides what was deleted until its end is reported, whatever else is reported or answered meanwhile", () => {
    const { fresh, sees, version } = bed();
    sees(aThing("4"));
    fresh.removed(ref);
    sees(aThing("5"));
    fresh.written(aThing("6"));
    expect(version()).toBeUndefined();
  });

  it("hides what was created and deleted before the informer knows of either", () => {
    const { fresh, sees, loses, version, listed } = bed();
    fresh.written(aThing("5"));
    fresh.removed(ref);
    sees(aThing("5"));
    expect(version()).toBeUndefined();
    expect(listed()).toEqual([0, 0, 0]);
    loses(aThing("6"));
    sees(aThing("7", { uid: "b" }));
    expect(version()).toBe("7");
  });

  it("leaves another object of that name alone when a uid is given", () => {
    const { fresh, sees, version } = bed();
    sees(aThing("4", { uid: "b" }));
    fresh.removed({ ...ref, uid: "a" });
    expect(version()).toBe("4");
  });

  it("keeps an object that was made anew when the end of the one before is reported", () => {
    const { fresh, sees, loses, version } = bed();
    sees(aThing("4"));
    fresh.removed(ref);
    fresh.written(aThing("6", { uid: "b" }));
    loses(aThing("5"));
    expect(version()).toBe("6");
  });

  it("keeps a terminating object in sight when it is deleted once more", () => {
    const { fresh, sees, version } = bed();
    sees(aThing("4", { finalizers: ["x"], deletionTimestamp: "2026-01-01T00:00:00Z" }));
    fresh.removed(ref);
    expect(version()).toBe("4");
  });

  it("forgets a write with the end of its object, even when the informer tells an older version of it", () => {
    const { fresh, sees, loses, version } = bed();
    sees(aThing("4"));
    fresh.written(aThing("5"));
    loses(aThing("4"));
    expect(version()).toBeUndefined();
  });

  it("gives up after five minutes on an event that never comes", async () => {
    const { fresh, clock, listed } = bed();
    fresh.written(aThing("1"));
    await clock.advance(299_999);
    expect(listed()).toEqual([1, 1, 1]);
    await clock.advance(1);
    expect(listed()).toEqual([0, 0, 0]);
  });

  it("lists only what is in the namespace, and gives the written object back", () => {
    const { fresh } = bed();
    const object = aThing("5");
    expect(fresh.written(object)).toBe(object);
    expect(fresh.list("other")).toEqual([]);
  });
});
