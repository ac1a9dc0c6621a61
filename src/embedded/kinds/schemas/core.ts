import type { Schema } from "../../wire/resource.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import { localObjectReference, objectReference } from "./references.ts";
import {
  text,
  flag,
  int32,
  bytes,
  time,
  microTime,
  object,
  described,
  pointer,
  struct,
  must,
  always,
  atomic,
  list,
  listMap,
  mapOf,
  patched,
  withDefault,
} from "../../schema/shape.ts";

const namespaceSpec: Schema = object("core.v1.NamespaceSpec", {
  finalizers: atomic(list(text)),
});

const namespaceCondition: Schema = object("core.v1.NamespaceCondition", {
  type: must(text),
  status: must(text),
  lastTransitionTime: time,
  reason: text,
  message: text,
});

const namespaceStatus: Schema = object("core.v1.NamespaceStatus", {
  phase: withDefault("Active", text),
  conditions: patched(listMap(namespaceCondition, "type"), "merge", "type"),
});

export const namespace: Schema = described(
  "A space for names.",
  object("core.v1.Namespace", {
    metadata: struct(objectMeta),
    spec: struct(namespaceSpec),
    status: struct(namespaceStatus),
  }),
);

export const configMap: Schema = described(
  "Configuration as keys and values.",
  object("core.v1.ConfigMap", {
    metadata: struct(objectMeta),
    immutable: described("Whether data can no longer be changed.", pointer(flag)),
    data: described("Texts by key.", mapOf(text)),
    binaryData: described("Bytes by key, base64.", mapOf(bytes)),
  }),
);

export const secret: Schema = described(
  "Sensitive values, base64 on the wire.",
  object("core.v1.Secret", {
    metadata: struct(objectMeta),
    immutable: described("Whether data can no longer be changed.", pointer(flag)),
    data: described("Bytes by key, base64.", mapOf(bytes)),
    stringData: described("Texts by key; written into data and never read back.", mapOf(text)),
    type: described("What kind of secret it is.", withDefault("Opaque", text)),
  }),
);

const eventSource: Schema = object("core.v1.EventSource", {
  component: text,
  host: text,
});

const eventSeries: Schema = object("core.v1.EventSeries", {
  count: int32,
  lastObservedTime: microTime,
});

export const event: Schema = described(
  "Something that happened to an object.",
  object("core.v1.Event", {
    metadata: struct(objectMeta),
    involvedObject: described("What the event is about.", must(struct(objectReference))),
    reason: described("Short reason in CamelCase.", text),
    message: described("What happened, in words.", text),
    source: struct(eventSource),
    firstTimestamp: time,
    lastTimestamp: time,
    count: described("How often it happened.", int32),
    type: described("Normal or Warning.", text),
    eventTime: microTime,
    series: pointer(eventSeries),
    action: text,
    related: pointer(objectReference),
    reportingComponent: always(text),
    reportingInstance: always(text),
  }),
);

export const serviceAccount: Schema = described(
  "An identity for what runs in pods.",
  object("core.v1.ServiceAccount", {
    metadata: struct(objectMeta),
    secrets: patched(listMap(objectReference, "name"), "merge", "name"),
    imagePullSecrets: atomic(list(localObjectReference)),
    automountServiceAccountToken: pointer(flag),
  }),
);
