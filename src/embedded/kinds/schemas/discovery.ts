import type { Schema } from "../../wire/resource.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import { objectReference } from "./references.ts";
import {
  text,
  flag,
  int32,
  object,
  described,
  pointer,
  struct,
  must,
  atomic,
  list,
  setOf,
  mapOf,
  withDefault,
} from "../../schema/shape.ts";

const endpointConditions: Schema = object("discovery.v1.EndpointConditions", {
  ready: pointer(flag),
  serving: pointer(flag),
  terminating: pointer(flag),
});

const forZone: Schema = object("discovery.v1.ForZone", {
  name: must(text),
});

const forNode: Schema = object("discovery.v1.ForNode", {
  name: must(text),
});

const endpointHints: Schema = object("discovery.v1.EndpointHints", {
  forZones: atomic(list(forZone)),
  forNodes: atomic(list(forNode)),
});

const endpoint: Schema = object("discovery.v1.Endpoint", {
  addresses: described("Addresses of one endpoint.", must(setOf(text))),
  conditions: described("Whether it is ready, serving, terminating.", struct(endpointConditions)),
  hostname: pointer(text),
  targetRef: pointer(objectReference),
  deprecatedTopology: mapOf(text),
  nodeName: pointer(text),
  zone: pointer(text),
  hints: pointer(endpointHints),
});

const endpointPort: Schema = atomic(
  object("discovery.v1.EndpointPort", {
    name: withDefault("", pointer(text)),
    protocol: withDefault("TCP", pointer(text)),
    port: pointer(int32),
    appProtocol: pointer(text),
  }),
);

export const endpointSlice: Schema = described(
  "A part of the addresses behind a Service.",
  object("discovery.v1.EndpointSlice", {
    metadata: struct(objectMeta),
    addressType: described("IPv4, IPv6 or FQDN.", must(text)),
    endpoints: described("The addresses and their state.", atomic(list(endpoint))),
    ports: described("The ports of every address.", atomic(list(endpointPort))),
  }),
);
