import { describe, expect, it } from "vitest";
import { eventually, type Kubectl } from "../kubectl.ts";
import { configMap, list, service, shop } from "../manifests.ts";
import { once, type Session } from "../session.ts";

export function listingCases(session: () => Session): void {
  const space = once(async (): Promise<Kubectl> => {
    const kubectl = await session().space("listing");
    await kubectl.ok("apply -f -", {
      stdin: list(shop("web", { replicas: 2 }), service("web"), configMap("one", { a: "1" })),
    });
    await kubectl.ok("rollout status deployment/web --timeout=20s");
    return kubectl;
  });

  describe("get", () => {
    it.each([
      ["pods", "get pods", /^NAME +READY +STATUS +RESTARTS +AGE\nweb-\S+ +1\/1 +Running +0 +\d+s\nweb-/],
      [
        "pods -o wide",
        "get pods -o wide",
        /NODE +NOMINATED NODE +READINESS GATES\nweb-\S+ .+ 127\.\d+\.\d+\.\d+ +local +<none>/,
      ],
      [
        "deployments -o wide",
        "get deploy -o wide",
        /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\nweb +2\/2 +2 +2 +\S+ +shop +shop:v1 +app=web\n$/,
      ],
      [
        "services",
        "get svc",
        /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nweb +ClusterIP +10\.\S+ +<none> +80\/TCP/,
      ],
      [
        "the scale of a deployment",
        "get deploy web --subresource=scale",
        /^NAME +DESIRED +AVAILABLE +AGE\nweb +2 +2 +\S+\n$/,
      ],
      ["labels", "get deploy --show-labels", /LABELS\nweb .* app=web\n$/],
      ["a column of labels", "get deploy -L app", /APP\nweb .* web\n$/],
      ["by label", "get svc,deploy -l app=web -o name", /^deployment.apps\/web\n$/],
      ["by field", "get configmaps --field-selector metadata.name=one -o name", /^configmap\/one\n$/],
      [
        "by several fields",
        "get pods --field-selector status.phase=Running,spec.nodeName=local -o name",
        /^(pod\/web-\S+\n){2}$/,
      ],
      ["by several kinds", "get deploy/web svc/web", /deployment\.apps\/web[^]*service\/web/],
      ["all", "get all", /pod\/web-[^]*service\/web[^]*deployment\.apps\/web[^]*replicaset\.apps\/web-/],
      ["in pages", "get pods --chunk-size=1 -o name", /^(pod\/web-\S+\n){2}$/],
      ["jsonpath", ["get", "pods", "-o", "jsonpath={.items[*].status.phase}"], /^Running Running$/],
      ["go-template", ["get", "deploy", "-o", "go-template={{range .items}}{{.metadata.name}} {{end}}"], /^web $/],
      ["custom columns", "get deploy -o custom-columns=IT:.metadata.name,OF:.spec.replicas", /^IT +OF\nweb +2\n$/],
      ["sorted", "get replicasets,deploy --sort-by=.metadata.name -o name", /web/],
      ["nodes", "get nodes -o wide", /^NAME +STATUS +ROLES +AGE +VERSION .*\nlocal +Ready +<none> +\S+ +v1\.\d+\.\d+/],
      ["a raw path", "get --raw /readyz", /^ok$/],
      ["events", "get events", /LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n[^]*ScalingReplicaSet +deployment\/web/],
    ] as const)("shows %s", async (_what, args, expected) => {
      const kubectl = await space();
      expect(await eventually(kubectl, args, [expected])).toMatch(expected);
    });

    it("shows other namespaces with -A", async () => {
      const kubectl = await space();
      expect(await kubectl.ok("get deploy -A")).toMatch(
        new RegExp(`NAMESPACE +NAME[^]*${kubectl.namespace} +web +2/2`),
      );
    });

    it("prints whole objects as YAML and JSON, without managed fields unless asked", async () => {
      const kubectl = await space();
      const yaml = await kubectl.ok("get deploy web -o yaml");
      expect(yaml).toMatch(/^apiVersion: apps\/v1\nkind: Deployment\n/);
      expect(yaml).not.toContain("managedFields");
      expect(await kubectl.ok("get deploy web -o yaml --show-managed-fields")).toContain("managedFields");
      expect(JSON.parse(await kubectl.ok("get cm one -o json"))).toMatchObject({ kind: "ConfigMap", data: { a: "1" } });
      expect(JSON.parse(await kubectl.ok("get cm,svc -o json"))).toMatchObject({ kind: "List", apiVersion: "v1" });
    });

    it("follows changes with -w", async () => {
      const kubectl = await space();
      const watch = kubectl.start("get configmaps --watch --output-watch-events --field-selector metadata.name=seen");
      await kubectl.ok("create configmap seen --from-literal=a=1");
      await watch.shows(/ADDED +seen +1 +\S+\n/);
      await kubectl.ok(["patch", "configmap", "seen", "-p", '{"data":{"b":"2"}}']);
      await watch.shows(/MODIFIED +seen +2 +\S+\n/);
      await kubectl.ok("delete configmap seen");
      await watch.shows(/DELETED +seen +2 +\S+\n/);
      await watch.stop();
    });

    it.each([
      ["an object that is not there", "get pods nope", /^Error from server \(NotFound\): pods "nope" not found/],
      ["a kind that is not there", "get nothing", /the server doesn't have a resource type "nothing"/],
      [
        "a field that cannot be selected",
        "get pods --field-selector spec.nothing=1",
        /field label not supported: spec\.nothing/,
      ],
      ["a label selector that is none", ["get", "pods", "-l", "a=b=c"], /unable to parse|found '='/],
    ] as const)("refuses %s", async (_what, args, expected) => {
      const kubectl = await space();
      expect(await kubectl.refused(args)).toMatch(expected);
    });

    it("says so when nothing matches", async () => {
      const kubectl = await space();
      const { code, stderr } = await kubectl.run("get pods -l app=other");
      expect({ code, stderr }).toEqual({ code: 0, stderr: `No resources found in ${kubectl.namespace} namespace.\n` });
    });
  });

  describe("events", () => {
    it("lists those of one object and of one type", async () => {
      const kubectl = await space();
      const scaled = /Normal +ScalingReplicaSet +Deployment\/web +Scaled up replica set web-\S+ from 0 to 2/;
      const events = await eventually(kubectl, "events --for=deployment/web", [scaled]);
      expect(events).toMatch(scaled);
      expect(events).not.toContain("Pod/");
      const started = /Normal +Started +Pod\/web-\S+ +Started container shop/;
      expect(await eventually(kubectl, "events --types=Normal", [started])).toMatch(started);
    });
  });
}
