import { describe, expect, it } from "vitest";
import { decodeProtobuf } from "./decodeProtobuf.ts";

type Part = readonly [number, string | number | bigint | Buffer];

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

/** A message from its fields: numbers as varints, the rest with a length. */
function message(...parts: Part[]): Buffer {
  return Buffer.concat(
    parts.map(([number, value]) => {
      if (typeof value === "number" || typeof value === "bigint")
        return Buffer.concat([varint(number << 3), varint(value)]);
      const content = Buffer.from(value as string);
      return Buffer.concat([varint((number << 3) | 2), varint(content.length), content]);
    }),
  );
}

function document(apiVersion: string, kind: string, raw: Buffer): Buffer {
  return Buffer.concat([Buffer.from("k8s\u0000"), message([1, message([1, apiVersion], [2, kind])], [2, raw])]);
}

describe("decodeProtobuf", () => {
  it("reads maps, nested messages and unset times", () => {
    const meta = message(
      [1, "a"],
      [8, Buffer.alloc(0)],
      [11, message([1, "app"], [2, "x"])],
      [11, message([1, "empty"])],
    );
    const body = document("v1", "ConfigMap", message([1, meta], [2, message([1, "k"], [2, "v"])], [4, 1]));
    expect(decodeProtobuf(body)).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", creationTimestamp: null, labels: { app: "x", empty: "" } },
      data: { k: "v" },
      immutable: true,
    });
  });

  it("reads bytes as base64, and whole numbers below zero", () => {
    const secret = document("v1", "Secret", message([2, message([1, "k"], [2, Buffer.from([0, 255])])], [3, "Opaque"]));
    expect(decodeProtobuf(secret)).toMatchObject({ data: { k: "AP8=" }, type: "Opaque" });
    const negative = document("apps/v1", "Deployment", message([2, message([1, -1])]));
    expect(decodeProtobuf(negative)).toMatchObject({ spec: { replicas: -1 } });
  });

  it.each([
    ["a number", message([1, 0], [2, 8080], [3, ""]), 8080],
    ["a name", message([1, 1], [2, 0], [3, "http"]), "http"],
  ])("reads a target port that is %s", (_what, targetPort, expected) => {
    const service = document("v1", "Service", message([2, message([1, message([3, 80], [4, targetPort])])]));
    expect(decodeProtobuf(service)).toMatchObject({ spec: { ports: [{ port: 80, targetPort: expected }] } });
  });

  it("puts the fields of inlined messages in their parent", () => {
    const volume = message([1, "v"], [2, message([19, message([1, message([1, "settings"])])])]);
    const pod = document("v1", "Pod", message([2, message([1, volume])]));
    expect(decodeProtobuf(pod)).toMatchObject({ spec: { volumes: [{ name: "v", configMap: { name: "settings" } }] } });
  });

  it("reads what kubectl makes besides workloads", () => {
    const rule = message([1, "get"], [2, ""], [3, "pods"]);
    const role = document("rbac.authorization.k8s.io/v1", "Role", message([1, message([1, "viewer"])], [2, rule]));
    expect(decodeProtobuf(role)).toMatchObject({
      kind: "Role",
      rules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }],
    });
    const scaler = document("autoscaling/v2", "HorizontalPodAutoscaler", message([2, message([2, 1], [3, 5])]));
    expect(decodeProtobuf(scaler)).toMatchObject({ spec: { minReplicas: 1, maxReplicas: 5 } });
    const budget = document("policy/v1", "PodDisruptionBudget", message([2, message([1, message([1, 0], [2, 2])])]));
    expect(decodeProtobuf(budget)).toMatchObject({ spec: { minAvailable: 2 } });
  });

  it("reads times in whole and in micro seconds", () => {
    const at = [
      [1, 1_767_323_045],
      [2, 123_456_000],
    ] as const;
    const lease = document(
      "coordination.k8s.io/v1",
      "Lease",
      message([1, message([8, message(...at)])], [2, message([3, message(...at)])]),
    );
    expect(decodeProtobuf(lease)).toMatchObject({
      metadata: { creationTimestamp: "2026-01-02T03:04:05Z" },
      spec: { acquireTime: "2026-01-02T03:04:05.123456Z" },
    });
  });

  it.each([
    ["no magic", Buffer.from("{}"), /no Kubernetes protobuf/],
    ["an unknown kind", document("batch/v1", "Job", Buffer.alloc(0)), /Job of batch\/v1 is not read/],
    ["an unknown field", document("v1", "ConfigMap", message([99, "x"])), /field 99/],
    ["a message that is cut short", document("v1", "ConfigMap", message([1, "abc"])).subarray(0, -1), /cut short/],
    ["a text where a number should be", document("v1", "ConfigMap", message([1, 5])), /another type/],
  ])("refuses %s", (_what, body, expected) => {
    expect(() => decodeProtobuf(body)).toThrow(expected);
  });
});
