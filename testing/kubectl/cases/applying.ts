import { describe, expect, it } from "vitest";
import { configMap, delivery, idle, list, service } from "../manifests.ts";
import type { Session } from "../session.ts";

export function applyingCases(session: () => Session): void {
  describe("apply", () => {
    it("creates, leaves unchanged, and configures", async () => {
      const kubectl = await session().space("apply");
      const first = { stdin: list(idle("web"), service("web"), delivery("web")) };
      expect(await kubectl.ok("apply -f -", first)).toBe(
        "deployment.apps/web created\nservice/web created\ndelivery.tidegate.dev/web created\n",
      );
      expect(await kubectl.ok("apply -f -", first)).toBe(
        "deployment.apps/web unchanged\nservice/web unchanged\ndelivery.tidegate.dev/web unchanged\n",
      );
      const second = { stdin: list(idle("web", { image: "idle:v2" }), service("web"), delivery("web")) };
      expect(await kubectl.ok("apply -f -", second)).toMatch(
        /^deployment\.apps\/web configured\nservice\/web unchanged\n/,
      );
      expect(await kubectl.ok(["get", "deploy", "web", "-o", "jsonpath={..image}"])).toBe("idle:v2");
    });

    it("takes away what the file no longer says, and nothing that others wrote", async () => {
      const kubectl = await session().space("apply-less");
      await kubectl.ok("apply -f -", { stdin: configMap("one", { a: "1", b: "2" }) });
      await kubectl.ok(["patch", "cm", "one", "-p", '{"data":{"c":"3"}}']);
      expect(await kubectl.ok("apply -f -", { stdin: configMap("one", { a: "1" }) })).toBe(
        "configmap/one configured\n",
      );
      expect(await kubectl.ok(["get", "cm", "one", "-o", "jsonpath={.data}"])).toBe('{"a":"1","c":"3"}');
    });

    it("only tells with --dry-run", async () => {
      const kubectl = await session().space("apply-dry");
      const stdin = configMap("one", { a: "1" });
      expect(await kubectl.ok("apply -f - --dry-run=server", { stdin })).toBe(
        "configmap/one created (server dry run)\n",
      );
      expect(await kubectl.ok("apply -f - --dry-run=client", { stdin })).toBe("configmap/one created (dry run)\n");
      expect(await kubectl.refused("get cm one")).toContain("NotFound");
    });

    it("remembers what was applied", async () => {
      const kubectl = await session().space("apply-last");
      await kubectl.ok("apply -f -", { stdin: configMap("one", { a: "1" }) });
      expect(await kubectl.ok("apply view-last-applied cm/one")).toContain('a: "1"');
    });
  });

  describe("apply --server-side", () => {
    it("owns fields, conflicts with other owners by name, and takes them over when forced", async () => {
      const kubectl = await session().space("server-side");
      const one = { stdin: idle("web") };
      const two = { stdin: idle("web", { image: "idle:v2", replicas: 2 }) };
      expect(await kubectl.ok("apply --server-side -f -", one)).toBe("deployment.apps/web serverside-applied\n");
      expect(await kubectl.ok("apply --server-side -f -", one)).toBe("deployment.apps/web serverside-applied\n");
      const conflict = await kubectl.refused("apply --server-side --field-manager=other -f -", two);
      expect(conflict).toContain(
        'Apply failed with 2 conflicts: conflicts with "kubectl":\n- .spec.replicas\n- .spec.template.spec.containers[name="idle"].image\n',
      );
      await kubectl.ok("apply --server-side --field-manager=other --force-conflicts -f -", two);
      expect(await kubectl.refused("apply --server-side -f -", one)).toContain('conflicts with "other"');
    });

    it("drops what its owner no longer applies", async () => {
      const kubectl = await session().space("server-side-less");
      await kubectl.ok("apply --server-side -f -", { stdin: configMap("one", { a: "1", b: "2" }) });
      await kubectl.ok("apply --server-side --field-manager=other -f -", {
        stdin: configMap("one", { b: "2", c: "3" }),
      });
      await kubectl.ok("apply --server-side -f -", { stdin: configMap("one", {}) });
      expect(await kubectl.ok(["get", "cm", "one", "-o", "jsonpath={.data}"])).toBe('{"b":"2","c":"3"}');
    });

    it("takes over what was applied on the client side", async () => {
      const kubectl = await session().space("server-side-after");
      await kubectl.ok("apply -f -", { stdin: idle("web") });
      await kubectl.ok("apply --server-side -f -", { stdin: idle("web", { image: "idle:v2" }) });
      const managers = await kubectl.ok([
        "get",
        "deploy",
        "web",
        "--show-managed-fields",
        "-o",
        "jsonpath={.metadata.managedFields[*].manager}",
      ]);
      expect(managers).toContain("kubectl");
      expect(managers).not.toContain("kubectl-client-side-apply");
    });

    it("works for the kinds of Tidegate", async () => {
      const kubectl = await session().space("server-side-crd");
      expect(await kubectl.ok("apply --server-side -f -", { stdin: delivery("web") })).toBe(
        "delivery.tidegate.dev/web serverside-applied\n",
      );
      expect(await kubectl.ok("diff --server-side -f -", { stdin: delivery("web") })).toBe("");
    });
  });

  describe("diff", () => {
    it("ends with 0 without a difference, with 1 and the lines with one, with more for an error", async () => {
      const kubectl = await session().space("diff");
      const stdin = idle("web");
      const created = await kubectl.run("diff -f -", { stdin });
      expect(created.code).toBe(1);
      expect(created.stdout).toContain("+kind: Deployment");
      await kubectl.ok("apply -f -", { stdin });
      expect(await kubectl.run("diff -f -", { stdin })).toMatchObject({ code: 0, stdout: "" });
      const changed = await kubectl.run("diff -f -", { stdin: idle("web", { image: "idle:v2" }) });
      expect(changed.code).toBe(1);
      expect(changed.stdout).toMatch(/^- +image: idle:v1$/m);
      expect(changed.stdout).toMatch(/^\+ +image: idle:v2$/m);
      const wrong = await kubectl.run("diff -f -", { stdin: idle("web", { replicas: -1 }) });
      expect(wrong.code).not.toBe(0);
      expect(wrong.stderr).toContain("spec.replicas: Invalid value: -1");
    });
  });
}
