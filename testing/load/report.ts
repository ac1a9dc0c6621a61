/** What a load generator has seen. Latencies are milliseconds from the moment when a request was due. */
export type LoadReport = {
  readonly requests: number;
  /** Requests that were due while too many others were unanswered, so that they were never sent. */
  readonly unsent: number;
  /** Failures that are not the answering version's own fault: no answer, or an answer that somebody else gave. */
  readonly foreignFailures: number;
  readonly versions: Readonly<Record<string, VersionReport>>;
  /** The first failures that are nobody's version's fault, for the reader. */
  readonly examples: readonly FailureExample[];
  /** Seconds of the request that was answered last, since the first one was due. */
  readonly seconds: number;
  /** The longest that the generator itself was kept from sending, in milliseconds: how starved the machine was. */
  readonly stalledMs: number;
};

export type VersionReport = {
  readonly requests: number;
  /** Answers by status code. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
};

export type FailureExample = { readonly at: string; readonly what: string };

/** Version of an answer that names none. */
export const unnamedVersion = "none";

export const emptyReport: LoadReport = {
  requests: 0,
  unsent: 0,
  foreignFailures: 0,
  versions: {},
  examples: [],
  seconds: 0,
  stalledMs: 0,
};
