import { conditionsField } from "./conditions.ts";
import type { KubeObject } from "./object.ts";
import * as s from "./schema.ts";
import type { Infer } from "./schema.ts";

export const interventionActions = ["promote", "pause", "resume", "skip", "rollback", "retry"] as const;

export const interventionSpec = s.object(
  {
    release: s.string({ description: "Name of the Release in this namespace.", minLength: 1, maxLength: 253 }),
    action: s.oneOf(interventionActions, {
      description:
        "`promote` ends what the release waits for now (its approval, time or evidence), `skip` ends the step without giving approval, `pause` and `resume` stop and restart all moves forward, `rollback` takes the release back, `retry` tries a rejected revision again.",
    }),
    full: s.optional(s.boolean({ description: "With `promote`: all remaining steps at once." })),
    reason: s.optional(
      s.string({ description: "Why, in the actor's words; it goes into the record.", maxLength: 1024 }),
    ),
    actor: s.optional(
      s.object(
        {
          username: s.string({ description: "The user's name.", maxLength: 1024 }),
          groups: s.optional(
            s.list(s.string({ description: "Group.", maxLength: 1024 }), {
              description: "The user's groups.",
              maxItems: 64,
            }),
          ),
        },
        { description: "Who asked. Written by the API server; whatever the caller puts here is replaced." },
      ),
    ),
  },
  {
    description: "An order about a release. It cannot be changed.",
    rules: [{ rule: "self == oldSelf", message: "an Intervention cannot be changed; create another one" }],
  },
);

export const interventionStatus = s.object(
  {
    phase: s.optional(s.oneOf(["Done", "Refused"], { description: "What became of it." })),
    message: s.optional(s.string({ description: "Why, in words.", maxLength: 2048 })),
    conditions: s.optional(conditionsField),
  },
  { description: "The answer." },
);

export type InterventionAction = (typeof interventionActions)[number];
export type InterventionSpec = Infer<typeof interventionSpec>;
export type InterventionStatus = Infer<typeof interventionStatus>;
export type Intervention = KubeObject & { spec: InterventionSpec; status?: InterventionStatus };
