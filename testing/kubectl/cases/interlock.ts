import { describe, expect, it } from "vitest";
import type { Kubectl } from "../kubectl.ts";
import { idle } from "../manifests.ts";
import type { Session } from "../session.ts";

const holds = /Warning: .*Tidegate holds this Deployment \(template changed\), the pause was kept\./;

async function managed(session: Session, name: string): Promise<Kubectl> {
  const kubectl = await session.space(name);
  await kubectl.ok("apply -f -", { stdin: idle("web") });
  await kubectl.ok("rollout status deploy/web --timeout=20s");
  await kubectl.ok("label deploy web tidegate.dev/managed=true");
  return kubectl;
}

function read(kubectl: Kubectl, path: string): Promise<string> {
  return kubectl.ok(["get", "deploy", "web", "-o", `jsonpath={${path}}`]);
}

export function interlockCases(session: () => Session): void {
  describe("the interlock", () => {
    it.each([
      ["set image", "set image deploy/web idle=idle:v2", undefined],
      ["apply", "apply -f -", idle("web", { image: "idle:v2" })],
      ["apply --server-side", "apply --server-side --force-conflicts -f -", idle("web", { image: "idle:v2" })],
      [
        "replace",
        "replace -f -",
        {
          ...idle("web", { image: "idle:v2" }),
          metadata: { name: "web", labels: { app: "web", "tidegate.dev/managed": "true" } },
        },
      ],
      ["rollout restart", "rollout restart deploy/web", undefined],
    ] as const)("pauses a managed Deployment in the write that changes its template: %s", async (what, args, stdin) => {
      const kubectl = await managed(session(), `interlock-${what.replaceAll(/[ -]+/g, "-")}`);
      const generation = Number(await read(kubectl, ".metadata.generation"));
      await kubectl.ok(args, { stdin });
      expect(await read(kubectl, ".spec.paused")).toBe("true");
      expect(Number(await read(kubectl, ".metadata.generation"))).toBe(generation + 1);
      await kubectl.ok([
        "wait",
        "deploy/web",
        `--for=jsonpath={.status.observedGeneration}=${generation + 1}`,
        "--timeout=20s",
      ]);
      expect(await kubectl.ok("get rs -l app=web -o name")).toMatch(/^replicaset\.apps\/web-\S+\n$/);
    });

    it("leaves other changes, and other Deployments, alone", async () => {
      const kubectl = await managed(session(), "interlock-other");
      await kubectl.ok("scale deploy/web --replicas=2");
      expect(await read(kubectl, ".spec.paused")).toBe("");
      await kubectl.ok("label deploy web tidegate.dev/managed-");
      await kubectl.ok("set image deploy/web idle=idle:v2");
      expect(await read(kubectl, ".spec.paused")).toBe("");
    });

    it("keeps the pause against rollout resume, and tells why", async () => {
      const kubectl = await managed(session(), "interlock-hold");
      await kubectl.ok("set image deploy/web idle=idle:v2");
      const resumed = await kubectl.run("rollout resume deploy/web");
      expect(resumed.stderr).toMatch(holds);
      expect(await read(kubectl, ".spec.paused")).toBe("true");
      const patched = await kubectl.run(["patch", "deploy", "web", "--type=merge", "-p", '{"spec":{"paused":false}}']);
      expect(patched.stderr).toMatch(holds);
      expect(await read(kubectl, ".spec.paused")).toBe("true");
    });

    it("lets go of a Deployment that leaves Tidegate's hands", async () => {
      const kubectl = await managed(session(), "interlock-leave");
      await kubectl.ok("set image deploy/web idle=idle:v2");
      await kubectl.ok("label deploy web tidegate.dev/managed-");
      await kubectl.ok("rollout resume deploy/web");
      expect(await kubectl.ok("rollout status deploy/web --timeout=20s")).toMatch(/successfully rolled out\n$/);
    });

    it("lets rollout status fail with the condition of a version that was taken back", async () => {
      const kubectl = await managed(session(), "interlock-verdict");
      await kubectl.ok("set image deploy/web idle=idle:v2");
      const condition = {
        type: "Progressing",
        status: "False",
        reason: "ProgressDeadlineExceeded",
        message: "Tidegate took release web-2 back",
      };
      await kubectl.ok([
        "patch",
        "deploy",
        "web",
        "--subresource=status",
        "-p",
        JSON.stringify({ status: { conditions: [condition] } }),
      ]);
      expect(await kubectl.refused("rollout status deploy/web --timeout=10s")).toContain(
        'deployment "web" exceeded its progress deadline',
      );
      await kubectl.ok("scale deploy/web --replicas=2 --timeout=20s");
      await kubectl.ok(["wait", "deploy/web", "--for=jsonpath={.status.availableReplicas}=2", "--timeout=20s"]);
      expect(await read(kubectl, '.status.conditions[?(@.type=="Progressing")].message')).toBe(
        "Tidegate took release web-2 back",
      );
    });
  });

  describe("an intervention", () => {
    it("says who ordered it, whatever the caller writes", async () => {
      const kubectl = await session().space("intervention");
      const spec = { release: "web-2", action: "promote", reason: "looks good", actor: { username: "somebody-else" } };
      const stdin = { apiVersion: "tidegate.dev/v1alpha1", kind: "Intervention", metadata: { name: "go" }, spec };
      expect(await kubectl.ok("create -f -", { stdin })).toBe("intervention.tidegate.dev/go created\n");
      expect(await kubectl.ok(["get", "intervention", "go", "-o", "jsonpath={.spec.actor.username}"])).toBe(
        "tidegate-admin",
      );
      expect(
        await kubectl.refused(["patch", "intervention", "go", "--type=merge", "-p", '{"spec":{"action":"rollback"}}']),
      ).toMatch(/The Intervention "go" is invalid: spec/);
    });
  });
}
