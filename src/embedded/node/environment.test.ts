import { describe, expect, it } from "vitest";

import type { ConfigSource } from "./environment.ts";
import { resolveEnvironment } from "./environment.ts";
import type { Container, EnvSource, EnvVar } from "./podTypes.ts";
import { aPod } from "../../../testing/builders/pod.ts";

const place = { podIP: "127.64.0.7", hostIP: "127.0.0.1", nodeName: "node-1" };
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const config: ConfigSource = {
  configMaps: new Map([
    ["settings", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { LEVEL: "debug" } }],
  ]),
  secrets: new Map([
    ["login", { apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, data: { TOKEN: base64("hush") } }],
  ]),
};

function resolve(env: EnvVar[], envFrom: EnvSource[] = []): Record<string, string> {
  const container: Container = {
    name: "web",
    env,
    envFrom,
    resources: { requests: { cpu: "250m" }, limits: { memory: "64Mi" } },
  };
  const pod = aPod({ labels: { app: "shop" }, annotations: { "x.dev/y": "note" }, containers: [container] });
  return Object.fromEntries(resolveEnvironment({ pod, container, place, config }));
}

const field = (fieldPath: string): EnvVar => ({ name: "V", valueFrom: { fieldRef: { fieldPath } } });
const resource = (name: string, divisor?: string): EnvVar => ({
  name: "V",
  valueFrom: { resourceFieldRef: { resource: name, ...(divisor === undefined ? {} : { divisor }) } },
});

describe("resolveEnvironment", () => {
  it.each<[string, EnvVar, string]>([
    ["a plain value", { name: "V", value: "x" }, "x"],
    ["no value at all", { name: "V" }, ""],
    ["the pod's name", field("metadata.name"), "web-1"],
    ["the pod's namespace", field("metadata.namespace"), "shop"],
    ["the pod's uid", field("metadata.uid"), "uid-1"],
    ["a label", field("metadata.labels['app']"), "shop"],
    ["a label that is not there", field("metadata.labels['tier']"), ""],
    ["an annotation", field("metadata.annotations['x.dev/y']"), "note"],
    ["the node", field("spec.nodeName"), "node-1"],
    ["the service account", field("spec.serviceAccountName"), "default"],
    ["the pod's address", field("status.podIP"), "127.64.0.7"],
    ["the pod's addresses", field("status.podIPs"), "127.64.0.7"],
    ["the node's address", field("status.hostIP"), "127.0.0.1"],
    ["a request in whole cores, rounded up", resource("requests.cpu"), "1"],
    ["a request in millicores", resource("requests.cpu", "1m"), "250"],
    ["a limit in bytes", resource("limits.memory"), "67108864"],
    ["a limit in mebibytes", resource("limits.memory", "1Mi"), "64"],
    ["a request that is not written is its limit", resource("requests.memory", "1Mi"), "64"],
    ["a ConfigMap key", { name: "V", valueFrom: { configMapKeyRef: { name: "settings", key: "LEVEL" } } }, "debug"],
    ["a Secret key", { name: "V", valueFrom: { secretKeyRef: { name: "login", key: "TOKEN" } } }, "hush"],
  ])("gives %s", (_, variable, expected) => {
    expect(resolve([variable])).toEqual({ V: expected });
  });

  it("lets a variable refer to those before it, not to those after", () => {
    const env = [
      { name: "URL", value: "http://$(HOST):$(PORT)" },
      { name: "PORT", value: "80" },
      { name: "BOTH", value: "$(C_LEVEL):$(PORT)" },
    ];
    const resolved = resolve(
      [{ name: "HOST", value: "a" }, ...env],
      [{ prefix: "C_", configMapRef: { name: "settings" } }],
    );
    expect(resolved).toEqual({ C_LEVEL: "debug", HOST: "a", URL: "http://a:$(PORT)", PORT: "80", BOTH: "debug:80" });
  });

  it("takes a whole Secret, and lets env win over envFrom", () => {
    expect(resolve([{ name: "TOKEN", value: "own" }], [{ secretRef: { name: "login" } }])).toEqual({ TOKEN: "own" });
  });

  it("leaves out what is optional and missing", () => {
    const env: EnvVar[] = [
      { name: "A", valueFrom: { configMapKeyRef: { name: "none", key: "k", optional: true } } },
      { name: "B", valueFrom: { secretKeyRef: { name: "login", key: "none", optional: true } } },
    ];
    expect(resolve(env, [{ secretRef: { name: "none", optional: true } }])).toEqual({});
  });

  it.each<[string, EnvVar]>([
    ['configmap "none" not found', { name: "V", valueFrom: { configMapKeyRef: { name: "none", key: "k" } } }],
    [
      "couldn't find key k in ConfigMap shop/settings",
      { name: "V", valueFrom: { configMapKeyRef: { name: "settings", key: "k" } } },
    ],
    ['secret "none" not found', { name: "V", valueFrom: { secretKeyRef: { name: "none", key: "k" } } }],
    [
      "couldn't find key k in Secret shop/login",
      { name: "V", valueFrom: { secretKeyRef: { name: "login", key: "k" } } },
    ],
    ['fieldRef "spec.color" is not known', field("spec.color")],
    ['resourceFieldRef "cpu" is not known', resource("cpu")],
  ])("refuses: %s", (message, variable) => {
    expect(() => resolve([variable])).toThrow(message);
  });

  it("refuses an envFrom whose source is missing", () => {
    expect(() => resolve([], [{ configMapRef: { name: "none" } }])).toThrow('configmap "none" not found');
  });
});
