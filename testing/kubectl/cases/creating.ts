import { describe, expect, it } from "vitest";
import type { Kubectl } from "../kubectl.ts";
import { configMap, delivery, idle } from "../manifests.ts";
import { once, type Session } from "../session.ts";

export function creatingCases(session: () => Session): void {
  const space = once((): Promise<Kubectl> => session().space("creating"));

  describe("create", () => {
    it.each([
      ["deployment", "deployment d --image=idle:v1 --replicas=0 --port=80", "deployment.apps/d created"],
      ["configmap", "configmap c --from-literal=a=1", "configmap/c created"],
      ["secret", "secret generic s --from-literal=a=1", "secret/s created"],
      ["service clusterip", "service clusterip x --tcp=80:8080", "service/x created"],
      ["service nodeport", "service nodeport y --tcp=80:8080", "service/y created"],
      ["service externalname", "service externalname z --external-name=example.org", "service/z created"],
      ["serviceaccount", "serviceaccount sa", "serviceaccount/sa created"],
      ["role", "role r --verb=get,list --resource=pods", "role.rbac.authorization.k8s.io/r created"],
      ["rolebinding", "rolebinding rb --role=r --user=bob", "rolebinding.rbac.authorization.k8s.io/rb created"],
      ["poddisruptionbudget", "pdb p --selector=app=x --min-available=1", "poddisruptionbudget.policy/p created"],
    ])("makes a %s", async (_what, args, expected) => {
      const kubectl = await space();
      expect(await kubectl.ok(`create ${args}`)).toBe(`${expected}\n`);
    });

    it("makes a horizontal pod autoscaler", async () => {
      const kubectl = await space();
      await kubectl.ok("create deployment scaled --image=idle:v1 --replicas=0");
      if (kubectl.minor < 33) {
        const { code, stderr } = await kubectl.run("autoscale deployment scaled --min=1 --max=3");
        expect({ code, stderr }, "autoscaling/v1, the only one that it speaks, is not served").toMatchObject({
          code: 1,
          stderr: expect.stringContaining("the server could not find the requested resource"),
        });
        return;
      }
      expect(await kubectl.ok("autoscale deployment scaled --min=1 --max=3")).toBe(
        "horizontalpodautoscaler.autoscaling/scaled autoscaled\n",
      );
      expect(await kubectl.ok(["get", "hpa", "scaled", "-o", "jsonpath={.spec.maxReplicas}"])).toBe("3");
    });

    it("makes and shows a service for a deployment", async () => {
      const kubectl = await space();
      await kubectl.ok("create deployment exposed --image=idle:v1 --replicas=0");
      expect(await kubectl.ok("expose deployment exposed --port=80 --target-port=8080")).toBe(
        "service/exposed exposed\n",
      );
      expect(await kubectl.ok(["get", "svc", "exposed", "-o", "jsonpath={.spec.selector.app}"])).toBe("exposed");
    });

    it("makes what a file says, once", async () => {
      const kubectl = await space();
      const stdin = configMap("file", { a: "1" });
      expect(await kubectl.ok("create -f -", { stdin })).toBe("configmap/file created\n");
      expect(await kubectl.refused("create -f -", { stdin })).toContain(
        '(AlreadyExists): error when creating "STDIN": configmaps "file" already exists',
      );
    });

    it("makes a name from generateName", async () => {
      const kubectl = await space();
      const stdin = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "some-" } };
      expect(await kubectl.ok("create -f - -o name", { stdin })).toMatch(/^configmap\/some-[a-z0-9]{5}\n$/);
    });

    it("asks the server with --dry-run=server, and nobody with --dry-run=client, and makes nothing", async () => {
      const kubectl = await space();
      const asked = await kubectl.ok("create deployment dry --image=idle:v1 --dry-run=server -o yaml");
      expect(asked).toMatch(/uid: \S+/);
      expect(asked).toContain("progressDeadlineSeconds: 600");
      const own = await kubectl.ok("create deployment dry --image=idle:v1 --dry-run=client -o yaml");
      expect(own).not.toMatch(/uid: |progressDeadlineSeconds/);
      expect(await kubectl.refused("get deployment dry")).toContain("NotFound");
    });

    it.each([
      ["an unknown field", { ...configMap("bad", {}), datum: {} }, /strict decoding error: unknown field "datum"/],
      [
        "a value of the wrong type",
        { ...idle("bad"), spec: { replicas: "many" } },
        /BadRequest.*(replicas|Deployment)/,
      ],
      ["a name that is none", configMap("Bad_Name", {}), /metadata\.name: Invalid value: "Bad_Name"/],
      [
        "a selector that does not match",
        { ...idle("bad"), spec: { ...(idle("bad")["spec"] as object), selector: { matchLabels: { app: "other" } } } },
        /`selector` does not match template `labels`/,
      ],
      [
        "a namespace that is not there",
        { ...configMap("bad", {}), metadata: { name: "bad", namespace: "nowhere" } },
        /does not match|namespaces "nowhere" not found/,
      ],
      [
        "a kind that is not there",
        { apiVersion: "batch/v1", kind: "Job", metadata: { name: "bad" } },
        /no matches for kind "Job" in version "batch\/v1"/,
      ],
      [
        "an unknown field of a delivery",
        { ...delivery("bad"), spec: { ...(delivery("bad")["spec"] as object), color: "red" } },
        /unknown field "spec\.color"/,
      ],
      [
        "weights of a delivery that fall",
        {
          ...delivery("bad"),
          spec: { ...(delivery("bad")["spec"] as object), plan: { steps: [{ weight: 50 }, { weight: 5 }] } },
        },
        /The Delivery "bad" is invalid: [^]*spec\.plan/,
      ],
      [
        "a plan without steps",
        { ...delivery("bad"), spec: { ...(delivery("bad")["spec"] as object), plan: { steps: [] } } },
        /The Delivery "bad" is invalid: [^]*spec\.plan\.steps: .*at least 1/,
      ],
    ] as const)("is refused for %s", async (_what, stdin, expected) => {
      const kubectl = await space();
      expect(await kubectl.refused("create -f -", { stdin })).toMatch(expected);
    });
  });
}
