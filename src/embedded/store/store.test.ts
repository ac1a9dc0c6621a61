import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { isTidegateError } from "../../api/error.ts";
import { Store } from "./store.ts";

const collection = "/configmaps";
const named = (name: string, data: Record<string, string> = {}, namespace = "a"): AnyObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  data,
});

const names = (store: Store, namespace?: string): string[] =>
  [...store.entries(collection, namespace)].map(([key]) => key);

describe("Store", () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tidegate-store-"));
    path = join(directory, "state.db");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("numbers writes by one counter and keeps them over a restart", () => {
    const store = new Store({ path });
    store.put(collection, named("x"));
    const second = store.put("apps/deployments", named("y"));
    store.remove("apps/deployments", second);
    store.close();
    const again = new Store({ path });
    expect(again.revision).toBe(3);
    expect(again.get(collection, "a", "x")?.object).toMatchObject({ metadata: { name: "x", resourceVersion: "1" } });
    expect(again.get("apps/deployments", "a", "y")).toBeUndefined();
    again.close();
  });

  it("lists in the order of namespace and name", () => {
    const store = new Store({ path });
    for (const name of ["c", "a", "b"]) store.put(collection, named(name));
    store.put(collection, named("a", {}, "a-b"));
    expect(names(store)).toEqual(["a-b/a", "a/a", "a/b", "a/c"]);
    expect(names(store, "a")).toEqual(["a/a", "a/b", "a/c"]);
    store.close();
  });

  it("gives a collection as it was at an earlier revision", () => {
    const store = new Store({ path });
    const kept = store.put(collection, named("x", { n: "1" }));
    const gone = store.put(collection, named("y"));
    store.put(collection, named("x", { n: "2" }));
    store.remove(collection, gone);
    store.put(collection, named("z"));
    const then = store.entriesAt(collection, "a", 2) ?? [];
    expect(then.map(([key]) => key)).toEqual(["a/x", "a/y"]);
    expect(then[0]?.[1]).toBe(kept);
    store.close();
  });

  it("forgets events beyond its capacity and says so", () => {
    const store = new Store({ path, eventCapacity: 4 });
    for (let n = 0; n < 20; n++) store.put(collection, named("x", { n: String(n) }));
    expect(store.eventsSince(collection, 1)).toBeUndefined();
    expect(store.eventsSince(collection, 18)?.map((event) => event.revision)).toEqual([19, 20]);
    expect(store.horizon).toBeGreaterThan(10);
    store.close();
  });

  it("knows no events from before a restart", () => {
    const store = new Store({ path });
    store.put(collection, named("x"));
    store.put(collection, named("y"));
    store.close();
    const again = new Store({ path });
    expect(again.eventsSince(collection, 1)).toBeUndefined();
    expect(again.eventsSince(collection, 2)).toEqual([]);
    again.close();
  });

  it("tells listeners of one collection what changed and what was before", () => {
    const store = new Store({ path });
    const seen: string[] = [];
    const stop = store.subscribe(collection, (event) => {
      seen.push(
        `${event.type} ${event.current.object.metadata.resourceVersion} from ${event.previous?.object.metadata.resourceVersion}`,
      );
    });
    const first = store.put(collection, named("x"));
    store.put("other/things", named("x"));
    const second = store.put(collection, { ...named("x"), metadata: { ...first.object.metadata } });
    store.remove(collection, second);
    stop();
    store.put(collection, named("later"));
    expect(seen).toEqual(["ADDED 1 from undefined", "MODIFIED 3 from 1", "DELETED 4 from 3"]);
    store.close();
  });

  it("keeps the order of events when a listener writes", () => {
    const store = new Store({ path });
    const seen: string[] = [];
    store.subscribe(collection, (event) => {
      if (event.key === "a/x") store.put(collection, named("y"));
    });
    store.subscribe(collection, (event) => void seen.push(event.key));
    store.put(collection, named("x"));
    expect(seen).toEqual(["a/x", "a/y"]);
    store.close();
  });

  const failure = (): unknown => {
    try {
      new Store({ path }).close();
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it("refuses a file of a newer version and changes nothing in it", () => {
    new Store({ path }).close();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    const before = readFileSync(path);
    const error = failure();
    expect(isTidegateError(error, "STATE_NEWER")).toBe(true);
    expect(String(error)).toContain(path);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each([
    [
      "text",
      () =>
        Buffer.from(
          "this is no database, but it is longer than a header of a hundred bytes would have to be, is it not?",
        ),
    ],
    ["a database with a hole", () => damage()],
  ])("refuses %s, naming the file and the remedy, and changes nothing in it", (_what, content) => {
    const bytes = content();
    writeFileSync(path, bytes);
    const error = failure();
    expect(isTidegateError(error, "STATE_DAMAGED")).toBe(true);
    expect(String(error)).toMatch(new RegExp(`${path}.*move it away`));
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  function damage(): Buffer {
    const store = new Store({ path });
    for (let n = 0; n < 200; n++) store.put(collection, named(`x${n}`, { text: "y".repeat(500) }));
    store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 8192, 8192 + 4096 * 4);
    return bytes;
  }

  it("refuses a second user of the same file", () => {
    const store = new Store({ path });
    const error = failure();
    expect(isTidegateError(error, "STATE_IN_USE")).toBe(true);
    store.close();
    expect(failure()).toBeUndefined();
  });
});
