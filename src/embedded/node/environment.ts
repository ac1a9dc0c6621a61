import { TidegateError } from "../../api/error.ts";
import { expandVariables } from "./expansion.ts";
import type { ConfigMap, Container, EnvSource, EnvVarSource, KeyRef, Pod, Secret } from "./podTypes.ts";
import { parseQuantity } from "./quantity.ts";

/** The ConfigMaps and Secrets of the pod's namespace, by name, as far as the pod refers to them. */
export type ConfigSource = {
  readonly configMaps: ReadonlyMap<string, ConfigMap>;
  readonly secrets: ReadonlyMap<string, Secret>;
};

/** What only the node knows of a pod. */
export type PodPlace = { readonly podIP: string; readonly hostIP: string; readonly nodeName: string };

export type EnvironmentInput = {
  readonly pod: Pod;
  readonly container: Container;
  readonly place: PodPlace;
  readonly config: ConfigSource;
};

/**
 * The variables that the pod gives to a container: `envFrom`, then `env` in order, each seeing those before it.
 * Throws NODE_CONTAINER_CONFIG when something that is not optional is missing.
 */
export function resolveEnvironment(input: EnvironmentInput): Map<string, string> {
  const variables = new Map<string, string>();
  for (const source of input.container.envFrom ?? []) {
    for (const [key, value] of entriesOf(source, input)) variables.set(`${source.prefix ?? ""}${key}`, value);
  }
  for (const { name, value, valueFrom } of input.container.env ?? []) {
    const resolved = valueFrom === undefined ? expandVariables(value ?? "", variables) : valueOf(valueFrom, input);
    if (resolved !== undefined) variables.set(name, resolved);
  }
  return variables;
}

function entriesOf(source: EnvSource, { config }: EnvironmentInput): [string, string][] {
  const { configMapRef, secretRef } = source;
  if (configMapRef !== undefined) {
    const found = config.configMaps.get(configMapRef.name ?? "");
    if (found === undefined) refuseUnless(configMapRef.optional, `configmap "${configMapRef.name}" not found`);
    return Object.entries(found?.data ?? {});
  }
  if (secretRef === undefined) return [];
  const found = config.secrets.get(secretRef.name ?? "");
  if (found === undefined) refuseUnless(secretRef.optional, `secret "${secretRef.name}" not found`);
  return Object.entries(found?.data ?? {}).map(([key, value]) => [key, decode(value).toString()]);
}

function valueOf(source: EnvVarSource, input: EnvironmentInput): string | undefined {
  if (source.fieldRef !== undefined) return fieldValue(source.fieldRef.fieldPath, input);
  if (source.resourceFieldRef !== undefined) return resourceValue(source.resourceFieldRef, input);
  if (source.configMapKeyRef !== undefined) return configMapValue(source.configMapKeyRef, input);
  if (source.secretKeyRef !== undefined) return secretValue(source.secretKeyRef, input);
  return undefined;
}

function configMapValue(ref: KeyRef, { config, pod }: EnvironmentInput): string | undefined {
  const found = config.configMaps.get(ref.name ?? "");
  if (found === undefined) return refuseUnless(ref.optional, `configmap "${ref.name}" not found`);
  const where = `ConfigMap ${pod.metadata.namespace}/${ref.name}`;
  return found.data?.[ref.key] ?? refuseUnless(ref.optional, `couldn't find key ${ref.key} in ${where}`);
}

function secretValue(ref: KeyRef, { config, pod }: EnvironmentInput): string | undefined {
  const found = config.secrets.get(ref.name ?? "");
  if (found === undefined) return refuseUnless(ref.optional, `secret "${ref.name}" not found`);
  const value = found.data?.[ref.key];
  if (value !== undefined) return decode(value).toString();
  return refuseUnless(ref.optional, `couldn't find key ${ref.key} in Secret ${pod.metadata.namespace}/${ref.name}`);
}

/** A field of the pod as `fieldRef` names it. Throws NODE_CONTAINER_CONFIG for a path that is not known. */
export function fieldValue(path: string, { pod, place }: Pick<EnvironmentInput, "pod" | "place">): string {
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/u.exec(path);
  if (subscript !== null) {
    const [, map, key = ""] = subscript;
    return (map === "labels" ? pod.metadata.labels : pod.metadata.annotations)?.[key] ?? "";
  }
  const value = plainFields(pod, place)[path];
  return value ?? refuse(`fieldRef "${path}" is not known`);
}

function plainFields(pod: Pod, place: PodPlace): Readonly<Record<string, string | undefined>> {
  return {
    "metadata.name": pod.metadata.name,
    "metadata.namespace": pod.metadata.namespace ?? "",
    "metadata.uid": pod.metadata.uid ?? "",
    "spec.nodeName": place.nodeName,
    "spec.serviceAccountName": pod.spec.serviceAccountName ?? "default",
    "status.hostIP": place.hostIP,
    "status.hostIPs": place.hostIP,
    "status.podIP": place.podIP,
    "status.podIPs": place.podIP,
  };
}

function resourceValue(
  ref: NonNullable<EnvVarSource["resourceFieldRef"]>,
  { pod, container }: EnvironmentInput,
): string {
  const name = ref.containerName;
  const of = name === undefined ? container : pod.spec.containers.find((other) => other.name === name);
  const [kind, resource = ""] = ref.resource.split(".", 2);
  if (of === undefined || (kind !== "requests" && kind !== "limits"))
    refuse(`resourceFieldRef "${ref.resource}" is not known`);
  // A limit that is not written is what the node has; 0 says "none" without pretending to a figure.
  const amount = parseQuantity(of.resources?.[kind]?.[resource] ?? of.resources?.limits?.[resource] ?? 0);
  const divisor = parseQuantity(ref.divisor ?? 1);
  if (amount === undefined || divisor === undefined) refuse(`resourceFieldRef "${ref.resource}" is not a quantity`);
  return String(Math.ceil(amount / (divisor === 0 ? 1 : divisor)));
}

function decode(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

function refuseUnless(optional: boolean | undefined, message: string): undefined {
  if (optional !== true) refuse(message);
  return undefined;
}

function refuse(message: string): never {
  throw new TidegateError("NODE_CONTAINER_CONFIG", message, { retry: "later" });
}
