import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Kubectl } from "../kubectl.ts";
import { configMap, idle } from "../manifests.ts";
import type { Session } from "../session.ts";

async function withWeb(session: Session, name: string): Promise<Kubectl> {
  const kubectl = await session.space(name);
  await kubectl.ok("create -f -", { stdin: idle("web") });
  return kubectl;
}

function read(kubectl: Kubectl, path: string): Promise<string> {
  return kubectl.ok(["get", "deploy", "web", "-o", `jsonpath={${path}}`]);
}

export function changingCases(session: () => Session): void {
  describe("edit", () => {
    it("sends what the editor made, and nothing when it made nothing", async () => {
      const kubectl = await withWeb(session(), "edit");
      const editor = join(await session().directory("edit"), "editor.sh");
      await writeFile(editor, '#!/bin/sh\nsed -i "s/idle:v1/idle:v2/" "$1"\n', { mode: 0o755 });
      const env = { EDITOR: editor };
      expect(await kubectl.ok("edit deploy web", { env })).toBe("deployment.apps/web edited\n");
      expect(await read(kubectl, "..image")).toBe("idle:v2");
      const again = await kubectl.run("edit deploy web", { env });
      expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("no changes made") as unknown });
    });
  });

  describe("patch", () => {
    it("merges strategically: containers by their name", async () => {
      const kubectl = await withWeb(session(), "patch-strategic");
      const patch = '{"spec":{"template":{"spec":{"containers":[{"name":"idle","env":[{"name":"A","value":"1"}]}]}}}}';
      expect(await kubectl.ok(["patch", "deploy", "web", "-p", patch])).toBe("deployment.apps/web patched\n");
      expect(await read(kubectl, ".spec.template.spec.containers[*].image")).toBe("idle:v1");
      expect(await read(kubectl, "..env[0].value")).toBe("1");
    });

    it("says so when it changes nothing", async () => {
      const kubectl = await session().space("patch-same");
      await kubectl.ok("create -f -", { stdin: configMap("one", { a: "1" }) });
      const patch = '{"data":{"a":"2"}}';
      expect(await kubectl.ok(["patch", "cm", "one", "-p", patch])).toBe("configmap/one patched\n");
      expect(await kubectl.ok(["patch", "cm", "one", "-p", patch])).toBe("configmap/one patched (no change)\n");
    });

    it("takes JSON patches and merge patches", async () => {
      const kubectl = await withWeb(session(), "patch-json");
      await kubectl.ok([
        "patch",
        "deploy",
        "web",
        "--type=json",
        "-p",
        '[{"op":"replace","path":"/spec/replicas","value":2}]',
      ]);
      expect(await read(kubectl, ".spec.replicas")).toBe("2");
      await kubectl.ok(["patch", "deploy", "web", "--type=merge", "-p", '{"spec":{"replicas":0,"paused":true}}']);
      expect(await read(kubectl, ".spec.replicas}{.spec.paused")).toBe("0true");
      await kubectl.ok(["patch", "deploy", "web", "--type=merge", "-p", '{"spec":{"paused":null}}']);
      expect(await read(kubectl, ".spec.paused")).toBe("");
    });

    it("reaches status and scale as subresources", async () => {
      const kubectl = await withWeb(session(), "patch-sub");
      const scaled = await kubectl.ok([
        "patch",
        "deploy",
        "web",
        "--subresource=scale",
        "--type=merge",
        "-p",
        '{"spec":{"replicas":2}}',
      ]);
      expect(scaled).toBe("scale.autoscaling/web patched\n");
      expect(await read(kubectl, ".spec.replicas")).toBe("2");
      const condition =
        '{"status":{"conditions":[{"type":"Mine","status":"True","reason":"Told"}]},"spec":{"replicas":7}}';
      await kubectl.ok(["patch", "deploy", "web", "--subresource=status", "-p", condition]);
      expect(await read(kubectl, '.status.conditions[?(@.type=="Mine")].reason')).toBe("Told");
      expect(await read(kubectl, ".spec.replicas")).toBe("2");
    });

    it.each([
      [
        "a path that is not there",
        ["--type=json", "-p", '[{"op":"remove","path":"/spec/nothing"}]'],
        /The request is invalid: the server rejected our request due to an error in our request/,
      ],
      [
        "a test that fails",
        ["--type=json", "-p", '[{"op":"test","path":"/spec/replicas","value":9}]'],
        /The request is invalid: the server rejected our request due to an error in our request/,
      ],
      [
        "a value that is not allowed",
        ["-p", '{"spec":{"replicas":-1}}'],
        /spec\.replicas: Invalid value: -1: must be greater than or equal to 0/,
      ],
      [
        "a change of the selector",
        ["-p", '{"spec":{"selector":{"matchLabels":{"app":"x"}}}}'],
        /spec\.selector: Invalid value: .*field is immutable/,
      ],
      ["a wrong type", ["-p", '{"spec":{"replicas":"two"}}'], /replicas/],
    ] as const)("refuses %s", async (what, args, expected) => {
      const kubectl = await withWeb(session(), `patch-${what.replaceAll(" ", "-")}`);
      expect(await kubectl.refused(["patch", "deploy", "web", ...args])).toMatch(expected);
    });
  });

  describe("replace", () => {
    it("writes the whole, unless the object has changed since it was read", async () => {
      const kubectl = await session().space("replace");
      await kubectl.ok("create -f -", { stdin: configMap("one", { a: "1" }) });
      const old = await kubectl.ok("get cm one -o json");
      expect(await kubectl.ok("replace -f -", { stdin: configMap("one", { b: "2" }) })).toBe(
        "configmap/one replaced\n",
      );
      expect(await kubectl.ok(["get", "cm", "one", "-o", "jsonpath={.data}"])).toBe('{"b":"2"}');
      expect(await kubectl.refused("replace -f -", { stdin: old })).toMatch(
        /\(Conflict\)[^]*the object has been modified; please apply your changes to the latest version/,
      );
    });
  });

  describe("scale", () => {
    it("sets the number of pods, if it was what the caller thinks", async () => {
      const kubectl = await withWeb(session(), "scale");
      expect(await kubectl.ok("scale deploy/web --replicas=2 --timeout=20s")).toBe("deployment.apps/web scaled\n");
      await kubectl.ok(["wait", "deploy/web", "--for=jsonpath={.status.availableReplicas}=2", "--timeout=20s"]);
      expect(await kubectl.refused("scale deploy/web --current-replicas=5 --replicas=3")).toContain(
        "Expected replicas to be 5, was 2",
      );
      expect(await kubectl.ok("scale rs -l app=web --replicas=1")).toMatch(/^replicaset\.apps\/web-\S+ scaled\n$/);
    });
  });

  describe("set", () => {
    it("changes images and environments", async () => {
      const kubectl = await withWeb(session(), "set");
      expect(await kubectl.ok("set image deploy/web idle=idle:v2")).toBe("deployment.apps/web image updated\n");
      expect(await read(kubectl, "..image")).toBe("idle:v2");
      expect(await kubectl.ok("set env deploy/web A=1 B=2")).toBe("deployment.apps/web env updated\n");
      expect(await kubectl.ok("set env deploy/web B-")).toBe("deployment.apps/web env updated\n");
      expect(await kubectl.ok("set env deploy/web --list")).toBe("# Deployment web, container idle\nA=1\n");
      expect(await kubectl.ok("set resources deploy/web --limits=cpu=1,memory=64Mi")).toBe(
        "deployment.apps/web resource requirements updated\n",
      );
      expect(await read(kubectl, "..limits.memory")).toBe("64Mi");
      expect(await kubectl.refused("set image deploy/web nope=x")).toContain('unable to find container named "nope"');
    });
  });

  describe("label and annotate", () => {
    it.each([
      ["label", "labeled", "labels", "unlabeled"],
      ["annotate", "annotated", "annotations", "annotated"],
    ])("%s adds, keeps, overwrites and removes", async (verb, done, field, undone) => {
      const kubectl = await withWeb(session(), verb);
      expect(await kubectl.ok(`${verb} deploy web x=1`)).toBe(`deployment.apps/web ${done}\n`);
      expect(await kubectl.refused(`${verb} deploy web x=2`)).toMatch(/--overwrite is false/);
      await kubectl.ok(`${verb} deploy web x=2 --overwrite`);
      expect(await read(kubectl, `.metadata.${field}.x`)).toBe("2");
      expect(await kubectl.ok(`${verb} deploy web x-`)).toBe(`deployment.apps/web ${undone}\n`);
      expect(await read(kubectl, `.metadata.${field}.x`)).toBe("");
    });

    it("label refuses values that are none", async () => {
      const kubectl = await withWeb(session(), "label-bad");
      expect(await kubectl.refused(["label", "deploy", "web", "x=a b"])).toMatch(
        /invalid label value|Invalid value: "a b"/,
      );
    });
  });

  describe("cordon and taint", () => {
    it("change the node", async () => {
      const kubectl = await session().space("node");
      // The one thing that cases share is the node: each version has a key of its own and takes it away again.
      const key = `tidegate.dev/test-${session().minor}`;
      expect(await kubectl.ok(`taint nodes local ${key}=x:PreferNoSchedule`)).toBe("node/local tainted\n");
      expect(await kubectl.ok("describe node local")).toContain(`${key}=x:PreferNoSchedule`);
      expect(await kubectl.ok(`taint nodes local ${key}-`)).toBe("node/local untainted\n");
    });
  });
}
