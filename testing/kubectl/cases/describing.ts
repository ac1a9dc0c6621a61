import { describe, expect, it } from "vitest";
import { eventually, type Kubectl } from "../kubectl.ts";
import { configMap, delivery, list, release, service, shop } from "../manifests.ts";
import { once, type Session } from "../session.ts";

export function describingCases(session: () => Session): void {
  const space = once(async (): Promise<Kubectl> => {
    const kubectl = await session().space("describing");
    const objects = [shop("web"), service("web"), configMap("one", { a: "1" }), delivery("shop"), release("shop-2")];
    await kubectl.ok("apply -f -", { stdin: list(...objects) });
    await kubectl.ok("create secret generic hidden --from-literal=key=word");
    await kubectl.ok("rollout status deployment/web --timeout=20s");
    return kubectl;
  });

  describe("kubectl describe", () => {
    it.each([
      [
        "a deployment",
        "deployment web",
        [
          /Replicas: +1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable/,
          /RollingUpdateStrategy: +25% max unavailable, 25% max surge/,
          /Available +True +MinimumReplicasAvailable/,
          /NewReplicaSet: +web-\S+ \(1\/1 replicas created\)/,
          /ScalingReplicaSet .* deployment-controller +Scaled up replica set/,
        ],
      ],
      [
        "a pod",
        "pod web --show-events",
        [
          /Node: +local\/127\.0\.0\.1/,
          /Controlled By: +ReplicaSet\/web-/,
          /Readiness: +http-get http:\/\/:http\/healthz/,
          /State: +Running/,
          /POD_IP: +\(v1:status\.podIP\)/,
          /Ready +True/,
          /QoS Class: +BestEffort/,
          /Scheduled .* default-scheduler/,
        ],
      ],
      [
        "a replica set",
        "rs -l app=web",
        [/Controlled By: +Deployment\/web/, /Pods Status: +1 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed/],
      ],
      [
        "a service",
        "service web",
        [/Selector: +app=web/, /TargetPort: +http\/TCP/, /Endpoints: +127\.\d+\.\d+\.\d+:8080/],
      ],
      ["a config map", "configmap one", [/Data\n====\na:\n----\n1\n/]],
      ["a secret, without its content", "secret hidden", [/key: +4 bytes/]],
      [
        "a node",
        "node local",
        [/Ready +True .* KubeletReady/, /Capacity:\n +cpu: +\d+/, /Lease:\n +HolderIdentity: +local/],
      ],
      ["a namespace", "namespace default", [/Status: +Active/]],
      [
        "a delivery",
        "delivery shop",
        [/API Version: +tidegate\.dev\/v1alpha1/, /Kind: +Delivery/, /Steps:\n[^]*Weight: +5\n/],
      ],
      ["a release", "release shop-2", [/Kind: +Release/, /Revision:\n +Images:\n +shop:v2/]],
    ] as const)("shows %s", async (_what, args, expected) => {
      const kubectl = await space();
      const text = await eventually(kubectl, `describe ${args}`, expected);
      for (const pattern of expected) expect(text).toMatch(pattern);
    });

    it("refuses what is not there", async () => {
      const kubectl = await space();
      expect(await kubectl.refused("describe deployment nope")).toContain('deployments.apps "nope" not found');
    });
  });

  describe("the kinds of Tidegate", () => {
    it("are listed by their short names, with their columns", async () => {
      const kubectl = await space();
      expect(await kubectl.ok("get dl")).toMatch(/^NAME +WORKLOAD +PHASE +RELEASE +READY +REASON +AGE\nshop +shop/);
      expect(await kubectl.ok("get rel")).toMatch(/^NAME +PHASE +STEP +WEIGHT +VERDICT[^]*\nshop-2/);
    });
  });
}
