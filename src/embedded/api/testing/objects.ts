import type { AnyObject } from "../../../api/object.ts";

export const configMap = (
  name: string,
  rest: Record<string, unknown> = {},
  meta: Record<string, unknown> = {},
): AnyObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...meta },
  ...rest,
});

export const pod = (name: string, spec: Record<string, unknown> = {}): AnyObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { containers: [{ name: "main", image: "shop:1" }], ...spec },
});

export const deployment = (name: string, replicas = 1): AnyObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "shop:1" }] } },
  },
});

/** A kind `Gadget` of the group `test.dev`, with status and scale. */
export const gadgetDefinition = (
  specProperties: Record<string, unknown> = { size: { type: "integer" } },
): AnyObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gadgets.test.dev" },
  spec: {
    group: "test.dev",
    scope: "Namespaced",
    names: { plural: "gadgets", singular: "gadget", kind: "Gadget", listKind: "GadgetList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: { type: "object", properties: specProperties },
              status: { type: "object", properties: { phase: { type: "string" } } },
            },
          },
        },
      },
    ],
  },
});

export const gadget = (
  name: string,
  spec: Record<string, unknown> = {},
  meta: Record<string, unknown> = {},
): AnyObject => ({
  apiVersion: "test.dev/v1",
  kind: "Gadget",
  metadata: { name, ...meta },
  spec,
});

export const paths = {
  configMaps: "/api/v1/namespaces/default/configmaps",
  pods: "/api/v1/namespaces/default/pods",
  deployments: "/apis/apps/v1/namespaces/default/deployments",
  definitions: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  gadgets: "/apis/test.dev/v1/namespaces/default/gadgets",
} as const;
