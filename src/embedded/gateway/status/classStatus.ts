import type { GatewayClass } from "../apiTypes.ts";
import { condition, mergeConditions } from "./conditions.ts";

/** In order of the alphabet, as the API asks. */
const supportedFeatures = [
  "Gateway",
  "GatewayHTTPListenerIsolation",
  "HTTPRoute",
  "HTTPRouteBackendProtocolWebSocket",
  "HTTPRouteBackendRequestHeaderModification",
  "HTTPRouteBackendTimeout",
  "HTTPRouteHostRewrite",
  "HTTPRouteMethodMatching",
  "HTTPRouteNamedRouteRule",
  "HTTPRouteParentRefPort",
  "HTTPRoutePathRedirect",
  "HTTPRoutePathRewrite",
  "HTTPRoutePortRedirect",
  "HTTPRouteQueryParamMatching",
  "HTTPRouteRequestMirror",
  "HTTPRouteRequestMultipleMirrors",
  "HTTPRouteRequestPercentageMirror",
  "HTTPRouteRequestTimeout",
  "HTTPRouteResponseHeaderModification",
  "HTTPRouteSchemeRedirect",
  "ReferenceGrant",
];

export function classStatus(stored: GatewayClass, now: string): NonNullable<GatewayClass["status"]> {
  const wanted =
    stored.spec.parametersRef === undefined
      ? condition("Accepted", true, "Accepted", "Gateways of this class are served by Tidegate's embedded gateway")
      : condition(
          "Accepted",
          false,
          "InvalidParameters",
          "The embedded gateway takes no parameters; remove spec.parametersRef",
        );
  const facts = { generation: stored.metadata.generation, now, keepOthers: true };
  return {
    conditions: mergeConditions(stored.status?.conditions, [wanted], facts),
    supportedFeatures: supportedFeatures.map((name) => ({ name })),
  };
}
