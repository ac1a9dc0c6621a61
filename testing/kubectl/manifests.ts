type Json = Record<string, unknown>;

export type AppOptions = {
  readonly image?: string;
  readonly replicas?: number;
  readonly env?: Readonly<Record<string, string>>;
};

/** The shop of the examples, which serves HTTP and is ready when it does. */
export function shop(name: string, { image = "shop:v1", replicas = 1, env = {} }: AppOptions = {}): Json {
  const podIP = { name: "POD_IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.podIP" } } };
  const container = {
    name: "shop",
    image,
    command: ["node", "examples/shop/server.js"],
    env: [podIP, ...Object.entries(env).map(([key, value]) => ({ name: key, value }))],
    ports: [{ name: "http", containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 1 },
  };
  return deployment(name, replicas, container);
}

/** A Deployment whose pods do nothing: ready at once and cheap. */
export function idle(name: string, { image = "idle:v1", replicas = 1 }: AppOptions = {}): Json {
  return deployment(name, replicas, { name: "idle", image, command: ["sleep", "600"] });
}

function deployment(name: string, replicas: number, container: Json): Json {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 2, containers: [container] } },
    },
  };
}

/** A pod that runs a shell script. */
export function script(name: string, text: string, spec: Json = {}): Json {
  const containers = [{ name: "main", image: "script:v1", command: ["sh", "-c", text] }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, containers, ...spec },
  };
}

export function service(name: string): Json {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
  };
}

export function configMap(name: string, data: Readonly<Record<string, string>>): Json {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

/** Several objects in one file. */
export function list(...items: readonly Json[]): Json {
  return { apiVersion: "v1", kind: "List", items };
}

export function delivery(name: string): Json {
  return {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Delivery",
    metadata: { name },
    spec: {
      workload: { name },
      service: { name, port: "http" },
      plan: { steps: [{ weight: 5, for: "1m" }, { weight: 100 }] },
    },
  };
}

export function release(name: string): Json {
  const revision = { templateHash: "abc", images: ["shop:v2"] };
  return {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Release",
    metadata: { name },
    spec: { delivery: "shop", number: 2, workload: { kind: "Deployment", name: "shop", uid: "u" }, revision },
  };
}
