import * as s from "./schema.ts";
import type { Infer } from "./schema.ts";

const errors = s.object(
  {
    toleratedOddsRatio: s.optional(
      s.number({
        description:
          "How many times the contender's odds of an error may exceed stable's before that counts against it. Default 1.25.",
        minimum: 1,
        maximum: 100,
      }),
    ),
    materialDifference: s.optional(
      s.number({
        description: "Smallest difference of error rates that matters, in percentage points. Default 0.05.",
        minimum: 0,
        maximum: 100,
      }),
    ),
  },
  {
    description:
      "Compares the contender's share of failed requests with stable's, by statistics that stay valid however often one looks.",
  },
);

const latency = s.object(
  {
    toleratedOddsRatio: s.optional(
      s.number({
        description:
          "How many times the odds of a slow request may exceed stable's before that counts against the contender. Default 1.25.",
        minimum: 1,
        maximum: 100,
      }),
    ),
  },
  { description: "Compares the contender's distribution of latencies with stable's, at every bucket boundary." },
);

const threshold = s.object(
  {
    metric: s.oneOf(["errorRate", "successRate", "latencyP50", "latencyP90", "latencyP99"], {
      description:
        "What is measured on the contender: `errorRate` and `successRate` in percent, `latencyP..` in milliseconds.",
    }),
    min: s.optional(s.number({ description: "The smallest good value." })),
    max: s.optional(s.number({ description: "The largest good value." })),
    minSamples: s.withDefault(
      s.integer({
        description: "Requests of the contender in a measurement below which it says nothing.",
        minimum: 1,
        maximum: 1_000_000,
      }),
      20,
    ),
    failures: s.withDefault(
      s.integer({
        description: "How many of the last `of` measurements must be out of bounds for the check to fail.",
        minimum: 1,
        maximum: 100,
      }),
      3,
    ),
    of: s.withDefault(
      s.integer({ description: "How many measurements are looked back on.", minimum: 1, maximum: 100 }),
      5,
    ),
    noData: s.withDefault(
      s.oneOf(["hold", "fail", "ignore"], { description: "What a measurement without enough requests means." }),
      "hold",
    ),
  },
  {
    description: "An absolute bound on a measured value of the contender.",
    rules: [
      { rule: "has(self.min) || has(self.max)", message: "a threshold needs min, max or both" },
      { rule: "self.failures <= self.of", message: "failures may not exceed of" },
    ],
  },
);

const check = s.object(
  {
    name: s.optional(
      s.string({
        description: "Name of the check. Default: its kind.",
        pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        maxLength: 63,
      }),
    ),
    errors: s.optional(errors),
    latency: s.optional(latency),
    threshold: s.optional(threshold),
    budgetShare: s.optional(
      s.number({
        description:
          "Weight of this check in the release's one budget of false alarms, relative to the other statistical checks. Default 1.",
        minimum: 0.01,
        maximum: 100,
      }),
    ),
    minRequests: s.optional(
      s.integer({
        description:
          "Requests of the contender that the check must have seen in a step before it can pass. Default 50.",
        minimum: 1,
        maximum: 100_000_000,
      }),
    ),
  },
  {
    description: "A question about the contender, answered pass, fail or inconclusive.",
    rules: [
      {
        rule: "(has(self.errors) ? 1 : 0) + (has(self.latency) ? 1 : 0) + (has(self.threshold) ? 1 : 0) == 1",
        message: "a check is exactly one of errors, latency and threshold",
      },
    ],
  },
);

export const checksField = s.list(check, {
  description: "What is asked of the contender. Absent: `errors` and `latency`. An empty list asks nothing.",
  maxItems: 16,
});

export const metricsField = s.object(
  {
    source: s.optional(
      s.oneOf(["gateway", "pods"], {
        description:
          "Where requests are counted: by the gateway in front, or by the pods themselves. Default: the gateway where it tells its metrics address, else the pods.",
      }),
    ),
    interval: s.withDefault(s.duration({ description: "Time between two looks at the counters." }), "5s"),
    gateway: s.optional(
      s.object(
        {
          url: s.string({
            description: "Address of the gateway's Prometheus metrics.",
            pattern: "^https?://.+",
            maxLength: 2048,
          }),
        },
        {
          description:
            "Where the gateway's metrics are; default: the annotation tidegate.dev/metrics-url of the route's Gateway.",
        },
      ),
    ),
    pods: s.optional(
      s.object(
        {
          port: s.integer({ description: "Port of the pods' metrics endpoint.", minimum: 1, maximum: 65_535 }),
          path: s.withDefault(
            s.string({ description: "Path of the pods' metrics endpoint.", pattern: "^/.*", maxLength: 1024 }),
            "/metrics",
          ),
          requests: s.withDefault(
            s.string({
              description: "Name of the counter of requests; its label `code` or `status` tells failed ones.",
              pattern: "^[a-zA-Z_:][a-zA-Z0-9_:]*$",
              maxLength: 256,
            }),
            "http_requests_total",
          ),
          duration: s.withDefault(
            s.string({
              description: "Name of the histogram of request durations in seconds.",
              pattern: "^[a-zA-Z_:][a-zA-Z0-9_:]*$",
              maxLength: 256,
            }),
            "http_request_duration_seconds",
          ),
        },
        { description: "How the pods count their requests." },
      ),
    ),
  },
  { description: "Where the evidence comes from and how often it is looked at." },
);

export type Check = Infer<typeof check>;
export type MetricsSpec = Infer<typeof metricsField>;
