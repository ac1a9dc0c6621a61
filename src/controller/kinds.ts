import type { Condition, KubeObject, LabelSelector } from "../api/object.ts";

/** The fields of Kubernetes' own kinds that the controller looks at. */

export type PodTemplate = {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    containers: { name: string; image?: string }[];
    initContainers?: { image?: string }[];
    [field: string]: unknown;
  };
};

export type Deployment = KubeObject & {
  spec: {
    replicas?: number;
    paused?: boolean;
    selector: LabelSelector;
    template: PodTemplate;
    minReadySeconds?: number;
    strategy?: { type?: string };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
  };
};

export type ReplicaSet = KubeObject & {
  spec: { replicas?: number; selector: LabelSelector; template: PodTemplate; minReadySeconds?: number };
  status?: { replicas?: number; readyReplicas?: number; availableReplicas?: number; observedGeneration?: number };
};

export type ContainerStatus = {
  name: string;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string }; running?: { startedAt?: string } };
};

export type Pod = KubeObject & {
  spec: { containers: { name: string; ports?: { name?: string; containerPort: number }[] }[] };
  status?: {
    phase?: string;
    podIP?: string;
    startTime?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
};

export type Service = KubeObject & {
  spec: {
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; protocol?: string; targetPort?: number | string; appProtocol?: string }[];
    type?: string;
    clusterIP?: string;
  };
};

export type EndpointSlice = KubeObject & {
  endpoints?:
    | { addresses: string[]; conditions?: { ready?: boolean }; targetRef?: { kind?: string; name?: string } }[]
    | null;
};
