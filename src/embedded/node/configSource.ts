import { isTidegateError } from "../../api/error.ts";
import type { KubeObject, ResourceType } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { ConfigSource } from "./environment.ts";
import type { ConfigMap, Container, Pod, Secret } from "./podTypes.ts";

type References = { readonly configMaps: ReadonlySet<string>; readonly secrets: ReadonlySet<string> };

/** Reads the ConfigMaps and Secrets that the container and the pod's volumes name; those that do not exist are left out. */
export async function readConfig(
  client: KubeClient,
  pod: Pod,
  container: Container,
  signal: AbortSignal,
): Promise<ConfigSource> {
  const { configMaps, secrets } = referencesOf(pod, container);
  const readAll = async <T extends KubeObject>(
    resource: ResourceType,
    names: ReadonlySet<string>,
  ): Promise<Map<string, T>> => {
    const found = await Promise.all(
      [...names].map((name) => read<T>(client, resource, { namespace: pod.metadata.namespace, name }, signal)),
    );
    return new Map(found.flatMap((object) => (object === undefined ? [] : [[object.metadata.name, object] as const])));
  };
  return {
    configMaps: await readAll<ConfigMap>(resources.configMaps, configMaps),
    secrets: await readAll<Secret>(resources.secrets, secrets),
  };
}

async function read<T extends KubeObject>(
  client: KubeClient,
  resource: ResourceType,
  ref: { readonly namespace: string | undefined; readonly name: string },
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await client.get<T>(resource, ref, { signal });
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return undefined;
    throw error;
  }
}

function referencesOf(pod: Pod, container: Container): References {
  const configMaps: (string | undefined)[] = [];
  const secrets: (string | undefined)[] = [];
  for (const { valueFrom } of container.env ?? []) {
    configMaps.push(valueFrom?.configMapKeyRef?.name);
    secrets.push(valueFrom?.secretKeyRef?.name);
  }
  for (const source of container.envFrom ?? []) {
    configMaps.push(source.configMapRef?.name);
    secrets.push(source.secretRef?.name);
  }
  for (const volume of pod.spec.volumes ?? []) {
    configMaps.push(volume.configMap?.name);
    secrets.push(volume.secret?.secretName);
  }
  return { configMaps: named(configMaps), secrets: named(secrets) };
}

function named(names: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(names.filter((name) => name !== undefined && name !== "")) as ReadonlySet<string>;
}
