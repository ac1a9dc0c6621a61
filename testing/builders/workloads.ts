import type { KubeObject } from "../../src/api/object.ts";
import type { Service } from "../../src/embedded/controllers/endpointslice/types.ts";
import type { Deployment, Node, Pod, PodTemplate, ReplicaSet } from "../../src/embedded/controllers/workloadTypes.ts";

const builtAt = "2026-01-01T00:00:00Z";

export function aTemplate(image = "shop:1", labels: Record<string, string> = {}): PodTemplate {
  return { metadata: { labels: { app: "shop", ...labels } }, spec: { containers: [{ name: "shop", image }] } };
}

type DeploymentParts = Partial<Deployment["spec"]> & {
  readonly image?: string;
  readonly metadata?: Partial<Deployment["metadata"]>;
  readonly status?: Deployment["status"];
};

/** A Deployment `shop` of 4 pods that rolls 1 by 1. */
export function aDeployment({ image = "shop:1", metadata, status, ...spec }: DeploymentParts = {}): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "shop",
      namespace: "prod",
      uid: "deployment",
      generation: 1,
      creationTimestamp: builtAt,
      ...metadata,
    },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: "shop" } },
      template: aTemplate(image),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  };
}

type ReplicaSetParts = {
  readonly name?: string;
  readonly image?: string;
  readonly replicas?: number;
  /** Pods that run and are available; as many as replicas when absent. */
  readonly available?: number;
  readonly revision?: number;
  readonly desired?: number;
  readonly max?: number;
  readonly createdAt?: string;
  readonly owner?: string | undefined;
  readonly metadata?: Partial<ReplicaSet["metadata"]>;
};

/** A ReplicaSet that the Deployment `shop` made, settled at its size. */
export function aReplicaSet(parts: ReplicaSetParts = {}): ReplicaSet {
  const { name = "shop-a", image = "shop:1", replicas = 4, revision = 1, createdAt = builtAt } = parts;
  const { available = replicas, desired = 4, max = 5, owner = "deployment" } = parts;
  const labels = { app: "shop", "pod-template-hash": name };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      namespace: "prod",
      uid: name,
      generation: 1,
      creationTimestamp: createdAt,
      labels,
      annotations: {
        "deployment.kubernetes.io/revision": String(revision),
        "deployment.kubernetes.io/desired-replicas": String(desired),
        "deployment.kubernetes.io/max-replicas": String(max),
      },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "shop", uid: owner, controller: true }],
      ...parts.metadata,
    },
    spec: { replicas, selector: { matchLabels: labels }, template: aTemplate(image, labels) },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  };
}

type PodParts = {
  readonly name?: string;
  readonly node?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly readyAt?: string;
  readonly ip?: string;
  readonly restarts?: number;
  readonly owner?: string;
  readonly labels?: Record<string, string>;
  readonly spec?: Partial<Pod["spec"]>;
  readonly metadata?: Partial<Pod["metadata"]>;
};

/** A pod of the ReplicaSet `shop-a` that runs, ready since the cluster was built. */
export function aWorkloadPod(parts: PodParts = {}): Pod {
  const {
    name = "shop-a-1",
    node = "node-1",
    phase = "Running",
    ready = true,
    readyAt = builtAt,
    owner = "shop-a",
  } = parts;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "prod",
      uid: name,
      creationTimestamp: builtAt,
      labels: { app: "shop", "pod-template-hash": "shop-a", ...parts.labels },
      ...(owner === ""
        ? {}
        : {
            ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: owner, controller: true }],
          }),
      ...parts.metadata,
    },
    spec: {
      ...(node === "" ? {} : { nodeName: node }),
      containers: [{ name: "shop", ports: [{ name: "http", containerPort: 8080 }] }],
      ...parts.spec,
    },
    status: {
      phase,
      ...(parts.ip === "" ? {} : { podIP: parts.ip ?? "10.0.0.1", podIPs: [{ ip: parts.ip ?? "10.0.0.1" }] }),
      conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: readyAt }],
      containerStatuses: [{ restartCount: parts.restarts ?? 0 }],
    },
  };
}

export function aService(spec: Partial<Service["spec"]> = {}, metadata: Partial<Service["metadata"]> = {}): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "shop", namespace: "prod", uid: "service", ...metadata },
    spec: {
      selector: { app: "shop" },
      ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080 }],
      ...spec,
    },
  };
}

export function aNode(
  name = "node-1",
  { ready = true, ...spec }: { ready?: boolean; unschedulable?: boolean } = {},
): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, uid: name },
    spec,
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

export function aConfigMap(name: string, metadata: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "prod", uid: name, ...metadata } };
}
