import type { AnyObject } from "../../api/object.ts";
import type { Schema } from "../wire/resource.ts";

const text: Schema = { type: "string" };
const integer: Schema = { type: "integer" };

export const configMapSchema: Schema = {
  type: "object",
  properties: { data: { type: "object", additionalProperties: text } },
};

/** The custom kind of the recorded cases. */
export const widgetSchema: Schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        size: integer,
        mode: { type: "string", default: "a" },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        port: { "x-kubernetes-int-or-string": true },
        items: {
          type: "array",
          items: { type: "object", properties: { id: text, n: { type: "integer", default: 7 } } },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["id"],
        },
        tags: { type: "array", items: text, "x-kubernetes-list-type": "set" },
        steps: { type: "array", items: { type: "object", properties: { weight: integer } } },
        selector: { type: "object", additionalProperties: text, "x-kubernetes-map-type": "atomic" },
        map: { type: "object", additionalProperties: integer },
      },
    },
    status: { type: "object", properties: { phase: text, replicas: integer } },
  },
};

const container: Schema = {
  type: "object",
  properties: {
    name: text,
    image: text,
    args: { type: "array", items: text },
    env: {
      type: "array",
      items: { type: "object", properties: { name: text, value: text } },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "name",
    },
    ports: {
      type: "array",
      items: {
        type: "object",
        properties: { containerPort: integer, name: text, protocol: { type: "string", default: "TCP" } },
      },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["containerPort", "protocol"],
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "containerPort",
    },
  },
};

const podSpec: Schema = {
  type: "object",
  properties: {
    nodeName: text,
    containers: {
      type: "array",
      items: container,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "name",
    },
  },
};

export const deploymentSchema: Schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        replicas: integer,
        paused: { type: "boolean" },
        strategy: {
          type: "object",
          "x-kubernetes-patch-strategy": "retainKeys",
          properties: {
            type: text,
            rollingUpdate: { type: "object", properties: { maxSurge: { "x-kubernetes-int-or-string": true } } },
          },
        },
        template: {
          type: "object",
          properties: {
            metadata: { type: "object", properties: { labels: { type: "object", additionalProperties: text } } },
            spec: podSpec,
          },
        },
      },
    },
    status: {
      type: "object",
      properties: {
        replicas: integer,
        conditions: {
          type: "array",
          items: { type: "object", properties: { type: text, status: text } },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["type"],
        },
      },
    },
  },
};

export function configMap(data: Record<string, string> | undefined, metadata: object = {}): AnyObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", ...metadata },
    ...(data === undefined ? {} : { data }),
  };
}

export function widget(spec: Record<string, unknown>): AnyObject {
  return { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" }, spec };
}

export function deployment(spec: Record<string, unknown>): AnyObject {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec };
}
