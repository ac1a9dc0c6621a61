import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import { TidegateError } from "../api/error.ts";
import type { AnyObject, ResourceType } from "../api/object.ts";
import { resources } from "../api/resources.ts";
import { applyManifest } from "./applyManifests.ts";
import type { ResourceMapper, ServedResource } from "./discovery.ts";
import type { KubeClient, ObjectRef, Patch } from "./types.ts";

type State = { stored: AnyObject | undefined; after?: AnyObject; establishedAfter: number; servedAfter: number };

/** One object on the server; its CustomResourceDefinition comes up after so many looks. */
function setUp(state: Partial<State> = {}) {
  const { stored, after, establishedAfter = 0, servedAfter = 0 } = state;
  const clock = createFakeClock();
  const patches: { ref: ObjectRef; patch: Patch; options: unknown }[] = [];
  let reads = 0;
  let looks = 0;
  const client = {
    async get(_resource: ResourceType, ref: ObjectRef) {
      if (patches.length > 0) {
        const status = {
          conditions: [{ type: "Established", status: reads++ >= establishedAfter ? "True" : "False" }],
        };
        return { ...definition, status };
      }
      if (stored === undefined) throw new TidegateError("KUBE_NOT_FOUND", ref.name);
      return stored;
    },
    async patch(_resource: ResourceType, ref: ObjectRef, patch: Patch, options: unknown) {
      patches.push({ ref, patch, options });
      return after ?? ("body" in patch ? patch.body : undefined);
    },
  } as unknown as KubeClient;
  const served = (resource: ResourceType): ServedResource => ({
    resource,
    singular: "",
    shortNames: [],
    categories: [],
    verbs: [],
  });
  const mapper: ResourceMapper = {
    byName: () => Promise.reject(new Error("not used")),
    byKind: async (_version, kind) => Object.values(resources).find((resource) => resource.kind === kind)!,
    all: async () => (looks++ >= servedAfter ? [served(resources.deliveries)] : []),
    reset: () => {},
  };
  return { client, mapper, patches, clock };
}

const service = (more: object = {}): AnyObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "shop", namespace: "prod", resourceVersion: "5" },
  spec: { port: 80 },
  ...more,
});
const definition: AnyObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "deliveries.tidegate.dev" },
  spec: { group: "tidegate.dev", names: { kind: "Delivery" } },
};
const newer = { name: "shop", namespace: "prod", resourceVersion: "6" };

describe("applyManifest", () => {
  const cases: [string, Partial<State>, string][] = [
    ["created when it was not there", {}, "created"],
    ["unchanged when nothing changed", { stored: service(), after: service() }, "unchanged"],
    [
      "unchanged when only a controller wrote its status meanwhile",
      { stored: service(), after: service({ metadata: newer, status: { ready: 1 } }) },
      "unchanged",
    ],
    [
      "configured when the spec changed",
      { stored: service(), after: service({ metadata: newer, spec: { port: 81 } }) },
      "configured",
    ],
    [
      "configured when a dry run would change it, though the version stays",
      { stored: service(), after: service({ spec: { port: 81 } }) },
      "configured",
    ],
  ];
  it.each(cases)("says %s", async (_name, state, result) => {
    const { client, mapper } = setUp(state);
    expect(await applyManifest(client, mapper, service(), { fieldManager: "me" })).toMatchObject({ result });
  });

  it("applies on the server's side with unknown fields refused, in the right namespace", async () => {
    const { client, mapper, patches } = setUp();
    const bare = { ...service(), metadata: { name: "shop" } };
    await applyManifest(client, mapper, bare, { fieldManager: "me", force: true, dryRun: true, namespace: "test" });
    expect(patches).toEqual([
      {
        ref: { name: "shop", namespace: "test" },
        patch: {
          kind: "apply",
          body: { ...bare, metadata: { name: "shop", namespace: "test" } },
          fieldManager: "me",
          force: true,
        },
        options: { dryRun: true, fieldValidation: "Strict", signal: undefined },
      },
    ]);
  });

  it("takes the namespace off a cluster-wide object", async () => {
    const { client, mapper, patches } = setUp();
    await applyManifest(
      client,
      mapper,
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "prod", namespace: "x" } },
      { fieldManager: "me" },
    );
    expect(patches[0]!.ref).toEqual({ name: "prod", namespace: undefined });
  });

  it("waits until a definition is established and its kind is served", async () => {
    const { client, mapper, clock } = setUp({ establishedAfter: 2, servedAfter: 1 });
    let ended = false;
    const applying = applyManifest(client, mapper, definition, { fieldManager: "me", clock }).then(
      () => (ended = true),
    );
    await clock.advance(299);
    expect(ended).toBe(false);
    await clock.advance(1);
    await applying;
  });

  it("gives up a definition that does not come up", async () => {
    const { client, mapper, clock } = setUp({ establishedAfter: Infinity });
    const applying = expect(
      applyManifest(client, mapper, definition, { fieldManager: "me", clock }),
    ).rejects.toMatchObject({
      code: "KUBE_TIMEOUT",
      message: expect.stringContaining("deliveries.tidegate.dev"),
    });
    await clock.advance(10_100);
    await applying;
  });
});
