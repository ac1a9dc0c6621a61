import type { ResourceDefinition, Schema } from "../wire/resource.ts";
import { objectMeta } from "./objectMeta.ts";

type Json = Record<string, unknown>;

const refPrefix = "#/components/schemas/";

/** Component names as a real server has them: clients find patch rules and print type names by these. */
function componentName(type: string): string {
  if (type.startsWith("meta.v1.")) return `io.k8s.apimachinery.pkg.apis.${type}`;
  if (type.startsWith("apiextensions.v1.")) return `io.k8s.apiextensions-apiserver.pkg.apis.${type}`;
  return `io.k8s.api.${type}`;
}

function kindComponent({ group, version, kind, schema }: ResourceDefinition): string {
  const type = schema["x-tidegate-type"];
  if (type !== undefined) return componentName(type);
  return [...group.split(".").toReversed(), version, kind].join(".");
}

export type KindComponents = { readonly object: string; readonly list: string };

const typeFields: Readonly<Record<string, Json>> = {
  apiVersion: { type: "string", description: "Group and version of this form of the object." },
  kind: { type: "string", description: "Kind of the object." },
};

/** The schemas of a document, each named type once. */
export class Components {
  readonly #schemas = new Map<string, Json>();

  all(): Json {
    return Object.fromEntries([...this.#schemas.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Publishes object and list of a kind; answers with their references. */
  addKind(definition: ResourceDefinition): KindComponents {
    const name = kindComponent(definition);
    const { group, version, kind, listKind } = definition;
    const { metadata: _metadata, apiVersion: _apiVersion, kind: _kind, ...fields } = definition.schema.properties ?? {};
    const published = this.#published({ ...definition.schema, properties: fields }, definition.schema);
    const metadata = { description: "Name, labels and what else all objects have.", ...this.#reference(objectMeta) };
    const properties = { ...typeFields, metadata, ...(published["properties"] as Json | undefined) };
    this.#schemas.set(name, {
      ...published,
      properties,
      "x-kubernetes-group-version-kind": [{ group, version, kind }],
    });
    return {
      object: `${refPrefix}${name}`,
      list: this.#addList(`${name}List`, `${refPrefix}${name}`, { group, version, kind: listKind }),
    };
  }

  #addList(name: string, object: string, gvk: Json): string {
    const metadata = {
      type: "object",
      properties: {
        resourceVersion: { type: "string" },
        continue: { type: "string" },
        remainingItemCount: { type: "integer", format: "int64" },
      },
    };
    this.#schemas.set(name, {
      type: "object",
      required: ["items"],
      properties: { ...typeFields, metadata, items: { type: "array", items: { $ref: object } } },
      "x-kubernetes-group-version-kind": [gvk],
    });
    return `${refPrefix}${name}`;
  }

  #reference(schema: Schema): Json {
    const name = componentName(schema["x-tidegate-type"] ?? "");
    if (!this.#schemas.has(name)) {
      this.#schemas.set(name, {});
      // The description here is that of one use; each use has its own.
      const { description: _description, ...type } = schema;
      this.#schemas.set(name, this.#published(type, type));
    }
    return { allOf: [{ $ref: `${refPrefix}${name}` }] };
  }

  /** A schema where it is used: a reference if it has a name, with what belongs to the use beside it. */
  #used(schema: Schema): Json {
    if (schema["x-tidegate-type"] === undefined) return this.#published(schema, schema);
    const { description, default: value } = schema;
    const patch = Object.fromEntries(Object.entries(schema).filter(([key]) => key.startsWith("x-kubernetes-patch")));
    return {
      ...(description === undefined ? {} : { description }),
      ...(value === undefined || value === null ? {} : { default: value }),
      ...this.#reference(schema),
      ...patch,
    };
  }

  #published(schema: Schema, own: Schema): Json {
    const result: Json = {};
    for (const [key, value] of Object.entries(schema)) {
      if (!key.startsWith("x-tidegate-") && value !== undefined) result[key] = value;
    }
    if (own["x-tidegate-type"] !== undefined) delete result["default"];
    if (schema.properties !== undefined) Object.assign(result, this.#fields(schema.properties, schema.required));
    if (schema.items !== undefined) result["items"] = this.#used(schema.items);
    if (typeof schema.additionalProperties === "object")
      result["additionalProperties"] = this.#used(schema.additionalProperties);
    return scalarForm(schema, result);
  }

  #fields(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Json {
    const needed = Object.entries(properties).filter(([, field]) => field["x-tidegate-required"] === true);
    const names = [...required, ...needed.map(([name]) => name)];
    const fields = Object.entries(properties).map(([name, field]) => [name, this.#used(field)]);
    return { properties: Object.fromEntries(fields) as Json, ...(names.length === 0 ? {} : { required: names }) };
  }
}

function scalarForm(schema: Schema, result: Json): Json {
  if (schema.format === "micro-time") result["format"] = "date-time";
  if (schema.default === null) delete result["default"];
  const isBuiltIn = schema["x-tidegate-zero"] !== undefined;
  if (isBuiltIn) delete result["nullable"];
  if (schema["x-kubernetes-int-or-string"] !== true || !isBuiltIn) return result;
  const { "x-kubernetes-int-or-string": _form, format: _format, ...rest } = result;
  const isQuantity = schema.format === "quantity";
  const either = [{ type: isQuantity ? "number" : "integer" }, { type: "string" }];
  return { ...rest, oneOf: either, ...(isQuantity ? {} : { format: "int-or-string" }) };
}
