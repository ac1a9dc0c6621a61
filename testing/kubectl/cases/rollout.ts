import { describe, expect, it } from "vitest";
import type { Kubectl } from "../kubectl.ts";
import { service, list, shop } from "../manifests.ts";
import type { Session } from "../session.ts";

async function withShop(session: Session, name: string): Promise<Kubectl> {
  const kubectl = await session.space(name);
  await kubectl.ok("create -f -", { stdin: list(shop("shop", { replicas: 2 }), service("shop")) });
  await succeeds(kubectl);
  return kubectl;
}

async function succeeds(kubectl: Kubectl): Promise<void> {
  expect(await kubectl.ok("rollout status deploy/shop --timeout=25s")).toMatch(
    /deployment "shop" successfully rolled out\n$/,
  );
}

function image(kubectl: Kubectl): Promise<string> {
  return kubectl.ok(["get", "deploy", "shop", "-o", "jsonpath={..image}"]);
}

export function rolloutCases(session: () => Session): void {
  describe("rollout", () => {
    it("follows a new version with status, remembers it in history, and takes it back with undo", async () => {
      const kubectl = await withShop(session(), "rollout");
      await kubectl.ok("set image deploy/shop shop=shop:v2");
      await kubectl.ok("annotate deploy/shop kubernetes.io/change-cause=second");
      await succeeds(kubectl);
      expect(await kubectl.ok("rollout history deploy/shop")).toBe(
        "deployment.apps/shop \nREVISION  CHANGE-CAUSE\n1         <none>\n2         second\n\n",
      );
      expect(await kubectl.ok("rollout history deploy/shop --revision=1")).toMatch(
        /with revision #1\n[^]*Image:\s+shop:v1\n/,
      );
      expect(await kubectl.ok("rollout undo deploy/shop")).toBe("deployment.apps/shop rolled back\n");
      await succeeds(kubectl);
      expect(await image(kubectl)).toBe("shop:v1");
      expect(await kubectl.ok("rollout history deploy/shop")).toMatch(/\n2 +second\n3 +<none>\n/);
      expect(await kubectl.ok("get pods -l app=shop -o jsonpath={..image}")).toMatch(/^(shop:v1 ?)+$/);
    });

    it("goes to a revision by its number, and refuses one that is not there", async () => {
      const kubectl = await withShop(session(), "rollout-to");
      await kubectl.ok("set image deploy/shop shop=shop:v2");
      await succeeds(kubectl);
      expect(await kubectl.refused("rollout undo deploy/shop --to-revision=9")).toContain(
        "unable to find specified revision 9 in history",
      );
      await kubectl.ok("rollout pause deploy/shop");
      expect(await kubectl.refused("rollout undo deploy/shop")).toContain("cannot rollback a paused deployment");
      await kubectl.ok("rollout resume deploy/shop");
      await kubectl.ok("rollout undo deploy/shop --to-revision=1");
      expect(await image(kubectl)).toBe("shop:v1");
    });

    it("stops with pause and goes on with resume", async () => {
      const kubectl = await withShop(session(), "rollout-pause");
      expect(await kubectl.ok("rollout pause deploy/shop")).toBe("deployment.apps/shop paused\n");
      expect(await kubectl.refused("rollout pause deploy/shop")).toContain("is already paused");
      await kubectl.ok("set image deploy/shop shop=shop:v2");
      expect(await kubectl.refused("rollout status deploy/shop --timeout=1s")).toMatch(/timed out|deadline/);
      expect(await kubectl.ok("get rs -l app=shop -o name")).toMatch(/^replicaset\.apps\/shop-\S+\n$/);
      expect(await kubectl.ok("rollout resume deploy/shop")).toBe("deployment.apps/shop resumed\n");
      await succeeds(kubectl);
      expect(await kubectl.ok("get pods -l app=shop -o jsonpath={..image}")).toContain("shop:v2");
    });

    it("restarts every pod", async () => {
      const kubectl = await withShop(session(), "rollout-restart");
      const before = await kubectl.ok("get pods -l app=shop -o name");
      expect(await kubectl.ok("rollout restart deploy/shop")).toBe("deployment.apps/shop restarted\n");
      await succeeds(kubectl);
      await kubectl.ok(["wait", "--for=delete", "--timeout=20s", ...before.trim().split("\n")]);
      expect(await kubectl.ok("get pods -l app=shop -o name")).toMatch(/^(pod\/shop-\S+\n){2}$/);
    });

    it("fails in status when the deadline of the rollout is over", async () => {
      const kubectl = await session().space("rollout-deadline");
      const broken = shop("shop", { env: { PORT: "8099" } });
      await kubectl.ok("create -f -", { stdin: broken });
      await kubectl.ok(["patch", "deploy", "shop", "-p", '{"spec":{"progressDeadlineSeconds":1}}']);
      const { code, stderr } = await kubectl.run("rollout status deploy/shop --timeout=20s");
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'error: deployment "shop" exceeded its progress deadline\n',
      });
    });
  });
}
