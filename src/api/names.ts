/** Labels, annotations, finalizers and generated names. All of it is public API. */

export const group = "tidegate.dev";
export const version = "v1alpha1";
export const apiVersion = `${group}/${version}`;

export const labels = {
  /** On a Deployment: changes of its template are held for Tidegate. */
  managed: "tidegate.dev/managed",
  /** On what Tidegate makes: the Delivery it was made for. */
  delivery: "tidegate.dev/delivery",
  release: "tidegate.dev/release",
  track: "tidegate.dev/track",
  podTemplateHash: "pod-template-hash",
} as const;

export const annotations = {
  /** On a Deployment: why it is held paused. */
  held: "tidegate.dev/held",
  /** On a Gateway: where its data plane serves Prometheus metrics. */
  metricsUrl: "tidegate.dev/metrics-url",
  /** On a Delivery: leave even though the Deployment's spec holds a rejected template, and roll it out. */
  releaseRejected: "tidegate.dev/release-rejected",
  desiredReplicas: "deployment.kubernetes.io/desired-replicas",
  maxReplicas: "deployment.kubernetes.io/max-replicas",
  revision: "deployment.kubernetes.io/revision",
} as const;

export const finalizer = "tidegate.dev/delivery";
/** While a release is on its way this keeps it, and with it the contender that it owns, from being deleted. */
export const releaseFinalizer = "tidegate.dev/release";
export const fieldManager = "tidegate";
export const probeHeader = "x-tidegate-probe";

/** Names of the rules that Tidegate adds to a route begin with this. */
export const ruleNamePrefix = "tidegate-";

export function releaseName(delivery: string, number: number): string {
  return `${delivery}-${number}`;
}

export function contenderServiceName(service: string): string {
  return `${service}-contender`;
}
