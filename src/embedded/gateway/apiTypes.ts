import type { Condition, KubeObject, LabelSelector } from "../../api/object.ts";

/** The parts of the Gateway API, Services and EndpointSlices that the gateway reads. */
export type Conditioned = { readonly conditions?: readonly Condition[] };

export type GatewayClass = KubeObject & {
  readonly spec: { readonly controllerName: string; readonly parametersRef?: unknown };
  readonly status?: Conditioned & { readonly supportedFeatures?: readonly { readonly name: string }[] };
};

export type ListenerSpec = {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  readonly tls?: unknown;
  readonly allowedRoutes?: {
    readonly namespaces?: { readonly from?: "All" | "Same" | "Selector" | "None"; readonly selector?: LabelSelector };
    readonly kinds?: readonly { readonly group?: string; readonly kind: string }[];
  };
};

export type ListenerStatus = {
  readonly name: string;
  readonly supportedKinds: readonly { readonly group: string; readonly kind: string }[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
};

export type GatewayStatus = Conditioned & {
  readonly addresses?: readonly { readonly type?: string; readonly value: string }[];
  readonly listeners?: readonly ListenerStatus[];
};

export type Gateway = KubeObject & {
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly ListenerSpec[];
    readonly addresses?: readonly { readonly type?: string; readonly value?: string }[];
  };
  readonly status?: GatewayStatus;
};

export type ParentRef = {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
};

export type RouteParentStatus = {
  readonly parentRef: ParentRef;
  readonly controllerName: string;
  readonly conditions?: readonly Condition[];
};

export type HeaderModifierSpec = {
  readonly set?: readonly { readonly name: string; readonly value: string }[];
  readonly add?: readonly { readonly name: string; readonly value: string }[];
  readonly remove?: readonly string[];
};

export type PathModifierSpec = {
  readonly type: "ReplaceFullPath" | "ReplacePrefixMatch";
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
};

export type RedirectSpec = {
  readonly scheme?: string;
  readonly hostname?: string;
  readonly path?: PathModifierSpec;
  readonly port?: number;
  readonly statusCode?: number;
};

export type ObjectReference = {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly port?: number;
};

export type MirrorSpec = {
  readonly backendRef: ObjectReference;
  readonly percent?: number;
  readonly fraction?: { readonly numerator: number; readonly denominator?: number };
};

export type FilterSpec = {
  readonly type: string;
  readonly requestHeaderModifier?: HeaderModifierSpec;
  readonly responseHeaderModifier?: HeaderModifierSpec;
  readonly requestMirror?: MirrorSpec;
  readonly requestRedirect?: RedirectSpec;
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifierSpec };
};

export type BackendRef = ObjectReference & { readonly weight?: number; readonly filters?: readonly FilterSpec[] };

export type ValueMatchSpec = {
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
};

export type RouteMatchSpec = {
  readonly path?: { readonly type?: "Exact" | "PathPrefix" | "RegularExpression"; readonly value?: string };
  readonly headers?: readonly ValueMatchSpec[];
  readonly queryParams?: readonly ValueMatchSpec[];
  readonly method?: string;
};

export type RouteRuleSpec = {
  readonly name?: string;
  readonly matches?: readonly RouteMatchSpec[];
  readonly filters?: readonly FilterSpec[];
  readonly backendRefs?: readonly BackendRef[];
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
  readonly retry?: unknown;
  readonly sessionPersistence?: unknown;
};

export type HttpRoute = KubeObject & {
  readonly spec: {
    readonly parentRefs?: readonly ParentRef[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly RouteRuleSpec[];
  };
  readonly status?: { readonly parents?: readonly RouteParentStatus[] };
};

export type ReferenceGrant = KubeObject & {
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
};

export type Service = KubeObject & {
  readonly spec: {
    readonly type?: string;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly protocol?: string;
      readonly appProtocol?: string;
    }[];
  };
};

export type EndpointSlice = KubeObject & {
  readonly addressType?: string;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
      }[]
    | null;
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[] | null;
};

export const gatewayGroup = "gateway.networking.k8s.io";
