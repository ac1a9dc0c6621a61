import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Kubectl } from "../kubectl.ts";
import { script, service, shop } from "../manifests.ts";
import type { Session } from "../session.ts";

async function finished(session: Session, name: string): Promise<Kubectl> {
  const kubectl = await session.space(name);
  const stdin = script("once", "echo one; echo two >&2; echo three", { restartPolicy: "Never" });
  await kubectl.ok("create -f -", { stdin });
  await kubectl.ok(["wait", "pod/once", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=20s"]);
  return kubectl;
}

export function loggingCases(session: () => Session): void {
  describe("logs", () => {
    it("prints what a pod wrote, or the end of it, with times if wanted", async () => {
      const kubectl = await finished(session(), "logs");
      const lines = (await kubectl.ok("logs once")).trimEnd().split("\n");
      expect(lines.toSorted()).toEqual(["one", "three", "two"]);
      expect(await kubectl.ok("logs once --tail=1")).toBe(`${lines[2]}\n`);
      expect(await kubectl.ok("logs once --since=1h")).toBe(await kubectl.ok("logs pod/once -c main"));
      expect(await kubectl.ok("logs once --timestamps")).toMatch(
        /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z (one|two|three)\n){3}$/,
      );
      expect(await kubectl.ok("logs -l app=once --prefix")).toContain("[pod/once/main] one\n");
    });

    it("follows a pod to its end", async () => {
      const kubectl = await session().space("logs-follow");
      const signal = join(await session().directory("logs-follow"), "go-on");
      const text = `echo first; until test -e ${signal}; do sleep 0.05; done; echo last`;
      const stdin = script("slow", text, { restartPolicy: "Never" });
      await kubectl.ok("create -f -", { stdin });
      await kubectl.ok("wait pod/slow --for=condition=Ready --timeout=20s");
      const follow = kubectl.start("logs -f slow");
      await follow.shows(/^first\n/);
      expect(follow.output()).not.toContain("last");
      await writeFile(signal, "");
      expect(await follow.ended).toBe(0);
      expect(follow.output()).toBe("first\nlast\n");
    });

    it("prints the run before a restart with --previous, and says when there was none", async () => {
      const kubectl = await session().space("logs-previous");
      await kubectl.ok("create -f -", { stdin: script("crash", "echo ran; exit 3") });
      await kubectl.ok([
        "wait",
        "pod/crash",
        "--for=jsonpath={.status.containerStatuses[0].restartCount}=1",
        "--timeout=25s",
      ]);
      expect(await kubectl.ok("logs crash --previous")).toMatch(/^ran\n$/);
      expect(await kubectl.ok("describe pod crash")).toMatch(
        /Last State: +Terminated\n +Reason: +Error\n +Exit Code: +3/,
      );
      await kubectl.ok("create -f -", { stdin: script("calm", "exec sleep 600") });
      await kubectl.ok("wait pod/calm --for=condition=Ready --timeout=20s");
      expect(await kubectl.refused("logs calm --previous")).toContain(
        'previous terminated container "main" in pod "calm" not found',
      );
    });

    it("finds the pods of a deployment and of a service", async () => {
      const kubectl = await session().space("logs-deployment");
      await kubectl.ok("create -f -", { stdin: shop("web") });
      await kubectl.ok("create -f -", { stdin: service("web") });
      await kubectl.ok("rollout status deploy/web --timeout=20s");
      expect(await kubectl.ok("logs deploy/web")).toMatch(/^shop 1 listens on 127\.\d+\.\d+\.\d+:8080\n$/);
      expect(await kubectl.ok("logs service/web --tail=1")).toContain("listens on");
    });

    it("asks which of several containers is meant", async () => {
      const kubectl = await session().space("logs-containers");
      const container = (name: string): object => ({
        name,
        image: "two:v1",
        command: ["sh", "-c", `echo ${name}; exec sleep 600`],
      });
      await kubectl.ok("create -f -", { stdin: script("two", "", { containers: [container("a"), container("b")] }) });
      await kubectl.ok("wait pod/two --for=condition=Ready --timeout=20s");
      expect(await kubectl.run("logs two")).toMatchObject({
        stdout: "a\n",
        stderr: 'Defaulted container "a" out of: a, b\n',
      });
      expect(await kubectl.ok("logs two -c b")).toBe("b\n");
      expect((await kubectl.ok("logs two --all-containers")).split("\n").toSorted()).toEqual(["", "a", "b"]);
      expect(await kubectl.refused("logs two -c nope")).toContain("container nope is not valid for pod two");
    });

    it("refuses a pod that is not there", async () => {
      const kubectl = await session().space("logs-none");
      expect(await kubectl.refused("logs nope")).toContain('pods "nope" not found');
    });
  });
}
