import { afterEach, describe, expect, it } from "vitest";
import { resources } from "../api/resources.ts";
import { createClient } from "./client.ts";
import { createResourceMapper } from "./discovery.ts";
import { failure, json, startScriptedServer } from "./testing/scriptedServer.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type Documents = Record<string, object | undefined>;

const podsEntry = {
  resource: "pods",
  responseKind: { kind: "Pod" },
  scope: "Namespaced",
  singularResource: "pod",
  shortNames: ["po"],
  verbs: ["get"],
};
const deliveriesEntry = {
  resource: "deliveries",
  responseKind: { kind: "Delivery" },
  scope: "Namespaced",
  singularResource: "delivery",
  shortNames: ["dl"],
  verbs: ["get"],
};

const group = (name: string, version: string, ...entries: object[]) => ({
  metadata: { name },
  versions: [{ version, resources: entries }],
});
const groups = (...items: object[]) => ({ kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", items });

const aggregated: Documents = {
  "/api": groups(group("", "v1", podsEntry)),
  "/apis": groups(group("tidegate.dev", "v1alpha1", deliveriesEntry)),
};

const legacy: Documents = {
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/api/v1": {
    kind: "APIResourceList",
    groupVersion: "v1",
    resources: [
      { name: "pods", singularName: "pod", kind: "Pod", namespaced: true, shortNames: ["po"], verbs: ["get"] },
      { name: "pods/status", singularName: "", kind: "Pod", namespaced: true, verbs: ["get"] },
    ],
  },
  "/apis": {
    kind: "APIGroupList",
    groups: [
      {
        name: "broken.dev",
        versions: [{ groupVersion: "broken.dev/v1" }],
        preferredVersion: { groupVersion: "broken.dev/v1" },
      },
      {
        name: "tidegate.dev",
        versions: [{ groupVersion: "tidegate.dev/v1alpha0" }, { groupVersion: "tidegate.dev/v1alpha1" }],
        preferredVersion: { groupVersion: "tidegate.dev/v1alpha1" },
      },
    ],
  },
  "/apis/tidegate.dev/v1alpha1": {
    kind: "APIResourceList",
    groupVersion: "tidegate.dev/v1alpha1",
    resources: [
      {
        name: "deliveries",
        singularName: "delivery",
        kind: "Delivery",
        namespaced: true,
        shortNames: ["dl"],
        verbs: ["get"],
      },
    ],
  },
};

async function setUp(documents: Documents) {
  const served = { ...documents };
  const server = await startScriptedServer((response, { path }) => {
    const document = served[path];
    if (document === undefined) json(response, 503, failure(503, "ServiceUnavailable", "down"));
    else json(response, 200, document);
  });
  const client = createClient({ server: server.url, namespace: "default" });
  cleanUps.push(async () => {
    client.close();
    await server.close();
  });
  return { server, served, mapper: createResourceMapper(client) };
}

describe.each([
  ["aggregated", aggregated, 2],
  ["per group version, one of which is down", legacy, 6],
] as const)("a resource mapper with discovery %s", (_name, documents, requests) => {
  it.each(["Delivery", "delivery", "deliveries", "dl", "deliveries.tidegate.dev", "DL.tidegate.dev"])(
    "knows %s",
    async (word) => {
      const { mapper } = await setUp(documents);
      expect(await mapper.byName(word)).toEqual(resources.deliveries);
    },
  );

  it("asks the server once", async () => {
    const { server, mapper } = await setUp(documents);
    await Promise.all([mapper.byName("po"), mapper.byName("dl")]);
    expect(await mapper.byKind("v1", "Pod")).toEqual(resources.pods);
    expect(server.seen).toHaveLength(requests);
  });

  it("says what is not served", async () => {
    const { mapper } = await setUp(documents);
    await expect(mapper.byName("widget")).rejects.toMatchObject({
      code: "KUBE_NOT_FOUND",
      message: expect.stringContaining("no kind widget"),
    });
    await expect(mapper.byKind("v2", "Pod")).rejects.toMatchObject({
      code: "KUBE_NOT_FOUND",
      message: expect.stringContaining("kind Pod in v2"),
    });
  });
});

describe("a resource mapper", () => {
  it("asks again for a kind that came later", async () => {
    const { served, mapper } = await setUp({ ...aggregated, "/apis": groups() });
    await mapper.byName("pods");
    served["/apis"] = aggregated["/apis"];
    expect(await mapper.byName("dl")).toEqual(resources.deliveries);
  });

  it("does not remember that it could not ask", async () => {
    const { served, mapper } = await setUp({ "/api": aggregated["/api"] });
    await expect(mapper.byName("pods")).rejects.toMatchObject({ code: "KUBE_SERVER_ERROR" });
    served["/apis"] = aggregated["/apis"];
    expect(await mapper.byName("pods")).toEqual(resources.pods);
  });
});
