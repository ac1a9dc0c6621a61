import { describe, expect, it } from "vitest";
import type { Kubectl } from "../kubectl.ts";
import { script } from "../manifests.ts";
import { once, type Session } from "../session.ts";

export function refusedCases(session: () => Session): void {
  const space = once(async (): Promise<Kubectl> => {
    const kubectl = await session().space("refused");
    await kubectl.ok("create -f -", { stdin: script("web", "exec sleep 600") });
    await kubectl.ok("wait pod/web --for=condition=Ready --timeout=20s");
    return kubectl;
  });

  describe("what is not served", () => {
    it.each([
      [
        "exec",
        "exec web -- ls",
        "Tidegate's embedded cluster does not serve exec: its pods are processes of this machine",
      ],
      ["attach", "attach web", "Tidegate's embedded cluster does not serve attach; `kubectl logs -f` shows"],
      [
        "port-forward",
        "port-forward web :8080",
        "Tidegate's embedded cluster does not serve port-forward: the address of a pod (status.podIP) can be reached directly",
      ],
      ["cp", "cp web:/etc/hostname hostname", "Tidegate's embedded cluster does not serve exec"],
      ["debug", "debug web --image=x", "Tidegate's embedded cluster does not serve ephemeral containers"],
      ["top", "top pods", "Metrics API not available"],
      ["create token", "create token default", "Tidegate's embedded cluster issues no service account tokens"],
      ["create job", "create job j --image=x", "the server could not find the requested resource"],
      [
        "get --raw of a proxy",
        "get --raw /api/v1/namespaces/default/services/kubernetes/proxy/",
        "Tidegate's embedded cluster does not serve proxy",
      ],
    ])("is refused in words: %s", async (_what, args, expected) => {
      const kubectl = await space();
      expect(await kubectl.refused(args)).toContain(expected);
    });
  });
}
