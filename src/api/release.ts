import { checksField } from "./checks.ts";
import { conditionsField } from "./conditions.ts";
import type { KubeObject } from "./object.ts";
import { planField } from "./plan.ts";
import * as s from "./schema.ts";
import type { Infer } from "./schema.ts";

/** How much more stable's errors varied than chance alone allows, as two sums in millionths. */
export const dispersionField = s.object(
  {
    spread: s.integer({ description: "Sum of the squared deviations.", minimum: 0 }),
    expected: s.integer({ description: "Sum that chance alone would give.", minimum: 0 }),
  },
  {
    description:
      "Over-dispersion of stable's errors as measured by the release before, so that a service whose errors come in bursts is judged rightly from the first window on.",
  },
);

const name = (description: string): s.Field<string, "required"> => s.string({ description, maxLength: 253 });
const words = (description: string): s.Field<string, "required"> => s.string({ description, maxLength: 4096 });
const percent = (description: string): s.Field<number, "required"> =>
  s.number({ description, minimum: 0, maximum: 100 });

const revision = (
  description: string,
): s.Field<{ templateHash: string; images: string[]; replicaSet?: string }, "required"> =>
  s.object(
    {
      templateHash: s.string({ description: "Digest of the pod template.", maxLength: 64 }),
      images: s.list(s.string({ description: "Image.", maxLength: 1024 }), {
        description: "Images of the template.",
        maxItems: 32,
      }),
      replicaSet: s.optional(name("ReplicaSet that runs it.")),
    },
    { description },
  );

export const releaseSpec = s.object(
  {
    delivery: name("The Delivery that this is a release of."),
    number: s.integer({ description: "Counts the releases of the Delivery.", minimum: 1 }),
    workload: s.object(
      {
        kind: name("Kind of the workload."),
        name: name("Name of the workload."),
        uid: s.string({ description: "Its uid.", maxLength: 64 }),
      },
      { description: "What is delivered." },
    ),
    revision: revision("What is released."),
    stable: s.optional(revision("What was serving when the release began.")),
    plan: s.optional(planField),
    checks: s.optional(checksField),
    router: s.optional(name("How traffic was split.")),
    dispersion: s.optional(dispersionField),
    retryOf: s.optional(name("The Release whose rejected revision is tried again.")),
    source: s.optional(
      s.map(s.string({ description: "Value.", maxLength: 2048 }), {
        description:
          "Where the revision comes from, as labels and annotations of the template tell: repository, path, commit.",
        maxProperties: 16,
      }),
    ),
  },
  {
    description: "What was released, from what, by which plan. It cannot be changed.",
    rules: [{ rule: "self == oldSelf", message: "the spec of a Release is a record and cannot be changed" }],
  },
);

const weight = s.object(
  {
    desired: percent("Share that the release wants the contender to have, in percent."),
    written: s.optional(percent("Share that the route objects say.")),
    accepted: s.optional(percent("Share that the router has accepted.")),
    observed: s.optional(percent("Share of the requests that the contender got since the weight was confirmed.")),
  },
  { description: "The contender's share of the traffic, at each stage of its way into the data plane." },
);

const trackTotals = s.object(
  {
    requests: s.integer({ description: "Requests seen." }),
    errors: s.integer({ description: "Requests that failed." }),
  },
  { description: "What was counted on a track while it was compared." },
);

const journalEntry = s.object(
  {
    at: s.time({ description: "When." }),
    rule: name("The rule that decided."),
    reason: name("A stable word for programs."),
    message: words("What was decided and why, in plain words."),
    step: s.optional(name("The step at that moment.")),
    weight: s.optional(percent("The contender's share at that moment.")),
    actor: s.optional(s.string({ description: "Who ordered it.", maxLength: 1024 })),
    facts: s.optional(
      s.map(s.string({ description: "Value.", maxLength: 512 }), {
        description: "Numbers behind the decision.",
        maxProperties: 24,
      }),
    ),
  },
  { description: "One decision." },
);

const checkResult = s.object(
  {
    name: name("Name of the check."),
    outcome: s.oneOf(["pass", "fail", "inconclusive"], { description: "Its answer." }),
    message: words("The answer in words, with the numbers."),
    eValue: s.optional(s.string({ description: "Evidence against the contender; 1 is none.", maxLength: 32 })),
  },
  { description: "The answer of one check." },
);

export const releaseStatus = s.object(
  {
    phase: s.oneOf(
      [
        "Pending",
        "Progressing",
        "Paused",
        "Held",
        "Promoting",
        "Promoted",
        "RollingBack",
        "RolledBack",
        "Superseded",
        "Cancelled",
      ],
      { description: "The state in a word." },
    ),
    intent: s.oneOf(["advance", "promote", "rollback"], {
      description: "Where the release is heading. Written before anything is done about it.",
    }),
    /** Why the release is heading back, kept until the end. */
    ending: s.optional(
      s.object(
        {
          phase: s.oneOf(["RolledBack", "Superseded", "Cancelled"], { description: "How it will end." }),
          reason: name("A stable word for programs."),
          message: words("Why."),
        },
        { description: "Why the release is taken back." },
      ),
    ),
    message: s.optional(words("What is going on, in a sentence.")),
    startedAt: s.optional(s.time({ description: "When the release began." })),
    finishedAt: s.optional(s.time({ description: "When it ended." })),
    deadlineAt: s.optional(s.time({ description: "When its time is over." })),
    readyDeadlineAt: s.optional(s.time({ description: "When the contender's pods must be ready." })),
    step: s.optional(
      s.object(
        {
          index: s.integer({ description: "Index in the plan's steps.", minimum: 0 }),
          name: name("Name of the step."),
          count: s.integer({ description: "How many steps there are.", minimum: 1 }),
          enteredAt: s.time({ description: "When it was entered." }),
          confirmedAt: s.optional(s.time({ description: "When its weight was confirmed; its clock starts here." })),
          endsAt: s.optional(s.time({ description: "When its time is over." })),
          approved: s.optional(s.boolean({ description: "Somebody approved it." })),
          skipped: s.optional(s.boolean({ description: "Somebody ended it." })),
        },
        { description: "Where in the plan the release is." },
      ),
    ),
    weight: s.optional(weight),
    paused: s.optional(
      s.object(
        {
          at: s.time({ description: "Since when." }),
          by: s.optional(words("By whom.")),
          reason: s.optional(words("Why.")),
        },
        { description: "Somebody stopped all moves forward." },
      ),
    ),
    contender: s.optional(
      s.object(
        {
          replicaSet: name("Its ReplicaSet."),
          takenOver: s.optional(
            s.boolean({ description: "The ReplicaSet was the Deployment's own, from an earlier revision." }),
          ),
          replicas: s.integer({ description: "Pods wanted." }),
          ready: s.integer({ description: "Pods ready." }),
        },
        { description: "The contender's pods." },
      ),
    ),
    warm: s.optional(s.boolean({ description: "The data plane was seen to reach the contender." })),
    drainUntil: s.optional(s.time({ description: "Until when a track without traffic keeps running." })),
    originals: s.optional(
      s.object(
        {
          serviceSelector: s.optional(
            s.map(s.string({ description: "Value.", maxLength: 63 }), {
              description: "The Service's selector.",
              maxProperties: 64,
            }),
          ),
          routes: s.optional(
            s.map(s.string({ description: "Rules as JSON.", maxLength: 262_144 }), {
              description: "The rules of each route.",
              maxProperties: 8,
            }),
          ),
          written: s.optional(
            s.map(s.string({ description: "Digest.", maxLength: 64 }), {
              description: "Digest of the rules last written to each route.",
              maxProperties: 8,
            }),
          ),
        },
        { description: "What the release changed, as it was before; put back at its end." },
      ),
    ),
    handOver: s.optional(
      s.oneOf(["Started", "Adopted", "Unpaused", "Returned"], { description: "How far the hand-over has come." }),
    ),
    verdict: s.optional(
      s.object(
        {
          outcome: s.oneOf(["pass", "fail", "inconclusive"], { description: "What the checks add up to." }),
          message: words("The same in words, with the numbers."),
          at: s.time({ description: "When it was reached." }),
          checks: s.list(checkResult, { description: "Check by check.", maxItems: 16, keys: ["name"] }),
          needed: s.optional(words("What evidence is missing.")),
        },
        { description: "The newest verdict." },
      ),
    ),
    totals: s.optional(
      s.object(
        { stable: trackTotals, contender: trackTotals },
        { description: "Requests counted while the tracks were compared." },
      ),
    ),
    evidence: s.optional(
      s.object(
        {
          windows: s.string({
            description:
              "The counted windows, encoded; `tidegate explain --replay` recomputes every verdict from them.",
            maxLength: 400_000,
          }),
          base: s.optional(
            s.anything({ description: "State of the statistics before the oldest window that is kept." }),
          ),
          state: s.optional(s.anything({ description: "State of the statistics after them." })),
          at: s.optional(s.time({ description: "End of the newest window." })),
          sourceError: s.optional(words("Why the source could not be read the last time.")),
        },
        { description: "The record behind the verdicts." },
      ),
    ),
    interventions: s.optional(
      s.list(s.string({ description: "uid.", maxLength: 64 }), {
        description: "Interventions that were carried out.",
        maxItems: 200,
      }),
    ),
    rewrites: s.optional(
      s.object(
        {
          count: s.integer({ description: "How often." }),
          by: s.optional(words("By whom, as managedFields tell.")),
          nextAt: s.time({ description: "When the weight is written again." }),
        },
        { description: "Somebody else writes the route." },
      ),
    ),
    journal: s.optional(s.list(journalEntry, { description: "Every decision, oldest first.", maxItems: 300 })),
    conditions: s.optional(conditionsField),
  },
  { description: "What was seen, decided and done." },
);

export type ReleaseSpec = Infer<typeof releaseSpec>;
export type ReleaseStatus = Infer<typeof releaseStatus>;
export type ReleasePhase = ReleaseStatus["phase"];
export type JournalEntry = Infer<typeof journalEntry>;
export type Release = KubeObject & { spec: ReleaseSpec; status?: ReleaseStatus };

const finished: readonly ReleasePhase[] = ["Promoted", "RolledBack", "Superseded", "Cancelled"];

export function isFinished(phase: ReleasePhase | undefined): boolean {
  return phase !== undefined && finished.includes(phase);
}
