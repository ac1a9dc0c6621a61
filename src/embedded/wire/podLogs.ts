/** Which part of whose log, with the meanings of the query parameters of `GET pods/<name>/log`. */
export type PodLogQuery = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Go on with what is written later, until the container ends or the signal is aborted. */
  readonly follow?: boolean | undefined;
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  /** RFC 3339. */
  readonly sinceTime?: string | undefined;
  /** The log of the instance before the last restart. */
  readonly previous?: boolean | undefined;
  /** Each line begins with its RFC 3339 time. */
  readonly timestamps?: boolean | undefined;
  readonly limitBytes?: number | undefined;
};

/** Where the API server finds the logs of pods. */
export interface PodLogs {
  /** The bytes of the log, or undefined when that container (or its previous instance) never ran on this node. */
  open(query: PodLogQuery, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined>;
}
