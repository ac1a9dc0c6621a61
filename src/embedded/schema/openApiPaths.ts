import type { ResourceDefinition } from "../wire/resource.ts";
import type { KindComponents } from "./openApiSchemas.ts";

type Json = Record<string, unknown>;
type Operation = {
  readonly action: string;
  readonly answer: string;
  readonly body?: string;
  readonly query?: readonly string[];
};

const descriptions: Readonly<Record<string, string>> = {
  dryRun: "With `All` nothing is stored.",
  fieldManager: "Who makes the change.",
  fieldValidation: "What unknown fields lead to: Ignore, Warn or Strict.",
  force: "Whether an apply takes over what others own.",
  labelSelector: "Labels that objects must have.",
  fieldSelector: "Fields that objects must have.",
  limit: "How many objects to answer with at most.",
  continue: "Where to go on with a list.",
  watch: "Whether to answer with changes as they come.",
  resourceVersion: "From which version on, or how old the answer may be.",
  timeoutSeconds: "How long the answer may last.",
};

const writes = ["dryRun", "fieldManager", "fieldValidation"];
const lists = ["labelSelector", "fieldSelector", "limit", "continue", "watch", "resourceVersion", "timeoutSeconds"];
const patchTypes = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"];

/** The paths of a kind with its subresources, as far as clients read them. */
export function openApiPaths(definition: ResourceDefinition, { object, list }: KindComponents): Json {
  const { group, version, plural, namespaced } = definition;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const build = (operations: Record<string, Operation>, named: boolean): Json =>
    pathItem(definition, operations, named);
  const get: Operation = { action: "list", answer: list, query: lists };
  const paths: Json = {
    [collection]: build(
      {
        get,
        post: { action: "post", answer: object, body: object, query: writes },
        delete: { action: "deletecollection", answer: object, query: lists },
      },
      false,
    ),
    [`${collection}/{name}`]: build(
      { ...readAndWrite(object), delete: { action: "delete", answer: object, query: ["dryRun"] } },
      true,
    ),
  };
  if (namespaced) paths[`${root}/${plural}`] = pathItem({ ...definition, namespaced: false }, { get }, false);
  if (definition.hasStatus) paths[`${collection}/{name}/status`] = build(readAndWrite(object), true);
  return paths;
}

function readAndWrite(object: string): Record<string, Operation> {
  return {
    get: { action: "get", answer: object },
    put: { action: "put", answer: object, body: object, query: writes },
    patch: { action: "patch", answer: object, body: object, query: [...writes, "force"] },
  };
}

function pathItem(definition: ResourceDefinition, operations: Record<string, Operation>, named: boolean): Json {
  const places = [...(definition.namespaced ? ["namespace"] : []), ...(named ? ["name"] : [])];
  const parameters = places.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const items = Object.entries(operations).map(([method, operation]) => [
    method,
    operationItem(definition, method, operation),
  ]);
  return { ...(Object.fromEntries(items) as Json), ...(parameters.length === 0 ? {} : { parameters }) };
}

function operationItem(
  { group, version, kind, builtIn }: ResourceDefinition,
  method: string,
  operation: Operation,
): Json {
  const { action, answer, body, query = [] } = operation;
  const types =
    method === "patch"
      ? [...patchTypes, ...(builtIn ? ["application/strategic-merge-patch+json"] : [])]
      : ["application/json"];
  return {
    description: `${action} ${kind}`,
    parameters: query.map((name) => ({
      name,
      in: "query",
      description: descriptions[name],
      schema: { type: "string" },
    })),
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body, types) } }),
    responses: { "200": { description: "OK", content: content(answer, ["application/json"]) } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
  };
}

function content(ref: string, types: readonly string[]): Json {
  return Object.fromEntries(types.map((type) => [type, { schema: { $ref: ref } }]));
}
