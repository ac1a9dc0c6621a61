import type { Schema, ValidationRule } from "../../wire/resource.ts";

export const group = "gateway.networking.k8s.io";

const dnsLabel = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const dnsName = `${dnsLabel}(\\.${dnsLabel})*`;

/** A struct with the fields that it cannot do without. */
export function fields(
  description: string,
  properties: Record<string, Schema>,
  required: readonly string[] = [],
  more: Schema = {},
): Schema {
  return { type: "object", description, properties, ...(required.length === 0 ? {} : { required }), ...more };
}

export function text(description: string, more: Schema = {}): Schema {
  return { type: "string", description, ...more };
}

export function choice(description: string, values: readonly string[], more: Schema = {}): Schema {
  return { type: "string", description, enum: values, ...more };
}

export function atomicList(description: string, items: Schema, maxItems: number, more: Schema = {}): Schema {
  return { type: "array", description, items, maxItems, "x-kubernetes-list-type": "atomic", ...more };
}

export function listByKey(
  description: string,
  items: Schema,
  key: string,
  maxItems: number,
  more: Schema = {},
): Schema {
  return {
    type: "array",
    description,
    items,
    maxItems,
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": [key],
    ...more,
  };
}

export function rules(...given: readonly [message: string, rule: string][]): Schema {
  return { "x-kubernetes-validations": given.map(([message, rule]): ValidationRule => ({ message, rule })) };
}

export const apiGroup = text("API group; empty for the core group.", { maxLength: 253, pattern: `^$|^${dnsName}$` });
export const kindName = text("Kind of the object.", {
  minLength: 1,
  maxLength: 63,
  pattern: "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$",
});
export const objectName = text("Name of the object.", { minLength: 1, maxLength: 253 });
export const namespaceName = text("Namespace of the object; that of the referrer by default.", {
  minLength: 1,
  maxLength: 63,
  pattern: `^${dnsLabel}$`,
});
export const sectionName = text("Name of a part of the object.", {
  minLength: 1,
  maxLength: 253,
  pattern: `^${dnsName}$`,
});
export const hostname = text("Host name, with `*.` in front for all names below.", {
  minLength: 1,
  maxLength: 253,
  pattern: `^(\\*\\.)?${dnsName}$`,
});
export const preciseHostname = text("Host name without wildcard.", {
  minLength: 1,
  maxLength: 253,
  pattern: `^${dnsName}$`,
});
export const port: Schema = {
  type: "integer",
  format: "int32",
  description: "Port number.",
  minimum: 1,
  maximum: 65_535,
};
export const duration = text("Duration such as 500ms, 10s or 1m30s; 0s switches it off.", {
  pattern: "^([0-9]{1,5}(h|m|s|ms)){1,4}$",
});
export const controllerName = text("Controller as domain and path, for example example.com/gateway.", {
  minLength: 1,
  maxLength: 253,
  pattern: `^${dnsName}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
});

const stamp: Schema = { type: "string", format: "date-time", description: "When the status changed last." };

const condition = fields(
  "One observed fact.",
  {
    type: text("What is observed.", {
      maxLength: 316,
      pattern: `^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$`,
    }),
    status: choice("Whether it holds.", ["True", "False", "Unknown"]),
    observedGeneration: { type: "integer", format: "int64", minimum: 0, description: "Generation that was looked at." },
    lastTransitionTime: stamp,
    reason: text("Why, as one word.", {
      minLength: 1,
      maxLength: 1024,
      pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
    }),
    message: text("Why, in words.", { maxLength: 32_768 }),
  },
  ["type", "status", "lastTransitionTime", "reason", "message"],
);

/** Conditions by type, unknown until a controller comes. */
export function conditions(...pending: readonly string[]): Schema {
  const waiting = pending.map((type) => ({
    type,
    status: "Unknown",
    lastTransitionTime: "1970-01-01T00:00:00Z",
    reason: "Pending",
    message: "Waiting for controller",
  }));
  return listByKey(
    "What the controller observed.",
    condition,
    "type",
    8,
    waiting.length === 0 ? {} : { default: waiting },
  );
}

export const labels = (description: string, maxProperties: number): Schema => ({
  type: "object",
  description,
  additionalProperties: { type: "string", maxLength: 4096 },
  maxProperties,
});

export const labelSelector = fields(
  "Labels to select by.",
  {
    matchLabels: { type: "object", description: "Labels with their values.", additionalProperties: { type: "string" } },
    matchExpressions: atomicList(
      "Conditions on labels.",
      fields(
        "One condition.",
        {
          key: text("Label."),
          operator: text("In, NotIn, Exists or DoesNotExist."),
          values: atomicList("Values for In and NotIn.", { type: "string" }, 1024),
        },
        ["key", "operator"],
      ),
      1024,
    ),
  },
  [],
  { "x-kubernetes-map-type": "atomic" },
);
