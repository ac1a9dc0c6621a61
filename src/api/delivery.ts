import { checksField, metricsField } from "./checks.ts";
import { conditionsField } from "./conditions.ts";
import type { KubeObject } from "./object.ts";
import { planField } from "./plan.ts";
import { dispersionField } from "./release.ts";
import * as s from "./schema.ts";
import type { Infer } from "./schema.ts";

const objectName = (description: string): s.Field<string, "required"> =>
  s.string({ description, minLength: 1, maxLength: 253, pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" });

export const deliverySpec = s.object(
  {
    workload: s.object(
      {
        kind: s.withDefault(s.oneOf(["Deployment"], { description: "Kind of the workload." }), "Deployment"),
        name: objectName("Name of the workload in the Delivery's namespace."),
      },
      {
        description: "What is delivered: the Deployment that people already have. It is adopted as it is.",
        rules: [
          { rule: "self == oldSelf", message: "the workload of a Delivery cannot be changed; make another Delivery" },
        ],
      },
    ),
    service: s.object(
      {
        name: objectName("Name of the Service in the Delivery's namespace."),
        port: s.optional(
          s.intOrString({
            description: "Port of the Service, by number or name. Default: its only port.",
            pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            maxLength: 63,
          }),
        ),
      },
      { description: "The Service that callers already use; it stays the backend of the stable track." },
    ),
    traffic: s.optional(
      s.object(
        {
          gatewayAPI: s.object(
            {
              httpRoutes: s.list(objectName("Name of an HTTPRoute in the Delivery's namespace."), {
                description: "Routes whose rules name the Service as a backend.",
                minItems: 1,
                maxItems: 8,
              }),
              probePath: s.withDefault(
                s.string({
                  description:
                    "Path that is asked, with a header of its own, to learn whether the data plane reaches a backend.",
                  pattern: "^/.*",
                  maxLength: 1024,
                }),
                "/",
              ),
            },
            { description: "Traffic is split by HTTPRoutes of the Gateway API." },
          ),
        },
        { description: "How traffic is split. Absent: by the number of pods behind the Service." },
      ),
    ),
    plan: planField,
    checks: s.optional(checksField),
    metrics: s.withDefault(metricsField, { interval: "5s" }),
    progressDeadline: s.withDefault(
      s.duration({ description: "How long the contender's pods may take to become ready." }),
      "10m",
    ),
    historyLimit: s.withDefault(
      s.integer({ description: "How many finished Releases are kept.", minimum: 1, maximum: 100 }),
      10,
    ),
  },
  { description: "How one workload is delivered: what, by which traffic, by which plan, judged by what." },
);

export const deliveryStatus = s.object(
  {
    observedGeneration: s.optional(s.integer({ description: "The generation of the spec that this status is about." })),
    phase: s.optional(
      s.oneOf(["Pending", "Idle", "Releasing", "Rejected", "Failed"], { description: "The state in a word." }),
    ),
    stable: s.optional(
      s.object(
        {
          templateHash: s.string({ description: "Digest of the stable pod template.", maxLength: 64 }),
          replicaSet: s.string({ description: "ReplicaSet that runs it.", maxLength: 253 }),
          images: s.list(s.string({ description: "Image.", maxLength: 1024 }), {
            description: "Its images.",
            maxItems: 32,
          }),
        },
        { description: "The revision that serves." },
      ),
    ),
    release: s.optional(s.string({ description: "The newest Release.", maxLength: 253 })),
    lastNumber: s.optional(s.integer({ description: "Number of the newest Release." })),
    rejected: s.optional(
      s.list(
        s.object(
          {
            templateHash: s.string({ description: "Digest of the template.", maxLength: 64 }),
            release: s.string({ description: "The Release that was taken back.", maxLength: 253 }),
          },
          { description: "A template that is not tried again by itself." },
        ),
        { description: "Quarantine: templates that were taken back.", maxItems: 20 },
      ),
    ),
    dispersion: s.optional(dispersionField),
    interlock: s.optional(
      s.oneOf(["policy", "reactive"], {
        description:
          "How changes of the template are held: by the API server's admission policy, or by pausing at once when one is seen.",
      }),
    ),
    router: s.optional(s.string({ description: "How traffic is split.", maxLength: 64 })),
    conditions: s.optional(conditionsField),
  },
  { description: "What is so." },
);

export type DeliverySpec = Infer<typeof deliverySpec>;
export type DeliveryStatus = Infer<typeof deliveryStatus>;
export type Delivery = KubeObject & { spec: DeliverySpec; status?: DeliveryStatus };
