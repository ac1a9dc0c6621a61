import { describe, expect, it } from "vitest";
import { createFakeKubeClient } from "../../../testing/fakes/kubeClient.ts";
import type { KubeObject } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import { systemClock } from "../../ports/clock.ts";
import type { Gateway, GatewayClass, HttpRoute } from "./apiTypes.ts";
import { backendRef, gateway, gatewayClass, listener, route, service, slice } from "./compile/objects.testing.ts";
import type { Bed } from "./proxy/servers.testing.ts";
import { createBed, freePort } from "./proxy/servers.testing.ts";
import type { EmbeddedGateway } from "./start.ts";
import { startGateway } from "./start.ts";

type World = {
  readonly client: ReturnType<typeof createFakeKubeClient>;
  readonly started: EmbeddedGateway;
  readonly bed: Bed;
  readonly port: number;
  readonly get: (path?: string) => Promise<{ status: number; body: string }>;
  readonly stop: () => Promise<void>;
};

/* oxlint-disable typescript/no-unsafe-type-assertion -- the fake gives back what the tests have put in */
const routeIn = (client: World["client"]) =>
  client.find(resources.httpRoutes, { namespace: "prod", name: "shop" }) as HttpRoute | undefined;
const gatewayIn = (client: World["client"]) =>
  client.find(resources.gateways, { namespace: "prod", name: "web" }) as Gateway | undefined;
const classIn = (client: World["client"]) =>
  client.find(resources.gatewayClasses, { name: "tidegate" }) as GatewayClass | undefined;
/* oxlint-enable typescript/no-unsafe-type-assertion */
const parentOf = (client: World["client"]) => routeIn(client)?.status?.parents?.[0];
const conditionOf = (client: World["client"], type: string) =>
  parentOf(client)?.conditions?.find((item) => item.type === type);
const programmedOf = (client: World["client"]) =>
  gatewayIn(client)?.status?.conditions?.find(({ type }) => type === "Programmed");

/** A gateway with one Gateway, and a backend for each Service name that answers with this name. */
async function inWorld(
  run: (world: World) => Promise<void>,
  prepare: (client: World["client"], port: number) => void = () => {},
): Promise<void> {
  await using bed = await createBed();
  const client = createFakeKubeClient();
  const port = await freePort();
  for (const name of ["shop", "shop-contender"]) {
    const { address, port: target } = await bed.serve((_request, response) => response.end(name));
    const made = slice([{ addresses: [address], conditions: { ready: true } }], name);
    client.put(resources.services, service(name));
    client.put(resources.endpointSlices, { ...made, ports: [{ name: "http", port: target }] } as KubeObject);
  }
  client.put(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "prod" } });
  client.put(resources.gatewayClasses, gatewayClass());
  client.put(resources.gateways, gateway([listener({ port })]));
  client.put(resources.httpRoutes, route());
  prepare(client, port);
  const stopping = new AbortController();
  const started = await startGateway({
    client,
    clock: systemClock,
    random: { next: () => 0.5 },
    signal: stopping.signal,
  });
  const get = (path = "/") => bed.ask(path, { port });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await started.stopped;
  };
  try {
    await run({ client, started, bed, port, get, stop });
  } finally {
    await stop();
  }
}

const soon = { timeout: 5000, interval: 5 };

describe("startGateway", () => {
  it("serves what is there at the start and says so in every status", async () => {
    await inWorld(async ({ client, started, port, get }) => {
      expect(await get()).toMatchObject({ status: 200, body: "shop" });
      await expect.poll(() => conditionOf(client, "Accepted")?.status, soon).toBe("True");
      expect(conditionOf(client, "ResolvedRefs")?.status).toBe("True");
      await expect.poll(() => programmedOf(client)?.status, soon).toBe("True");
      expect(gatewayIn(client)?.status?.listeners?.[0]?.attachedRoutes).toBe(1);
      expect(gatewayIn(client)?.metadata.annotations).toEqual({ "tidegate.dev/metrics-url": started.metricsUrl });
      await expect.poll(() => classIn(client)?.status?.conditions?.[0]?.status, soon).toBe("True");
      expect(classIn(client)?.metadata.annotations).toEqual({ "tidegate.dev/metrics-url": started.metricsUrl });
      expect(started.addresses()).toEqual([
        { gateway: "prod/web", listener: "http", port, url: `http://127.0.0.1:${port}` },
      ]);
    });
  });

  it("a status at the new generation means that the new weights are served", async () => {
    await inWorld(async ({ client, get }) => {
      for (let round = 0; round < 10; round++) {
        const name = round % 2 === 0 ? "shop-contender" : "shop";
        const rules = [
          {
            backendRefs: [
              backendRef("shop", { weight: name === "shop" ? 1 : 0 }),
              backendRef("shop-contender", { weight: name === "shop" ? 0 : 1 }),
            ],
          },
        ];
        const patched = await client.patch(
          resources.httpRoutes,
          { namespace: "prod", name: "shop" },
          { kind: "merge", body: { spec: { rules } } },
        );
        const { generation } = patched.metadata;
        await expect.poll(() => conditionOf(client, "Accepted")?.observedGeneration, soon).toBe(generation);
        expect((await get()).body).toBe(name);
      }
    });
  });

  it("counts requests at the address that the annotation names", async () => {
    await inWorld(async ({ started, get }) => {
      for (let index = 0; index < 3; index++) await get();
      const text = await (await fetch(started.metricsUrl)).text();
      expect(text).toContain('service="shop",port="80",mirror="false",code="200",source="backend"} 3\n');
      expect(text).toContain('route="shop",rule="0"');
      expect((await fetch(started.metricsUrl.replace("/metrics", "/healthz"))).status).toBe(200);
    });
  });

  it("names a backend that is missing, and resolves it when it comes", async () => {
    const prepare = (client: World["client"]): void => {
      client.put(resources.httpRoutes, route([{ backendRefs: [backendRef("late")] }]));
    };
    await inWorld(async ({ client, get }) => {
      await expect.poll(() => conditionOf(client, "ResolvedRefs")?.reason, soon).toBe("BackendNotFound");
      expect((await get()).status).toBe(500);
      client.put(resources.services, service("late"));
      await expect.poll(() => conditionOf(client, "ResolvedRefs")?.status, soon).toBe("True");
      expect((await get()).status).toBe(503);
    }, prepare);
  });

  it("leaves other controllers' entries and writes nothing twice", async () => {
    const foreign = { parentRef: { name: "mesh" }, controllerName: "example.com/mesh", conditions: [] };
    const prepare = (client: World["client"]): void => {
      client.put(resources.httpRoutes, route(undefined, { status: { parents: [foreign] } }));
    };
    await inWorld(async ({ client, get }) => {
      const entries = () => routeIn(client)?.status?.parents;
      await expect.poll(() => entries()?.length, soon).toBe(2);
      expect(entries()?.[0]).toEqual(foreign);
      await expect.poll(() => programmedOf(client)?.status, soon).toBe("True");
      const writes = () =>
        client.calls.filter(({ verb, plural }) => verb === "patch" && plural === "httproutes").length;
      expect(writes()).toBe(1);
      client.put(resources.services, service("other"));
      await get();
      expect(writes()).toBe(1);
    }, prepare);
  });

  it("takes its entry away when the Gateway is deleted, and closes the port", async () => {
    await inWorld(async ({ client, started, bed, port }) => {
      await expect.poll(() => conditionOf(client, "Accepted")?.status, soon).toBe("True");
      await client.delete(resources.gateways, { namespace: "prod", name: "web" });
      await expect.poll(() => parentOf(client), soon).toBeUndefined();
      expect(started.addresses()).toEqual([]);
      await expect(bed.ask("/", { port, agent: false })).rejects.toThrow("ECONNREFUSED");
    });
  });

  it("says in the Gateway's status which port is in use, and opens it once it is free", async () => {
    await using blocker = await createBed();
    const held = await blocker.serve((_request, response) => response.end("not ours"));
    const prepare = (client: World["client"]): void => {
      client.put(resources.gateways, gateway([listener({ port: held.port })]));
    };
    await inWorld(async ({ client, bed }) => {
      const programmed = () => programmedOf(client);
      await expect.poll(() => programmed()?.status, soon).toBe("False");
      expect(programmed()?.message).toContain(`Port ${held.port} of 127.0.0.1 is in use`);
      held.server.close();
      await expect.poll(() => programmed()?.status, soon).toBe("True");
      expect((await bed.ask("/", { port: held.port })).body).toBe("shop");
    }, prepare);
  });

  it("closes everything when it is stopped", async () => {
    await inWorld(async ({ bed, port, started, stop }) => {
      await stop();
      await expect(bed.ask("/", { port, agent: false })).rejects.toThrow("ECONNREFUSED");
      await expect(fetch(started.metricsUrl)).rejects.toThrow("fetch failed");
    });
  });
});
