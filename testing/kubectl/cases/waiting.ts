import { describe, expect, it } from "vitest";
import { configMap, idle, script } from "../manifests.ts";
import type { Session } from "../session.ts";

export function waitingCases(session: () => Session): void {
  describe("wait", () => {
    it("sees a condition come true", async () => {
      const kubectl = await session().space("wait-condition");
      await kubectl.ok("create -f -", { stdin: idle("web") });
      expect(await kubectl.ok("wait deploy/web --for=condition=Available --timeout=20s")).toBe(
        "deployment.apps/web condition met\n",
      );
      expect(await kubectl.ok("wait pods -l app=web --for=condition=Ready --timeout=20s")).toMatch(
        /^pod\/web-\S+ condition met\n$/,
      );
    });

    it("sees a field take a value", async () => {
      const kubectl = await session().space("wait-field");
      await kubectl.ok("create -f -", { stdin: script("once", "exit 0", { restartPolicy: "Never" }) });
      const args = ["wait", "pod/once", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=20s"];
      expect(await kubectl.ok(args)).toBe("pod/once condition met\n");
      expect(await kubectl.ok("get pod once")).toMatch(/\nonce +0\/1 +Completed +0 /);
    });

    it("sees an object go", async () => {
      const kubectl = await session().space("wait-delete");
      await kubectl.ok("create -f -", { stdin: configMap("one", {}) });
      const waiting = kubectl.ok("wait cm/one --for=delete --timeout=20s");
      await kubectl.ok("delete cm one");
      expect(await waiting).toMatch(/^(configmap\/one condition met\n)?$/);
    });

    it("gives up in time, and refuses what is not there", async () => {
      const kubectl = await session().space("wait-vain");
      await kubectl.ok("create -f -", { stdin: idle("web", { replicas: 0 }) });
      expect(await kubectl.refused("wait deploy/web --for=condition=Nothing --timeout=1s")).toContain(
        "timed out waiting for the condition on deployments/web",
      );
      expect(await kubectl.refused("wait deploy/nope --for=condition=Available --timeout=1s")).toContain(
        'deployments.apps "nope" not found',
      );
    });
  });
}
