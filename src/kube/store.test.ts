import { describe, expect, it } from "vitest";
import { createStore } from "./store.ts";
import { pod } from "./testing/objects.ts";

const byApp = {
  app: (object: ReturnType<typeof pod>) =>
    object.metadata.labels?.["app"] === undefined ? [] : [object.metadata.labels["app"]],
};
const names = (objects: readonly ReturnType<typeof pod>[]) => objects.map(({ metadata }) => metadata.name);

describe("createStore", () => {
  it("finds an object by namespace and name, and those of one namespace", () => {
    const store = createStore();
    const [a, b] = [pod("a", "1"), pod("a", "2", { namespace: "test" })];
    store.set(a);
    store.set(b);
    expect(store.get({ namespace: "test", name: "a" })).toBe(b);
    expect(store.list("prod")).toEqual([a]);
    expect(store.list()).toEqual([a, b]);
    expect(store.get({ name: "a" })).toBeUndefined();
    expect(store.size).toBe(2);
  });

  it("moves an object in its indexes when it changes, and takes it out when it goes", () => {
    const store = createStore(byApp);
    store.set(pod("a", "1", { labels: { app: "shop" } }));
    store.set(pod("b", "1", { labels: { app: "shop" } }));
    store.set(pod("a", "2", { labels: { app: "cart" } }));
    expect(names(store.byIndex("app", "shop"))).toEqual(["b"]);
    expect(names(store.byIndex("app", "cart"))).toEqual(["a"]);
    store.remove({ namespace: "prod", name: "b" });
    expect(store.byIndex("app", "shop")).toEqual([]);
    expect(store.remove({ namespace: "prod", name: "b" })).toBeUndefined();
  });

  it("keeps an object whose index function throws, out of that index alone", () => {
    const failed: string[] = [];
    const odd = () => {
      throw new Error("odd");
    };
    const store = createStore({ ...byApp, odd }, (index, object) => failed.push(`${index} ${object.metadata.name}`));
    store.set(pod("a", "1", { labels: { app: "shop" } }));
    expect(store.byIndex("app", "shop")).toHaveLength(1);
    expect(store.byIndex("odd", "x")).toEqual([]);
    expect(failed).toEqual(["odd a"]);
  });

  it("refuses an index that was never declared", () => {
    expect(() => createStore(byApp).byIndex("owner", "x")).toThrow("there is no index owner; known are: app");
  });
});
