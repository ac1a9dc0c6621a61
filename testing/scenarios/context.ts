import type { AnyObject, ResourceType } from "../../src/api/object.ts";
import type { ResourceMapper } from "../../src/kube/discovery.ts";
import type { KubeClient } from "../../src/kube/types.ts";
import type { Load } from "../load/startLoad.ts";
import type { LoadReport } from "../load/report.ts";
import type { Bed } from "./bed.ts";

/** What the steps of one scenario share. */
export type ScenarioContext = {
  readonly bed: Bed;
  readonly client: KubeClient;
  readonly mapper: ResourceMapper;
  readonly namespace: string;
  /** Folder of the scenario file. */
  readonly folder: string;
  /** Where the scenario's Gateway is reached. */
  readonly url: string;
  /** What stands for `$NAME` in manifests. */
  readonly variables: Readonly<Record<string, string>>;
  readonly loads: Map<string, Load>;
  readonly loadReports: Map<string, LoadReport>;
  readonly remembered: Map<string, unknown>;
  /** Things that run beside the steps and end with the scenario. */
  readonly background: Map<string, { stop(): Promise<void>; readonly count: () => number }>;
  /** Aborted when the scenario is over or its time is. */
  readonly signal: AbortSignal;
};

export async function resourceOf({ mapper, signal }: ScenarioContext, kind: string): Promise<ResourceType> {
  return mapper.byName(kind, { signal });
}

/** Undefined when it does not exist. */
export async function findObject(context: ScenarioContext, kind: string, name: string): Promise<AnyObject | undefined> {
  const resource = await resourceOf(context, kind);
  const ref = resource.namespaced ? { namespace: context.namespace, name } : { name };
  try {
    return await context.client.get(resource, ref, { signal: context.signal });
  } catch (error) {
    if ((error as { code?: string }).code === "KUBE_NOT_FOUND") return undefined;
    throw error;
  }
}
