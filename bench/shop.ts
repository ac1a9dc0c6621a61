import { readFile } from "node:fs/promises";
import type { Check } from "../src/api/checks.ts";
import type { PlanStep } from "../src/api/plan.ts";
import type { AnyObject } from "../src/api/object.ts";
import { resources } from "../src/api/resources.ts";
import { applyManifest, parseManifests } from "../src/kube/applyManifests.ts";
import { createResourceMapper } from "../src/kube/discovery.ts";
import type { KubeClient } from "../src/kube/types.ts";

export type ShopOptions = {
  readonly namespace: string;
  readonly port: number;
  readonly replicas: number;
  readonly steps: readonly PlanStep[];
  /** Absent: the default ones. */
  readonly checks?: readonly Check[];
};

const files = ["shop.yaml", "delivery.yaml"] as const;

/** Applies `examples/shop` in a namespace and at a port of its own, delivered by that plan, with nothing to drain and a path to probe that answers at once. */
export async function applyShop(client: KubeClient, options: ShopOptions, signal: AbortSignal): Promise<void> {
  const mapper = createResourceMapper(client);
  for (const file of files) {
    const text = await readFile(new URL(`../examples/shop/${file}`, import.meta.url), "utf8");
    for (const object of parseManifests(text, file)) {
      await applyManifest(client, mapper, adapted(object, options), { fieldManager: "bench", signal });
    }
  }
}

function adapted(object: AnyObject, { namespace, port, replicas, steps, checks }: ShopOptions): AnyObject {
  const spec = object["spec"] as Record<string, unknown> | undefined;
  const metadata = object.kind === "Namespace" ? { name: namespace } : { ...object.metadata, namespace };
  switch (object.kind) {
    case "Deployment":
      return { ...object, metadata, spec: { ...spec, replicas } };
    case "Gateway":
      return { ...object, metadata, spec: { ...spec, listeners: [{ name: "http", protocol: "HTTP", port }] } };
    case "Delivery": {
      const { checks: _checks, ...rest } = spec ?? {};
      return {
        ...object,
        metadata,
        spec: {
          ...rest,
          traffic: { gatewayAPI: { httpRoutes: ["shop"], probePath: "/healthz" } },
          plan: { steps, drain: "0s" },
          ...(checks === undefined ? {} : { checks }),
        },
      };
    }
    default:
      return { ...object, metadata };
  }
}

/** Gives the shop another version, as `kubectl set env` would; resolves when the API server has it. */
export async function releaseVersion(
  client: KubeClient,
  namespace: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const container = {
    name: "shop",
    image: `shop:v${env["VERSION"]}`,
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  };
  const body = { spec: { template: { spec: { containers: [container] } } } };
  await client.patch(resources.deployments, { namespace, name: "shop" }, { kind: "strategic", body }, { signal });
}
