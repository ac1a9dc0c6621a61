import { describe, expect, it } from "vitest";
import type { Kubectl } from "../kubectl.ts";
import { configMap, idle, list, script } from "../manifests.ts";
import type { Session } from "../session.ts";

async function withWeb(session: Session, name: string): Promise<Kubectl> {
  const kubectl = await session.space(name);
  await kubectl.ok("create -f -", { stdin: idle("web") });
  await kubectl.ok("rollout status deploy/web --timeout=20s");
  return kubectl;
}

const names = (kubectl: Kubectl, kinds: string): Promise<string> => kubectl.ok(`get ${kinds} -l app=web -o name`);

export function deletingCases(session: () => Session): void {
  describe("delete", () => {
    it("takes the dependents with it in the background", async () => {
      const kubectl = await withWeb(session(), "delete-background");
      expect(await kubectl.ok("delete deploy web")).toMatch(/^deployment\.apps "web" deleted/);
      await kubectl.ok("wait pod -l app=web --for=delete --timeout=20s");
      expect(await names(kubectl, "rs,pods")).toBe("");
    });

    it("waits for the dependents with --cascade=foreground", async () => {
      const kubectl = await withWeb(session(), "delete-foreground");
      await kubectl.ok("delete deploy web --cascade=foreground --wait=true --timeout=20s");
      expect(await names(kubectl, "deploy,rs,pods")).toBe("");
    });

    it("leaves the dependents with --cascade=orphan, and a new deployment adopts them", async () => {
      const kubectl = await withWeb(session(), "delete-orphan");
      const pods = await names(kubectl, "rs,pods");
      await kubectl.ok("delete deploy web --cascade=orphan");
      expect(await names(kubectl, "deploy,rs,pods")).toBe(
        pods
          .split("\n")
          .toSorted((a, b) => Number(b.startsWith("replicaset")) - Number(a.startsWith("replicaset")))
          .join("\n")
          .trim()
          .concat("\n"),
      );
      await kubectl.ok("create -f -", { stdin: idle("web") });
      await kubectl.ok("rollout status deploy/web --timeout=20s");
      expect(await names(kubectl, "rs,pods")).toBe(pods);
    });

    it("works by selector, by file, for all, and for several", async () => {
      const kubectl = await session().space("delete-many");
      const stdin = list(...["a", "b", "c", "d"].map((name) => configMap(name, {})));
      await kubectl.ok("create -f -", { stdin });
      await kubectl.ok("label cm a b kind=x");
      expect(await kubectl.ok("delete cm -l kind=x")).toMatch(/^configmap "a" deleted.*\nconfigmap "b" deleted.*\n$/);
      expect(await kubectl.ok("delete -f -", { stdin: list(configMap("c", {})) })).toMatch(/^configmap "c" deleted/);
      await kubectl.ok("delete cm --all");
      expect(await kubectl.ok("get cm -o name")).toBe("");
    });

    it("ends a process that does not want to end", async () => {
      const kubectl = await session().space("delete-force");
      const stubborn = script("web", "trap '' TERM; while :; do sleep 0.1; done", {
        terminationGracePeriodSeconds: 600,
      });
      await kubectl.ok("create -f -", { stdin: stubborn });
      await kubectl.ok("wait pod/web --for=condition=Ready --timeout=20s");
      const { code, stderr, stdout } = await kubectl.run("delete pod web --grace-period=0 --force");
      expect(code).toBe(0);
      expect(stderr).toContain("Immediate deletion does not wait for confirmation");
      expect(stdout).toMatch(/^pod "web" force deleted/);
      expect(await names(kubectl, "pods")).toBe("");
    });

    it("does not wait with --wait=false, and says who holds the object", async () => {
      const kubectl = await session().space("delete-held");
      const held = { ...configMap("web", {}), metadata: { name: "web", finalizers: ["example.org/hold"] } };
      await kubectl.ok("create -f -", { stdin: held });
      await kubectl.ok("delete cm web --wait=false");
      expect(await kubectl.ok(["get", "cm", "web", "-o", "jsonpath={.metadata.deletionTimestamp}"])).not.toBe("");
      expect(await kubectl.refused("delete cm web --timeout=1s")).toContain("timed out waiting for the condition");
      await kubectl.ok(["patch", "cm", "web", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]']);
      expect(await kubectl.refused("get cm web")).toContain("NotFound");
    });

    it("refuses what is not there, unless told to ignore it", async () => {
      const kubectl = await session().space("delete-none");
      expect(await kubectl.refused("delete cm nope")).toBe(
        'Error from server (NotFound): configmaps "nope" not found\n',
      );
      expect(await kubectl.ok("delete cm nope --ignore-not-found")).toBe("");
    });

    it("only tells with --dry-run", async () => {
      const kubectl = await session().space("delete-dry");
      await kubectl.ok("create cm one --from-literal=a=1");
      expect(await kubectl.ok("delete cm one --dry-run=server")).toMatch(
        /^configmap "one" deleted.*\(server dry run\)\n$/,
      );
      expect(await kubectl.ok("get cm one -o name")).toBe("configmap/one\n");
    });

    it("empties a namespace before it goes", async () => {
      const kubectl = await withWeb(session(), "delete-namespace");
      await kubectl.ok(`delete namespace ${kubectl.namespace} --timeout=25s`);
      expect(await kubectl.refused(`get namespace ${kubectl.namespace}`)).toContain("NotFound");
      expect(await kubectl.ok(`get pods -A --field-selector metadata.namespace=${kubectl.namespace} -o name`)).toBe("");
    });
  });
}
