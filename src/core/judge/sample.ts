/** One counter series as read: everything since its process started, reset-aware differences are the judge's business. */
export type CounterSeries = {
  readonly track: "stable" | "contender";
  /** What makes the series one: a pod (`<name>/<uid>`), or a route and rule of a gateway. Unique per track in a sample. */
  readonly key: string;
  /** Whether `key` is a pod, so that the spread over pods can be measured. */
  readonly perPod: boolean;
  readonly requests: number;
  readonly errors: number;
  /** Cumulative as in Prometheus: `counts[i]` requests took up to `boundariesMs[i]`, the last count is all of them. */
  readonly latency?: { readonly boundariesMs: readonly number[]; readonly counts: readonly number[] };
  /** When the process behind the series started, where known: a younger series counts from 0. */
  readonly bornAtMs?: number;
};

/** All counters of both tracks at one instant. */
export type Sample = {
  readonly atMs: number;
  readonly series: readonly CounterSeries[];
  /** Tracks that were looked at successfully. A track that is looked at and has no series served nothing yet. */
  readonly observed: { readonly stable: boolean; readonly contender: boolean };
  /** Keys of series that were looked for and could not be read this time: when they come back they are not new. */
  readonly unread?: readonly string[];
  /** What could not be read, in words: one entry per endpoint, bounded. The rest of the sample stands. */
  readonly problems: readonly string[];
};
