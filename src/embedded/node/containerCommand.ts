import { mkdir } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";

import { TidegateError } from "../../api/error.ts";
import type { KubeClient } from "../../kube/types.ts";
import { readConfig } from "./configSource.ts";
import type { PodPlace } from "./environment.ts";
import { resolveEnvironment } from "./environment.ts";
import { expandVariables } from "./expansion.ts";
import type { Container, Pod } from "./podTypes.ts";
import { ownerVariable } from "./processTable.ts";
import { prepareVolumes, volumeVariables } from "./volumes.ts";

export type ContainerCommand = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
};

export type CommandInput = {
  readonly client: KubeClient;
  readonly pod: Pod;
  readonly container: Container;
  readonly place: PodPlace;
  /** The pod's own directory. */
  readonly directory: string;
  readonly defaultWorkingDir: string;
  /** The mark of the pod's processes. */
  readonly owner: string;
  readonly signal: AbortSignal;
};

/** Everything that starting the container's process needs. Throws NODE_CONTAINER_CONFIG, or KUBE_* from reading. */
export async function containerCommand(input: CommandInput): Promise<ContainerCommand> {
  const { pod, container } = input;
  refuseUnservable(container);
  const config = await readConfig(input.client, pod, container, input.signal);
  const variables = resolveEnvironment({ pod, container, place: input.place, config });
  const volumes = await prepareVolumes(pod, join(input.directory, "volumes"), config);
  const home = join(input.directory, "home");
  const temporary = join(input.directory, "tmp");
  await Promise.all([mkdir(home, { recursive: true }), mkdir(temporary, { recursive: true })]);
  return {
    argv: [...(container.command ?? []), ...(container.args ?? [])].map((text) => expandVariables(text, variables)),
    cwd: resolve(input.defaultWorkingDir, container.workingDir ?? "."),
    env: {
      PATH: searchPath(),
      HOME: home,
      TMPDIR: temporary,
      LANG: "C.UTF-8",
      TIDEGATE_IMAGE: container.image ?? "",
      [ownerVariable]: input.owner,
      ...volumeVariables(container, volumes),
      ...Object.fromEntries(variables),
    },
  };
}

/** Says what this node cannot do before it half does it. */
function refuseUnservable(container: Container): void {
  if ((container.command ?? []).length === 0) {
    refuse("this node runs pods as local processes: give the container a command");
  }
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
  if (probes.some((probe) => probe?.grpc !== undefined)) {
    refuse("this node has no gRPC probes: use httpGet, tcpSocket or exec");
  }
}

function refuse(message: string): never {
  throw new TidegateError("NODE_CONTAINER_CONFIG", message, { retry: "never" });
}

/** `node` means the one that runs this, whatever else the machine has. */
function searchPath(): string {
  return [dirname(process.execPath), process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"].join(delimiter);
}
