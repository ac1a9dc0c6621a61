import { isTidegateError, TidegateError } from "../api/error.ts";
import type { AnyObject, KubeObject, ResourceType } from "../api/object.ts";
import type { Caller } from "./caller.ts";
import { describeTarget, resourcePath, withQuery } from "./paths.ts";
import type { List, ListOptions } from "./types.ts";

type Page = {
  readonly items: AnyObject[];
  readonly resourceVersion: string;
  readonly continueToken: string | undefined;
};

const defaultPageSize = 500;
const defaultTimeoutMs = 10_000;

function parsePage(answer: unknown, call: string, resource: ResourceType): Page {
  const list = answer as { items?: unknown; metadata?: { resourceVersion?: string; continue?: string } } | null;
  if (!Array.isArray(list?.items) && list?.items !== null) {
    throw new TidegateError("KUBE_BAD_ANSWER", `${call}: the answer is not a list`, { retry: "later" });
  }
  const items = (list?.items ?? []) as AnyObject[];
  const token = list?.metadata?.continue;
  return {
    items: items.map((item) => withType(item, resource)),
    resourceVersion: list?.metadata?.resourceVersion ?? "",
    continueToken: token === "" ? undefined : token,
  };
}

/** Items of a list of a built-in kind come without kind and apiVersion; events of a watch have them. */
function withType(item: AnyObject, { group, version, kind }: ResourceType): AnyObject {
  if (item.kind !== undefined && item.apiVersion !== undefined) return item;
  return { ...item, apiVersion: group === "" ? version : `${group}/${version}`, kind };
}

async function* pages(caller: Caller, resource: ResourceType, options: ListOptions): AsyncGenerator<Page> {
  const {
    namespace,
    labelSelector,
    fieldSelector,
    limit = defaultPageSize,
    resourceVersion,
    signal,
    timeoutMs = defaultTimeoutMs,
  } = options;
  const call = `list ${describeTarget(resource, { namespace })}`;
  const path = resourcePath(resource, { namespace });
  let continueToken: string | undefined;
  do {
    const query = {
      labelSelector,
      fieldSelector,
      limit: limit === 0 ? undefined : limit,
      // A continue token carries its own version; servers refuse both.
      resourceVersion: continueToken === undefined ? resourceVersion : undefined,
      continue: continueToken,
    };
    const answer = await caller.call({ method: "GET", path: withQuery(path, query), call, signal, timeoutMs });
    const page = parsePage(answer, call, resource);
    continueToken = page.continueToken;
    yield page;
  } while (continueToken !== undefined);
}

/**
 * All pages. When the continue token expires on the way (410) it starts again, the second time without pages. With
 * `onPage` it throws KUBE_GONE instead, because what was handed out cannot be taken back.
 */
export async function listAll<T extends KubeObject>(
  caller: Caller,
  resource: ResourceType,
  options: ListOptions,
): Promise<List<T>> {
  try {
    return await listOnce<T>(caller, resource, options);
  } catch (error) {
    if (!isTidegateError(error, "KUBE_GONE") || options.onPage !== undefined) throw error;
    return listOnce<T>(caller, resource, { ...options, limit: 0 });
  }
}

async function listOnce<T extends KubeObject>(
  caller: Caller,
  resource: ResourceType,
  options: ListOptions,
): Promise<List<T>> {
  const items: AnyObject[] = [];
  let resourceVersion = "";
  for await (const page of pages(caller, resource, options)) {
    resourceVersion = page.resourceVersion;
    if (options.onPage !== undefined) options.onPage(page.items);
    else for (const item of page.items) items.push(item);
  }
  return { items: items as KubeObject[] as T[], resourceVersion };
}
