import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";

import { TidegateError } from "../../api/error.ts";
import type { ConfigSource } from "./environment.ts";
import type { Container, KeyToPath, Pod, Volume } from "./podTypes.ts";

type Content = ReadonlyMap<string, Buffer>;

/**
 * Makes the directories of the pod's volumes. A process has no mounts of its own, so each container finds the
 * directory of a volume in a variable: see `volumeVariables`. Throws NODE_CONTAINER_CONFIG for what is missing.
 */
export async function prepareVolumes(
  pod: Pod,
  directory: string,
  config: ConfigSource,
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    const path = volume.hostPath?.path ?? join(directory, volume.name);
    // Service account tokens of a real cluster; processes of this node have no use for them.
    if (volume.projected !== undefined) continue;
    await fill(path, volume, config);
    paths.set(volume.name, path);
  }
  return paths;
}

/** `TIDEGATE_VOLUME_<NAME>`, the volume's name in capitals with `_` for other characters, for each mount. */
export function volumeVariables(container: Container, paths: ReadonlyMap<string, string>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { name, subPath } of container.volumeMounts ?? []) {
    const path = paths.get(name);
    if (path === undefined) continue;
    variables[`TIDEGATE_VOLUME_${name.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_")}`] = inside(path, subPath ?? "");
  }
  return variables;
}

async function fill(path: string, volume: Volume, config: ConfigSource): Promise<void> {
  if (volume.hostPath !== undefined) return;
  const content = contentOf(volume, config);
  await mkdir(path, { recursive: true });
  for (const [name, data] of content) {
    const file = inside(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, data, { mode: volume.secret === undefined ? 0o644 : 0o600 });
  }
}

function contentOf(volume: Volume, { configMaps, secrets }: ConfigSource): Content {
  if (volume.emptyDir !== undefined) return new Map();
  if (volume.configMap !== undefined) {
    const { name = "", items, optional } = volume.configMap;
    const found = configMaps.get(name);
    if (found === undefined) return missing(optional, `configmap "${name}" not found`);
    const text = Object.entries(found.data ?? {}).map(([key, value]): [string, Buffer] => [key, Buffer.from(value)]);
    return select(new Map([...text, ...decoded(found.binaryData)]), items, `configmap "${name}"`);
  }
  if (volume.secret !== undefined) {
    const { secretName = "", items, optional } = volume.secret;
    const found = secrets.get(secretName);
    if (found === undefined) return missing(optional, `secret "${secretName}" not found`);
    return select(new Map(decoded(found.data)), items, `secret "${secretName}"`);
  }
  return refuse(`volume "${volume.name}": this node knows emptyDir, hostPath, configMap and secret`);
}

function decoded(data: Record<string, string> | undefined): [string, Buffer][] {
  return Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64")]);
}

function select(content: Content, items: readonly KeyToPath[] | undefined, where: string): Content {
  if (items === undefined) return content;
  return new Map(items.map(({ key, path }) => [path, content.get(key) ?? refuse(`${where} has no key "${key}"`)]));
}

/** The path below the directory; never one outside of it. */
function inside(directory: string, path: string): string {
  const joined = normalize(join(directory, path));
  if (joined !== directory && !joined.startsWith(`${directory}/`)) refuse(`"${path}" leads out of the volume`);
  return joined;
}

function missing(optional: boolean | undefined, message: string): Content {
  return optional === true ? new Map() : refuse(message);
}

function refuse(message: string): never {
  throw new TidegateError("NODE_CONTAINER_CONFIG", message, { retry: "later" });
}
