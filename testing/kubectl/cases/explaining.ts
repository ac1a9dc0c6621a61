import { describe, expect, it } from "vitest";
import type { Kubectl } from "../kubectl.ts";
import { once, type Session } from "../session.ts";

const plan = `FIELD: plan <Object>

DESCRIPTION:
    By which steps a new revision meets its users, and what happens when they do
    not like it.
    
FIELDS:
  deadline	<string>
    How long the whole release may take before`;

export function explainingCases(session: () => Session): void {
  const space = once((): Promise<Kubectl> => session().space("explaining"));

  describe("explain", () => {
    it("reads well for the plan of a delivery", async () => {
      const kubectl = await space();
      const text = await kubectl.ok("explain delivery.spec.plan");
      expect(text).toMatch(/^GROUP: +tidegate\.dev\nKIND: +Delivery\nVERSION: +v1alpha1\n/);
      // Newer versions leave one more line before the description.
      expect(text.replace("\n\n\nDESCRIPTION", "\n\nDESCRIPTION")).toContain(plan);
      expect(text).toMatch(/steps\t<\[\]Object> -required-\n {4}The stops, in order\./);
      expect(text).not.toContain("<no description>");
    });

    it.each([
      [
        "a delivery",
        "explain delivery",
        [/DESCRIPTION:\n {4}A Delivery says how/, /spec\t<Object> -required-/, /metadata\t<ObjectMeta>/],
      ],
      [
        "the containers of a pod",
        "explain pod.spec.containers",
        [/FIELD: containers <\[\]Container>/, /name\t<string> -required-/, /livenessProbe\t<Probe>/],
      ],
      [
        "the strategy of a deployment",
        "explain deploy.spec.strategy",
        [/^GROUP: +apps\n/, /rollingUpdate\t<RollingUpdateDeployment>/],
      ],
      ["a route", "explain httproute.spec.rules", [/FIELD: rules <\[\]Object>/, /backendRefs\t<\[\]Object>/]],
      [
        "a tree",
        "explain intervention --recursive",
        [/FIELDS:\n {2}apiVersion\t<string>/, / {2}spec\t<Object>[^]*\n {4}release\t<string>/],
      ],
      ["a chosen version", "explain deployments --api-version=apps/v1", [/VERSION: +v1/]],
    ] as const)("tells about %s", async (_what, args, expected) => {
      const kubectl = await space();
      const text = await kubectl.ok(args);
      for (const pattern of expected) expect(text).toMatch(pattern);
    });

    it("refuses fields and kinds that are not there", async () => {
      const kubectl = await space();
      expect(await kubectl.refused("explain delivery.spec.nothing")).toContain('field "nothing" does not exist');
      expect(await kubectl.refused("explain nothing")).toMatch(/resource type "nothing"|find the resource/);
    });
  });

  describe("questions about the server", () => {
    it.each([
      [
        "api-resources",
        "api-resources",
        [
          /^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND\n/,
          /pods +po +v1 +true +Pod\n/,
          /deployments +deploy +apps\/v1 +true +Deployment\n/,
          /deliveries +dl +tidegate\.dev\/v1alpha1 +true +Delivery\n/,
        ],
      ],
      [
        "api-resources of a group",
        "api-resources --api-group=tidegate.dev -o name",
        [/^deliveries\.tidegate\.dev\ninterventions\.tidegate\.dev\nreleases\.tidegate\.dev\n$/],
      ],
      [
        "api-resources with verbs",
        "api-resources --verbs=watch,patch --namespaced=false -o name",
        [/nodes\n/, /gatewayclasses\.gateway\.networking\.k8s\.io\n/],
      ],
      [
        "api-versions",
        "api-versions",
        [/^apps\/v1$/m, /^gateway\.networking\.k8s\.io\/v1$/m, /^tidegate\.dev\/v1alpha1$/m, /^v1$/m],
      ],
      ["cluster-info", "cluster-info", [/control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/]],
      ["version", "version", [/Client Version: v1\./, /Server Version: v1\.\d+\.\d+/]],
      ["auth whoami", "auth whoami", [/Username +tidegate-admin\n/, /Groups +\[system:masters system:authenticated\]/]],
      ["auth can-i", "auth can-i create deployments", [/^yes\n$/]],
      [
        "auth can-i --list",
        "auth can-i --list",
        [/^Resources +Non-Resource URLs +Resource Names +Verbs\n/, /\*\.\* +\[\] +\[\] +\[\*\]/],
      ],
      ["config view", "config view", [/current-context: tidegate/, /token: REDACTED/]],
      ["config current-context", "config current-context", [/^tidegate\n$/]],
    ] as const)("%s is answered", async (_what, args, expected) => {
      const kubectl = await space();
      const text = await kubectl.ok(args);
      for (const pattern of expected) expect(text).toMatch(pattern);
    });

    it("auth can-i says no for a user without rights, who is refused", async () => {
      const kubectl = await space();
      expect(await kubectl.run("auth can-i get pods --as=bob")).toMatchObject({ code: 1, stdout: "no\n" });
      expect(await kubectl.refused("get pods --as=bob")).toMatch(
        /\(Forbidden\): pods is forbidden: User "bob" cannot list resource "pods" in API group ""/,
      );
    });
  });
}
