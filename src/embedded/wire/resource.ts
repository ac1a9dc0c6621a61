import type { AnyObject } from "../../api/object.ts";
import type { FieldError } from "./apiError.ts";

/**
 * A JSON schema in the structural form of CustomResourceDefinitions: OpenAPI v3 keywords and `x-kubernetes-*`
 * extensions. Built-in kinds use the same form, so that validation, pruning, defaulting, apply and OpenAPI publishing
 * have one engine. In addition to the public extensions built-in lists carry `x-kubernetes-patch-strategy` and
 * `x-kubernetes-patch-merge-key`.
 */
export type Schema = {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly description?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-validations"?: readonly ValidationRule[];
  /** Built-in kinds only, never published: the type's name, for example `core.v1.PodSpec`. */
  readonly "x-tidegate-type"?: string;
  /** Built-in kinds only: the kind's own validation asks for it; published as `required`. */
  readonly "x-tidegate-required"?: boolean;
  /** Built-in kinds only: `omit` drops empty values as Go's `omitempty` does, `keep` drops null alone. */
  readonly "x-tidegate-zero"?: "omit" | "keep";
};

export type ValidationRule = {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
};

export type PrinterColumn = {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  /** Without the outer braces, for example `.spec.replicas`. */
  readonly jsonPath: string;
};

export type ScalePaths = {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
};

/** What a kind decides about its own objects; all parts change or judge plain JSON and do no I/O. */
export type Strategy = {
  /** Fills in what the server decides beyond schema defaults (a Service's clusterIP, a Deployment's revision...). */
  prepareForCreate?(object: AnyObject): void;
  /** As above on update; `old` is what is stored. */
  prepareForUpdate?(object: AnyObject, old: AnyObject): void;
  /** Defaults that depend on other fields, run after the schema's own. Idempotent. */
  applyDefaults?(object: AnyObject): void;
  /** Runs on create and on update, on the object as it would be stored. */
  validate?(object: AnyObject): FieldError[];
  /** What a change may not do; runs after `validate`. */
  validateUpdate?(object: AnyObject, old: AnyObject): FieldError[];
  /** Warning headers for a write. */
  warnings?(object: AnyObject, old: AnyObject | undefined): string[];
};

/** One served kind, built in or made by a CustomResourceDefinition. */
export type ResourceDefinition = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Schema of the whole object. `metadata` in it is `{type: object}`; the server knows ObjectMeta. */
  readonly schema: Schema;
  readonly builtIn: boolean;
  /** What `metadata.name` may be; `subdomain` when absent, `path` is anything that fits into a URL's path. */
  readonly nameRule?: "subdomain" | "label" | "path";
  /** With a status subresource, main writes ignore `status` and status writes ignore the rest. */
  readonly hasStatus: boolean;
  /** True for kinds whose `metadata.generation` counts changes of everything but metadata and status. */
  readonly hasGeneration: boolean;
  readonly scale?: ScalePaths;
  /** Fields by which a list can be selected besides `metadata.name` and `metadata.namespace`. */
  readonly selectableFields?: readonly string[];
  /** Columns of a CustomResourceDefinition; built-in kinds have a printer in `tables/`. */
  readonly printerColumns?: readonly PrinterColumn[];
  readonly strategy: Strategy;
};

export type UserInfo = { readonly username: string; readonly uid?: string; readonly groups: readonly string[] };
