import type { Condition, KubeObject } from "../../../api/object.ts";

/** The fields of Gateway API objects that splitting touches; the rest rides along untouched. */

export type BackendRef = {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  port?: number;
  weight?: number;
  filters?: unknown[];
};

export type HeaderMatchSpec = { type?: string; name: string; value: string };

export type RouteMatch = {
  path?: { type?: string; value?: string };
  headers?: HeaderMatchSpec[];
  method?: string;
  queryParams?: unknown[];
};

export type RouteRule = {
  name?: string;
  matches?: RouteMatch[];
  filters?: unknown[];
  backendRefs?: BackendRef[];
  [field: string]: unknown;
};

export type ParentRef = {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
};

export type HTTPRoute = KubeObject & {
  spec: { parentRefs?: ParentRef[]; hostnames?: string[]; rules?: RouteRule[] };
  status?: { parents?: { parentRef: ParentRef; controllerName: string; conditions?: Condition[] }[] };
};

export type Gateway = KubeObject & {
  spec: { gatewayClassName: string; listeners: { name: string; port: number; protocol: string; hostname?: string }[] };
  status?: { addresses?: { type?: string; value: string }[] };
};
