import { afterEach, describe, expect, it } from "vitest";
import { anIntervention } from "../../testing/builders/delivery.ts";
import { aControllerBed, type ControllerBed } from "../../testing/builders/cluster.ts";
import { aTemplate } from "../../testing/builders/workloads.ts";
import { TidegateError } from "../api/error.ts";
import type { Delivery } from "../api/delivery.ts";
import type { Intervention } from "../api/intervention.ts";
import type { Release } from "../api/release.ts";
import { resources } from "../api/resources.ts";
import type { HTTPRoute } from "../adapters/routers/gatewayApi/types.ts";
import { keysTouchedBy } from "./keys.ts";
import type { Deployment, ReplicaSet, Service } from "./kinds.ts";
import { answerStray, isStrayKey, strayKeyOf } from "./strayOrders.ts";

let bed: ControllerBed;
afterEach(() => bed.stop());

const { signal } = new AbortController();
const release = (number: number) => bed.find(resources.releases, `shop-${number}`) as Release | undefined;
const delivery = () => bed.find(resources.deliveries, "shop") as Delivery | undefined;
const deployment = () => bed.find(resources.deployments, "shop") as Deployment | undefined;

/** Passes until nothing is written any more; the number that it took. */
async function settle(): Promise<number> {
  for (let count = 1; count <= 30; count++) {
    bed.writes();
    await bed.pass();
    if (bed.writes().length === 0) return count;
  }
  throw new Error("it does not come to rest");
}

async function adopted(): Promise<void> {
  bed = await aControllerBed();
  await settle();
}

/** As the Deployment's user and the interlock do it, seen by the controller. */
async function changeTemplate(image: string): Promise<void> {
  const current = deployment()!;
  bed.client.put(resources.deployments, {
    ...current,
    spec: { ...current.spec, paused: true, template: aTemplate(image) },
  } as Deployment);
  await bed.clock.advance(0);
  await seen(() => bed.caches.deployments.get({ namespace: "prod", name: "shop" })?.spec.paused === true);
}

async function seen(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !condition(); turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(condition()).toBe(true);
}

describe("passes over a Delivery", () => {
  it("adopt what serves, without touching anything but label, finalizer and records", async () => {
    await adopted();
    expect(delivery()?.status).toMatchObject({ phase: "Idle", stable: { replicaSet: "shop-a" }, release: "shop-1" });
    expect(release(1)?.status?.phase).toBe("Promoted");
    expect(deployment()?.metadata.labels).toMatchObject({ "tidegate.dev/managed": "true" });
    expect((bed.find(resources.services, "shop") as Service | undefined)?.spec.selector).toEqual({ app: "shop" });
    expect((bed.find(resources.httpRoutes, "shop") as HTTPRoute | undefined)?.metadata.annotations).toBeUndefined();
  });

  it("write nothing at rest", async () => {
    await adopted();
    await bed.pass();
    expect(bed.writes()).toEqual([]);
  });

  it("prepare a release: pinned Service first, then the contender and its Service", async () => {
    await adopted();
    await changeTemplate("shop:2");
    await settle();
    expect(release(2)?.status).toMatchObject({ phase: "Progressing", originals: { serviceSelector: { app: "shop" } } });
    expect((bed.find(resources.services, "shop") as Service | undefined)?.spec.selector).toEqual({
      app: "shop",
      "pod-template-hash": "shop-a",
    });
    const contender = bed.client
      .all(resources.replicaSets)
      .find(({ metadata }) => metadata.name !== "shop-a") as unknown as ReplicaSet;
    expect(contender).toMatchObject({
      spec: { replicas: 1 },
      metadata: { ownerReferences: [{ kind: "Release", name: "shop-2", controller: true }] },
    });
    const hash = contender.spec.selector.matchLabels?.["pod-template-hash"];
    expect(contender.spec.template.metadata?.labels).toEqual({ app: "shop", "pod-template-hash": hash });
    expect((bed.find(resources.services, "shop-contender") as Service | undefined)?.spec).toMatchObject({
      selector: { app: "shop", "pod-template-hash": hash },
      ports: [{ port: 80 }],
    });
    expect(deployment()?.metadata.annotations).toMatchObject({ "tidegate.dev/held": "shop-2" });
  });

  it("write the intent before the deed", async () => {
    await adopted();
    await changeTemplate("shop:2");
    await bed.pass();
    const writes = bed.writes();
    expect(writes.slice(0, 2)).toEqual(["patch deliveries/shop/status", "create releases/shop-2"]);
    await bed.pass();
    expect(bed.writes()[0]).toBe("patch releases/shop-2/status");
  });

  it("stop at the first deed that fails and do the rest in the next pass", async () => {
    await adopted();
    await changeTemplate("shop:2");
    await bed.pass();
    await bed.pass();
    bed.client.intercept(({ verb, plural }) => {
      if (verb === "create" && plural === "replicasets") throw new TidegateError("KUBE_SERVER_ERROR", "no");
    });
    await expect(bed.pass()).rejects.toMatchObject({ code: "KUBE_SERVER_ERROR" });
    expect(bed.find(resources.services, "shop-contender")).toBeUndefined();
    bed.client.intercept(undefined);
    await settle();
    expect(bed.find(resources.services, "shop-contender")).toBeDefined();
  });

  it("leave the deeds undone when the intent could not be written", async () => {
    await adopted();
    await changeTemplate("shop:2");
    await bed.pass();
    bed.writes();
    bed.client.intercept(({ plural, subresource }) => {
      if (plural === "releases" && subresource === "status") throw new TidegateError("KUBE_CONFLICT", "changed");
    });
    await expect(bed.pass()).rejects.toMatchObject({ code: "KUBE_CONFLICT" });
    expect(bed.writes()).toEqual(["patch releases/shop-2/status"]);
  });

  it("finish the creation of a release whose status did not arrive", async () => {
    await adopted();
    await changeTemplate("shop:2");
    let failures = 0;
    bed.client.intercept(({ plural, subresource }) => {
      if (plural === "releases" && subresource === "status" && failures++ === 0)
        throw new TidegateError("KUBE_TIMEOUT", "lost");
    });
    await expect(bed.pass()).rejects.toMatchObject({ code: "KUBE_TIMEOUT" });
    await settle();
    expect(release(2)?.status?.phase).toBe("Progressing");
    expect(release(3)).toBeUndefined();
  });

  it("do not repeat a deed without effect in a tight loop", async () => {
    await adopted();
    await changeTemplate("shop:2");
    await settle();
    const { lookAgainMs } = await bed.pass();
    expect(lookAgainMs).toBeGreaterThanOrEqual(100);
  });

  it("say of a Delivery that is gone that nothing has to be looked at again", async () => {
    await adopted();
    await bed.client.delete(resources.deliveries, { namespace: "prod", name: "shop" });
    bed.caches.deliveries.removed({ namespace: "prod", name: "shop" });
    await seen(
      () => bed.caches.deliveries.get({ namespace: "prod", name: "shop" })?.metadata.deletionTimestamp !== undefined,
    );
    for (let count = 0; count < 5; count++) await bed.pass();
    expect(await bed.pass()).toEqual({ lookAgainMs: undefined, gone: true });
    expect(deployment()?.metadata.labels).not.toHaveProperty("tidegate.dev/managed");
  });

  it("tell what is wrong and touch nothing while it is", async () => {
    bed = await aControllerBed();
    await bed.client.delete(resources.services, { namespace: "prod", name: "shop" });
    await seen(() => bed.caches.services.list().length === 0);
    await settle();
    expect(delivery()?.status).toMatchObject({
      phase: "Failed",
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: "Stalled", status: "True", reason: "ServiceNotFound" }),
      ]),
    });
    expect(deployment()?.metadata.labels).toBeUndefined();
  });
});

describe("an order that no Delivery will answer", () => {
  const put = async (order: Intervention) => {
    bed.client.put(resources.interventions, order);
    await seen(() => bed.caches.interventions.get(order.metadata) !== undefined);
    return strayKeyOf(order, bed.caches);
  };
  const answer = () => (bed.find(resources.interventions, "order-1") as Intervention | undefined)?.status;

  it("is refused in words when its Release does not exist", async () => {
    await adopted();
    const key = await put(anIntervention({ release: "shop-9" }));
    expect(isStrayKey(key!)).toBe(true);
    await answerStray(key!, bed, signal);
    expect(answer()).toMatchObject({
      phase: "Refused",
      message: expect.stringContaining("no Release shop-9 in namespace prod"),
    });
  });

  it("waits when its Release was made a moment ago and the caches have not seen it", async () => {
    bed = await aControllerBed();
    const key = await put(anIntervention({ release: "shop-1" }));
    bed.client.put(resources.releases, {
      apiVersion: "tidegate.dev/v1alpha1",
      kind: "Release",
      metadata: { name: "shop-1", namespace: "prod" },
      spec: { delivery: "shop" },
    } as never);
    await answerStray(key!, bed, signal);
    expect(answer()).toBeUndefined();
  });

  it("is none when the Release is there, or the answer", async () => {
    await adopted();
    expect(strayKeyOf(anIntervention({ release: "shop-1" }), bed.caches)).toBeUndefined();
    expect(
      strayKeyOf({ ...anIntervention({ release: "shop-9" }), status: { phase: "Refused" } }, bed.caches),
    ).toBeUndefined();
  });
});

describe("which Deliveries an object touches", () => {
  it.each<[keyof typeof resources, string]>([
    ["deliveries", "shop"],
    ["releases", "shop-1"],
    ["deployments", "shop"],
    ["replicaSets", "shop-a"],
    ["pods", "shop-a-a"],
    ["services", "shop"],
    ["httpRoutes", "shop"],
    ["gateways", "edge"],
  ])("%s: the one that stands on it", async (kind, name) => {
    await adopted();
    await seen(() => bed.caches.releases.get({ namespace: "prod", name: "shop-1" }) !== undefined);
    const object = bed.client.find(resources[kind], { namespace: "prod", name })!;
    expect(keysTouchedBy(resources[kind].plural, object, bed.caches)).toContain("prod/shop");
    const elsewhere = {
      ...object,
      metadata: { ...object.metadata, namespace: "test", name: "other", labels: {}, ownerReferences: [] },
    };
    expect(keysTouchedBy(resources[kind].plural, elsewhere, bed.caches)).not.toContain("prod/shop");
  });
});
