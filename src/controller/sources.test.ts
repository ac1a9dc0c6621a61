import { describe, expect, it } from "vitest";
import { aDelivery } from "../../testing/builders/delivery.ts";
import { aGateway, aRoute } from "../../testing/builders/routes.ts";
import { aWorkloadPod } from "../../testing/builders/workloads.ts";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import type { MetricsSpec } from "../api/checks.ts";
import { createPodsRouter } from "../adapters/routers/pods/router.ts";
import type { Caches } from "./caches.ts";
import type { Pod } from "./kinds.ts";
import { sourceOf } from "./sources.ts";
import { subjectOf } from "./subject.ts";

const url = "http://127.0.0.1:9100/metrics";
const scraped = (port: string) =>
  aWorkloadPod({
    metadata: { annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": port } },
  }) as unknown as Pod;
const podsSpec = { port: 9_000, path: "/metrics", requests: "requests_total", duration: "seconds" };

function kindOf(metrics: Partial<MetricsSpec>, { told = false, pods = [] as Pod[] } = {}): string | undefined {
  const gateway = aGateway();
  if (told) gateway.metadata.annotations = { "tidegate.dev/metrics-url": url };
  const caches = { routes: { get: () => aRoute() }, gateways: { get: () => gateway } } as unknown as Caches;
  return sourceOf(aDelivery({ metrics: { interval: "5s", ...metrics } }), caches, pods, createFakeClock())?.kind;
}

describe("where requests are counted", () => {
  it.each<[string, Parameters<typeof kindOf>, string | undefined]>([
    ["by the gateway that tells its address", [{}, { told: true }], "gateway"],
    ["by the gateway that the Delivery names", [{ gateway: { url } }], "gateway"],
    [
      "by the pods when the Delivery says so, whatever the gateway tells",
      [{ source: "pods", pods: podsSpec }, { told: true }],
      "pods",
    ],
    ["by the pods where no gateway tells", [{ pods: podsSpec }], "pods"],
    ["by pods that announce themselves to Prometheus", [{}, { pods: [scraped("9000")] }], "pods"],
    ["nowhere when the announced port is none", [{}, { pods: [scraped("web")] }], undefined],
    ["nowhere when the gateway is asked for and tells nothing", [{ source: "gateway", pods: podsSpec }], undefined],
    ["nowhere when nobody tells", [{}], undefined],
  ])("%s", (_case, parts, kind) => {
    expect(kindOf(...parts)).toBe(kind);
  });
});

describe("without a router", () => {
  const view = (stable: number, contender: number) =>
    createPodsRouter(() => ({ stable, contender })).observe(subjectOf(aDelivery()));

  it.each([
    [3, 1, 2_500],
    [4, 0, 0],
    [0, 2, 10_000],
    [0, 0, 0],
    [2, 1, 3_333],
  ])("%d stable pods and %d of the contender are a share of %d basis points", (stable, contender, share) => {
    expect(view(stable, contender)).toMatchObject({
      live: { contenderBasisPoints: share },
      pristine: true,
      accepted: true,
    });
  });
});
