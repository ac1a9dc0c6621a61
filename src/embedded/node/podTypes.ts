import type { Condition, KubeObject, ObjectMeta } from "../../api/object.ts";

/** The fields of a Pod that the node reads or writes. */
export type Pod = KubeObject & { metadata: ObjectMeta; spec: PodSpec; status?: PodStatus };

export type RestartPolicy = "Always" | "OnFailure" | "Never";

export type PodSpec = {
  readonly nodeName?: string;
  readonly restartPolicy?: RestartPolicy;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly terminationGracePeriodSeconds?: number;
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly readinessGates?: readonly { readonly conditionType: string }[];
};

export type Container = {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvSource[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler; readonly stopSignal?: string };
  /** Only `Always`, and only on an init container: it runs beside the others. */
  readonly restartPolicy?: string;
};

export type Quantities = Readonly<Record<string, string | number>>;

export type EnvVar = { readonly name: string; readonly value?: string; readonly valueFrom?: EnvVarSource };

export type KeyRef = { readonly name?: string; readonly key: string; readonly optional?: boolean };

export type EnvVarSource = {
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: {
    readonly resource: string;
    readonly containerName?: string;
    readonly divisor?: string | number;
  };
  readonly configMapKeyRef?: KeyRef;
  readonly secretKeyRef?: KeyRef;
};

export type EnvSource = {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name?: string; readonly optional?: boolean };
  readonly secretRef?: { readonly name?: string; readonly optional?: boolean };
};

export type KeyToPath = { readonly key: string; readonly path: string };

export type Volume = {
  readonly name: string;
  readonly emptyDir?: object;
  readonly hostPath?: { readonly path: string };
  readonly projected?: object;
  readonly configMap?: { readonly name?: string; readonly items?: readonly KeyToPath[]; readonly optional?: boolean };
  readonly secret?: {
    readonly secretName?: string;
    readonly items?: readonly KeyToPath[];
    readonly optional?: boolean;
  };
};

export type HttpGet = {
  readonly path?: string;
  readonly port: number | string;
  readonly host?: string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
};

export type Handler = {
  readonly httpGet?: HttpGet;
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly sleep?: { readonly seconds: number };
  readonly grpc?: object;
};

export type Probe = Handler & {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
};

export type Waiting = { readonly reason: string; readonly message?: string };
export type Running = { readonly startedAt: string };
export type Terminated = {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly containerID?: string;
};

export type ContainerState = {
  readonly waiting?: Waiting;
  readonly running?: Running;
  readonly terminated?: Terminated;
};

export type ContainerStatus = {
  readonly name: string;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
};

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed";

/** Unlike most conditions, a pod's may leave out reason and message. */
export type PodCondition = Pick<Condition, "type" | "status"> &
  Partial<Omit<Condition, "type" | "status" | "lastTransitionTime">> & { readonly lastTransitionTime?: string | null };

export type PodStatus = {
  readonly observedGeneration?: number;
  readonly phase?: PodPhase;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: readonly PodCondition[];
  readonly hostIP?: string;
  readonly hostIPs?: readonly { readonly ip: string }[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly startTime?: string;
  readonly qosClass?: string;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
};

export type ConfigMap = KubeObject & { data?: Record<string, string>; binaryData?: Record<string, string> };
export type Secret = KubeObject & { data?: Record<string, string> };
