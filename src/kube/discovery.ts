import { isTidegateError, TidegateError } from "../api/error.ts";
import type { ResourceType } from "../api/object.ts";
import type { ServedResource } from "./discoveryDocuments.ts";
import { groupVersionsOf, resourcesOfAggregated, resourcesOfVersion } from "./discoveryDocuments.ts";
import type { CallOptions, KubeClient } from "./types.ts";

export type { ServedResource } from "./discoveryDocuments.ts";

export interface ResourceMapper {
  /**
   * The resource of a word as people type it: kind, plural, singular or short name in any case, also with its group
   * (`deployments.apps`, `dl.tidegate.dev`). Asks the server again when it is unknown; KUBE_NOT_FOUND when that does
   * not help either.
   */
  byName(word: string, options?: CallOptions): Promise<ResourceType>;
  /** The resource of an object. As above. */
  byKind(apiVersion: string, kind: string, options?: CallOptions): Promise<ResourceType>;
  /** Everything that is served, preferred versions first. */
  all(options?: CallOptions): Promise<readonly ServedResource[]>;
  /** Forgets what it knows, for example after a CustomResourceDefinition was applied. */
  reset(): void;
}

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
/** Of groups that are asked for one by one. */
const maxGroupVersions = 500;

/** What a server serves, read when first needed: two requests, or one per group version from older servers. */
export function createResourceMapper(client: KubeClient): ResourceMapper {
  let known: Promise<readonly ServedResource[]> | undefined;

  function all(options: CallOptions = {}): Promise<readonly ServedResource[]> {
    known ??= discover(client, options).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  async function find(
    matches: (served: ServedResource) => boolean,
    what: string,
    options: CallOptions,
  ): Promise<ResourceType> {
    const wasKnown = known !== undefined;
    let found = (await all(options)).find(matches);
    if (found === undefined && wasKnown) {
      known = undefined;
      found = (await all(options)).find(matches);
    }
    if (found === undefined) {
      throw new TidegateError(
        "KUBE_NOT_FOUND",
        `the server knows no ${what}; check the spelling, or install its CustomResourceDefinition`,
      );
    }
    return found.resource;
  }

  return {
    all,
    byName: (word, options = {}) => find((served) => isNamed(served, word.toLowerCase()), `kind ${word}`, options),
    byKind: (apiVersion, kind, options = {}) =>
      find(
        ({ resource }) => resource.kind === kind && versionOf(resource) === apiVersion,
        `kind ${kind} in ${apiVersion}`,
        options,
      ),
    reset() {
      known = undefined;
    },
  };
}

function versionOf({ group, version }: ResourceType): string {
  return group === "" ? version : `${group}/${version}`;
}

function isNamed({ resource, singular, shortNames }: ServedResource, word: string): boolean {
  const names = [resource.plural, singular, resource.kind.toLowerCase(), ...shortNames];
  return names.some((name) => name === word || (resource.group !== "" && `${name}.${resource.group}` === word));
}

async function discover(client: KubeClient, options: CallOptions): Promise<readonly ServedResource[]> {
  const found: ServedResource[] = [];
  for (const root of ["/api", "/apis"]) {
    const answer = await client.raw("GET", root, { ...options, accept: aggregated });
    const atOnce = resourcesOfAggregated(answer);
    if (atOnce !== undefined) {
      found.push(...atOnce);
      continue;
    }
    for (const groupVersion of groupVersionsOf(answer).slice(0, maxGroupVersions))
      found.push(...(await readVersion(client, root, groupVersion, options)));
  }
  return found;
}

/** An aggregated API whose server is down must not hide the others. */
async function readVersion(
  client: KubeClient,
  root: string,
  groupVersion: string,
  options: CallOptions,
): Promise<ServedResource[]> {
  try {
    return resourcesOfVersion(await client.raw("GET", `${root}/${groupVersion}`, options));
  } catch (error) {
    if (isTidegateError(error, "KUBE_SERVER_ERROR", "KUBE_NOT_FOUND", "KUBE_FORBIDDEN")) return [];
    throw error;
  }
}
