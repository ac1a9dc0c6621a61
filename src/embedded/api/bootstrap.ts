import type { AnyObject } from "../../api/object.ts";
import type { Context } from "./context.ts";
import { createObject } from "./create.ts";
import { systemCall } from "./customResources.ts";
import { equalJson } from "./json.ts";
import { replaceObject } from "./update.ts";

const systemNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];
/** The first address of the service range, where clients inside a cluster expect the API. */
const kubernetesServiceIP = "10.96.0.1";

/** Makes what every cluster has from the start, as far as it is not there yet. */
export function bootstrap(context: Context, port: number): void {
  for (const name of systemNamespaces)
    ensure(context, "namespaces", undefined, name, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  ensure(context, "services", "default", "kubernetes", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kubernetes", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: kubernetesServiceIP,
      clusterIPs: [kubernetesServiceIP],
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: port }],
    },
  });
}

function ensure(context: Context, plural: string, namespace: string | undefined, name: string, object: unknown): void {
  const served = context.registry.find("", "v1", plural);
  if (served === undefined || context.store.get(served.collection, namespace, name) !== undefined) return;
  createObject(context, systemCall(served, namespace, ""), object);
}

/** Makes these CustomResourceDefinitions, or brings their `spec` up to date. */
export function installDefinitions(context: Context, definitions: readonly AnyObject[]): void {
  const served = context.registry.find("apiextensions.k8s.io", "v1", "customresourcedefinitions");
  if (served === undefined) return;
  for (const definition of definitions) {
    const { name } = definition.metadata;
    const stored = context.store.get(served.collection, undefined, name)?.object;
    if (stored === undefined) {
      createObject(context, systemCall(served, undefined, ""), definition);
    } else if (!equalJson(stored["spec"], definition["spec"])) {
      replaceObject(context, systemCall(served, undefined, name), { ...stored, spec: definition["spec"] });
    }
  }
}
