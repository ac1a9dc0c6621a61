/** What a path asks for. */
export type Route =
  | {
      readonly kind: "resource";
      readonly group: string;
      readonly version: string;
      readonly namespace: string | undefined;
      readonly plural: string;
      readonly name: string | undefined;
      readonly subresource: string | undefined;
    }
  | { readonly kind: "other"; readonly path: string };

/** Reads a request path. Collections of a namespace and the Namespace object itself are told apart. */
export function routeOf(path: string): Route {
  const parts = path.split("/").slice(1);
  if (parts.at(-1) === "") parts.pop();
  const decoded = parts.map(decode);
  if (decoded[0] === "api" && decoded.length > 2) return resource("", decoded[1] ?? "", decoded.slice(2));
  if (decoded[0] === "apis" && decoded.length > 3)
    return resource(decoded[1] ?? "", decoded[2] ?? "", decoded.slice(3));
  return { kind: "other", path };
}

function resource(group: string, version: string, rest: readonly string[]): Route {
  const inNamespace = rest[0] === "namespaces" && rest.length > 2 && !(group === "" && isNamespaceSubresource(rest));
  const [plural = "", name, ...tail] = inNamespace ? rest.slice(2) : rest;
  return {
    kind: "resource",
    group,
    version,
    namespace: inNamespace ? rest[1] : undefined,
    plural,
    name,
    subresource: tail.length === 0 ? undefined : tail.join("/"),
  };
}

/** `namespaces/x/status` is a part of the Namespace x, `namespaces/x/pods` a collection in it. */
function isNamespaceSubresource(rest: readonly string[]): boolean {
  return rest.length === 3 && (rest[2] === "status" || rest[2] === "finalize");
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
