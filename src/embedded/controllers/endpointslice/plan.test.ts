import { describe, expect, it } from "vitest";
import { aNode, aService, aWorkloadPod } from "../../../../testing/builders/workloads.ts";
import type { Pod } from "../workloadTypes.ts";
import type { SliceWrite } from "./plan.ts";
import { planSlices } from "./plan.ts";
import type { EndpointSlice, Service } from "./types.ts";

const plan = (service: Service, pods: readonly Pod[], existing: readonly EndpointSlice[] = []): readonly SliceWrite[] =>
  planSlices({ service, pods, existing, nodeOf: (name) => (name === "node-1" ? aNode() : undefined) });

/** The slices after the writes, named in order. */
function applied(existing: readonly EndpointSlice[], writes: readonly SliceWrite[]): EndpointSlice[] {
  const changed = new Map(
    writes.filter(({ kind }) => kind === "update").map(({ slice }) => [slice.metadata.name, slice]),
  );
  const gone = new Set(writes.filter(({ kind }) => kind === "delete").map(({ slice }) => slice.metadata.name));
  const made = writes
    .filter(({ kind }) => kind === "create")
    .map(({ slice }, index) => ({
      ...slice,
      metadata: { ...slice.metadata, name: `shop-${existing.length + index}` },
    }));
  return [
    ...existing
      .filter(({ metadata }) => !gone.has(metadata.name))
      .map((slice) => changed.get(slice.metadata.name) ?? slice),
    ...made,
  ];
}

describe("the slices of a Service", () => {
  it("hold a ready pod with its address, node and reference", () => {
    const [write] = plan(aService(), [aWorkloadPod()]);
    expect(write).toMatchObject({
      kind: "create",
      slice: { addressType: "IPv4", ports: [{ name: "http", protocol: "TCP", port: 8080 }] },
    });
    expect(write?.slice.metadata.generateName).toBe("shop-");
    expect(write?.slice.metadata.labels).toEqual({
      "kubernetes.io/service-name": "shop",
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    });
    expect(write?.slice.endpoints).toEqual([
      {
        addresses: ["10.0.0.1"],
        conditions: { ready: true, serving: true, terminating: false },
        targetRef: { kind: "Pod", namespace: "prod", name: "shop-a-1", uid: "shop-a-1" },
        nodeName: "node-1",
      },
    ]);
  });

  const conditions: [string, Pod, Partial<Service["spec"]>, object][] = [
    [
      "a pod that is not ready",
      aWorkloadPod({ ready: false }),
      {},
      { ready: false, serving: false, terminating: false },
    ],
    [
      "a terminating pod that still serves",
      aWorkloadPod({ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
      {},
      { ready: false, serving: true, terminating: true },
    ],
    [
      "a pod that is not ready of a Service that publishes those",
      aWorkloadPod({ ready: false }),
      { publishNotReadyAddresses: true },
      { ready: true, serving: false, terminating: false },
    ],
  ];
  it.each(conditions)("tell the state of %s", (_name, pod, spec, expected) => {
    expect(plan(aService(spec), [pod])[0]?.slice.endpoints?.[0]?.conditions).toEqual(expected);
  });

  const leftOut: [string, Pod][] = [
    ["has no address", aWorkloadPod({ ip: "" })],
    ["has ended", aWorkloadPod({ phase: "Failed" })],
    ["names a node that does not exist", aWorkloadPod({ node: "elsewhere" })],
  ];
  it.each(leftOut)("leave a pod out that %s, and keep one empty slice", (_name, pod) => {
    expect(plan(aService(), [pod])).toMatchObject([{ kind: "create", slice: { endpoints: [], ports: [] } }]);
  });

  it("resolve a named port by pod, in a slice of its own for each number", () => {
    const service = aService({ ports: [{ name: "web", port: 80, targetPort: "http" }] });
    const other = aWorkloadPod({
      name: "z",
      spec: { containers: [{ ports: [{ name: "http", containerPort: 9090 }] }] },
    });
    const ports = plan(service, [aWorkloadPod(), other]).map(({ slice }) => slice.ports);
    expect(ports).toEqual([
      [{ name: "web", protocol: "TCP", port: 8080 }],
      [{ name: "web", protocol: "TCP", port: 9090 }],
    ]);
  });

  it("are not written again when nothing changed", () => {
    const slices = applied([], plan(aService(), [aWorkloadPod()]));
    expect(plan(aService(), [aWorkloadPod()], slices)).toEqual([]);
  });

  it("are updated in place when a pod comes or goes, down to an empty one that stays", () => {
    const slices = applied([], plan(aService(), [aWorkloadPod()]));
    const second = plan(aService(), [aWorkloadPod(), aWorkloadPod({ name: "b", ip: "10.0.0.2" })], slices);
    expect(second.map(({ kind, slice }) => [kind, slice.endpoints?.map(({ addresses }) => addresses[0])])).toEqual([
      ["update", ["10.0.0.1", "10.0.0.2"]],
    ]);
    expect(plan(aService(), [], slices)).toMatchObject([{ kind: "update", slice: { endpoints: [] } }]);
  });

  it("turn an outdated slice into the one that is needed when the port changes", () => {
    const slices = applied([], plan(aService(), [aWorkloadPod()]));
    const moved = plan(aService({ ports: [{ name: "http", port: 80, targetPort: 9000 }] }), [aWorkloadPod()], slices);
    expect(moved).toMatchObject([{ kind: "update", slice: { metadata: { name: "shop-0" }, ports: [{ port: 9000 }] } }]);
  });

  it("hold at most a hundred endpoints each, and an emptied one is deleted", () => {
    const pods = Array.from({ length: 130 }, (_, index) => aWorkloadPod({ name: `p${index}`, ip: `10.0.1.${index}` }));
    const slices = applied([], plan(aService(), pods));
    expect(slices.map(({ endpoints }) => endpoints?.length)).toEqual([100, 30]);
    const first = new Set(slices[0]?.endpoints?.map(({ targetRef }) => targetRef?.name));
    const fewer = applied(
      slices,
      plan(
        aService(),
        pods.filter(({ metadata }) => first.has(metadata.name)),
        slices,
      ),
    );
    expect(fewer.map(({ endpoints }) => endpoints?.length)).toEqual([100]);
  });

  it("carry the labels of the Service, and the mark of a headless one", () => {
    const [write] = plan(aService({ clusterIP: "None" }, { labels: { team: "a" } }), []);
    expect(write?.slice.metadata.labels).toMatchObject({ team: "a", "service.kubernetes.io/headless": "" });
  });
});
