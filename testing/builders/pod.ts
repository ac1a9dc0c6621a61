import type { Container, Pod, PodSpec } from "../../src/embedded/node/podTypes.ts";

export type PodParts = Partial<Omit<PodSpec, "containers">> & {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly containers?: readonly Container[];
};

/** A pod with one container, for tests. */
export function aPod(parts: PodParts = {}): Pod {
  const { name = "web-1", namespace = "shop", uid = "uid-1", labels, annotations, containers, ...spec } = parts;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      uid,
      generation: 1,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      nodeName: "node-1",
      ...spec,
      containers: containers ?? [{ name: "web", image: "shop:1", command: ["true"] }],
    },
  };
}
