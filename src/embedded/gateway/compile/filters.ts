import type { FilterSpec, HeaderModifierSpec, MirrorSpec, PathModifierSpec, RedirectSpec } from "../apiTypes.ts";
import type { Backend, Filters, HeaderModifier, Mirror, PathModifier, Redirect, Rewrite } from "../routeTable.ts";

export const noFilters: Filters = {
  requestHeaders: [],
  responseHeaders: [],
  mirrors: [],
  redirect: undefined,
  rewrite: undefined,
};

export type FiltersResult = { readonly filters: Filters; readonly problem: string | undefined };

/**
 * A filter that is not supported is never skipped: it makes the whole rule fail, because a request must not pass
 * without what its filter was to do.
 */
export function compileFilters(
  specs: readonly FilterSpec[] | undefined,
  backendOf: (mirror: MirrorSpec) => Backend,
): FiltersResult {
  if (specs === undefined || specs.length === 0) return { filters: noFilters, problem: undefined };
  const requestHeaders: HeaderModifier[] = [];
  const responseHeaders: HeaderModifier[] = [];
  const mirrors: Mirror[] = [];
  let redirect: Redirect | undefined;
  let rewrite: Rewrite | undefined;
  let problem: string | undefined;
  for (const spec of specs) {
    if (spec.type === "RequestHeaderModifier") requestHeaders.push(headerModifier(spec.requestHeaderModifier ?? {}));
    else if (spec.type === "ResponseHeaderModifier")
      responseHeaders.push(headerModifier(spec.responseHeaderModifier ?? {}));
    else if (spec.type === "RequestMirror" && spec.requestMirror !== undefined) {
      mirrors.push({ backend: backendOf(spec.requestMirror), share: shareOf(spec.requestMirror) });
    } else if (spec.type === "RequestRedirect") redirect = redirectOf(spec.requestRedirect ?? {});
    else if (spec.type === "URLRewrite") {
      rewrite = { hostname: spec.urlRewrite?.hostname, path: pathModifier(spec.urlRewrite?.path) };
    } else problem ??= `The filter ${spec.type} is not supported by the embedded gateway`;
  }
  problem ??= unsendable(specs);
  if (redirect !== undefined && rewrite !== undefined)
    problem ??= "RequestRedirect and URLRewrite cannot be used in one rule";
  return { filters: { requestHeaders, responseHeaders, mirrors, redirect, rewrite }, problem };
}

function headerModifier(spec: HeaderModifierSpec): HeaderModifier {
  const set = (spec.set ?? []).map(({ name, value }) => [name, value] as const);
  const add = (spec.add ?? []).map(({ name, value }) => [name, value] as const);
  const drop = new Set([...set.map(([name]) => name), ...(spec.remove ?? [])].map((name) => name.toLowerCase()));
  return { set, add, drop };
}

function shareOf({ percent, fraction }: MirrorSpec): number {
  if (fraction !== undefined) return Math.min(1, fraction.numerator / (fraction.denominator ?? 100));
  return percent === undefined ? 1 : percent / 100;
}

function redirectOf(spec: RedirectSpec): Redirect {
  return {
    scheme: spec.scheme?.toLowerCase(),
    hostname: spec.hostname,
    port: spec.port,
    path: pathModifier(spec.path),
    statusCode: spec.statusCode ?? 302,
  };
}

function pathModifier(spec: PathModifierSpec | undefined): PathModifier | undefined {
  if (spec === undefined) return undefined;
  if (spec.type === "ReplaceFullPath") return { kind: "full", value: spec.replaceFullPath ?? "/" };
  return { kind: "prefix", value: spec.replacePrefixMatch ?? "/" };
}

/** What a filter puts in a head must be able to stand there; else every request would fail on it. */
function unsendable(specs: readonly FilterSpec[]): string | undefined {
  for (const { requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite } of specs) {
    for (const modifier of [requestHeaderModifier, responseHeaderModifier]) {
      const bad = [...(modifier?.set ?? []), ...(modifier?.add ?? [])].find(
        ({ name, value }) => !isHeader(name, value),
      );
      if (bad !== undefined) return `The header ${JSON.stringify(bad.name)} has characters that cannot be sent`;
    }
    for (const place of [requestRedirect, urlRewrite]) {
      const parts = [place?.hostname, place?.path?.replaceFullPath, place?.path?.replacePrefixMatch];
      const bad = parts.find((part) => part !== undefined && !/^[\x21-\x7e]*$/.test(part));
      if (bad !== undefined) return `${JSON.stringify(bad)} has characters that cannot be sent; encode them`;
    }
  }
  return undefined;
}

function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
