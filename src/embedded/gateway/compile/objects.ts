import type { EndpointSlice, Gateway, GatewayClass, HttpRoute, ReferenceGrant, Service } from "../apiTypes.ts";

/** All that a table is made from. The functions read caches and do no I/O. */
export type GatewayObjects = {
  readonly controllerName: string;
  readonly classes: readonly GatewayClass[];
  readonly gateways: readonly Gateway[];
  readonly routes: readonly HttpRoute[];
  readonly grants: readonly ReferenceGrant[];
  /** Labels of a namespace; undefined when it is not known. */
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, service: string): readonly EndpointSlice[];
};
