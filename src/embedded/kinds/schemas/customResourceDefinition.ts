import { objectMeta } from "../../schema/objectMeta.ts";
import {
  anything,
  atomic,
  bytes,
  described,
  flag,
  int32,
  int64,
  list,
  listMap,
  must,
  object,
  pointer,
  struct,
  text,
  time,
} from "../../schema/shape.ts";
import type { Schema } from "../../wire/resource.ts";

const prefix = "apiextensions.v1";

const names: Schema = object(`${prefix}.CustomResourceDefinitionNames`, {
  plural: described("Name in URLs, in lower case.", must(text)),
  singular: described("Name of one object for the command line.", text),
  shortNames: described("Short names for the command line.", atomic(list(text))),
  kind: described("Kind of the objects, in CamelCase.", must(text)),
  listKind: described("Kind of lists.", text),
  categories: described("Groups of kinds that are listed together, as `all`.", atomic(list(text))),
});

const printerColumn: Schema = object(`${prefix}.CustomResourceColumnDefinition`, {
  name: must(text),
  type: must(text),
  format: text,
  description: text,
  priority: int32,
  jsonPath: must(text),
});

const scale: Schema = object(`${prefix}.CustomResourceSubresourceScale`, {
  specReplicasPath: must(text),
  statusReplicasPath: must(text),
  labelSelectorPath: pointer(text),
});

const subresources: Schema = object(`${prefix}.CustomResourceSubresources`, {
  status: described("Status is written apart from the rest.", anything),
  scale: described("Where the numbers of replicas are.", pointer(scale)),
});

const version: Schema = object(`${prefix}.CustomResourceDefinitionVersion`, {
  name: described("Name of the version, as v1.", must(text)),
  served: described("Whether the API serves this version.", must(flag)),
  storage: described("Whether objects are stored in this version; true for exactly one.", must(flag)),
  deprecated: flag,
  deprecationWarning: pointer(text),
  schema: described(
    "What objects of this version may hold.",
    pointer(object(`${prefix}.CustomResourceValidation`, { openAPIV3Schema: anything })),
  ),
  subresources: pointer(subresources),
  additionalPrinterColumns: described("Columns of lists.", atomic(list(printerColumn))),
  selectableFields: atomic(list(object(`${prefix}.SelectableField`, { jsonPath: must(text) }))),
});

const serviceReference: Schema = object(`${prefix}.ServiceReference`, {
  namespace: must(text),
  name: must(text),
  path: pointer(text),
  port: pointer(int32),
});

const clientConfig: Schema = object(`${prefix}.WebhookClientConfig`, {
  url: pointer(text),
  service: pointer(serviceReference),
  caBundle: bytes,
});

const webhook: Schema = object(`${prefix}.WebhookConversion`, {
  clientConfig: pointer(clientConfig),
  conversionReviewVersions: must(atomic(list(text))),
});

const spec: Schema = object(`${prefix}.CustomResourceDefinitionSpec`, {
  group: described("API group of the kind.", must(text)),
  names: described("What the kind is called.", must(struct(names))),
  scope: described("Cluster or Namespaced.", must(text)),
  versions: described("Versions of the kind.", must(atomic(list(version)))),
  conversion: pointer(
    object(`${prefix}.CustomResourceConversion`, { strategy: must(text), webhook: pointer(webhook) }),
  ),
  preserveUnknownFields: flag,
});

const condition: Schema = object(`${prefix}.CustomResourceDefinitionCondition`, {
  type: must(text),
  status: must(text),
  lastTransitionTime: time,
  reason: text,
  message: text,
  observedGeneration: int64,
});

const status: Schema = object(`${prefix}.CustomResourceDefinitionStatus`, {
  conditions: listMap(condition, "type"),
  acceptedNames: pointer(names),
  storedVersions: atomic(list(text)),
  observedGeneration: int64,
});

export const customResourceDefinition: Schema = described(
  "Adds a kind to the API.",
  object(`${prefix}.CustomResourceDefinition`, {
    metadata: struct(objectMeta),
    spec: described("What kind it is.", must(struct(spec))),
    status: described("What became of it.", struct(status)),
  }),
);
