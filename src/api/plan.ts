import * as s from "./schema.ts";
import type { Infer } from "./schema.ts";

const headerMatch = s.object(
  {
    header: s.object(
      {
        name: s.string({
          description: "Name of the request header, case-insensitive.",
          minLength: 1,
          maxLength: 256,
          pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_`|~]+$",
        }),
        exact: s.string({ description: "The value that the header must have.", minLength: 1, maxLength: 4096 }),
      },
      { description: "A request header that must have this very value." },
    ),
  },
  { description: "Requests that go to the contender whatever the weight." },
);

const step = s.object(
  {
    name: s.optional(
      s.string({
        description: "Name of the step, shown wherever the step is spoken of. Default: its weight, as `weight-25`.",
        pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        maxLength: 63,
      }),
    ),
    weight: s.optional(
      s.number({
        description:
          "Share of the traffic, in percent with at most two decimals, that the contender gets. Absent: as in the step before, 0 in the first. Weights never fall from step to step.",
        minimum: 0,
        maximum: 100,
        rules: [
          {
            rule: "self * 100.0 - double(int(self * 100.0 + 0.5)) < 0.000001 && self * 100.0 - double(int(self * 100.0 + 0.5)) > -0.000001",
            message: "a weight has at most two decimals: 0.01 is the finest",
          },
        ],
      }),
    ),
    capacity: s.optional(
      s.intOrString({
        description:
          "Size of the contender: pods (`2`) or a share of the Deployment's replicas (`50%`). Absent: what the weight needs.",
        pattern: "^([0-9]+|([0-9]|[1-9][0-9]|100)%)$",
        maxLength: 8,
      }),
    ),
    match: s.optional(
      s.list(headerMatch, {
        description: "Requests that go to the contender in this step whatever the weight; any one entry suffices.",
        minItems: 1,
        maxItems: 4,
      }),
    ),
    for: s.optional(
      s.duration({
        description:
          "How long the step lasts at least, counted from the moment when its weight was confirmed. Absent: it ends as soon as its checks pass.",
      }),
    ),
    approval: s.optional(
      s.oneOf(["required"], { description: "`required`: the step ends only after somebody promoted the release." }),
    ),
  },
  { description: "One stop on the way from no traffic to all of it." },
);

export const planField = s.object(
  {
    steps: s.list(step, {
      description:
        "The stops, in order. After the last one the contender gets all traffic and is handed over to the Deployment.",
      minItems: 1,
      maxItems: 32,
      rules: [
        {
          rule: "self.filter(s, has(s.weight)).map(s, s.weight).isSorted()",
          message: "weights may not fall from one step to the next",
        },
        {
          rule: "self.exists(s, has(s.weight) || has(s.match) || has(s.capacity))",
          message: "at least one step must say a weight, a match or a capacity",
        },
      ],
    }),
    deadline: s.withDefault(
      s.duration({
        description:
          "How long the whole release may take before `onInconclusive` (or, for `proceed`, a hold) ends the waiting.",
      }),
      "2h",
    ),
    onFailure: s.withDefault(
      s.oneOf(["rollback", "hold"], {
        description:
          "What happens when a check fails: the release is taken back, or stays where it is until somebody decides.",
      }),
      "rollback",
    ),
    onInconclusive: s.withDefault(
      s.oneOf(["hold", "rollback", "proceed"], {
        description:
          "What happens when a step's time is over and its checks have not enough evidence: wait for more, take back, or go on.",
      }),
      "hold",
    ),
    onNewRevision: s.withDefault(
      s.oneOf(["replace", "queue"], {
        description:
          "What happens when the template changes while a release is on its way: the new revision replaces it, or waits for its end.",
      }),
      "replace",
    ),
    drain: s.withDefault(
      s.duration({
        description: "How long a track that no longer gets traffic keeps running, so that requests under way can end.",
      }),
      "2s",
    ),
  },
  { description: "By which steps a new revision meets its users, and what happens when they do not like it." },
);

export type Plan = Infer<typeof planField>;
export type PlanStep = Plan["steps"][number];
