/** What a client asks of `GET .../pods/{name}/log`; absent numbers mean "no limit". */
export type PodLogRequest = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly follow: boolean;
  readonly tailLines: number | undefined;
  readonly sinceSeconds: number | undefined;
  /** RFC 3339. */
  readonly sinceTime: string | undefined;
  /** Of the container's previous run. */
  readonly previous: boolean;
  /** Each line begins with its RFC 3339 time and a blank. */
  readonly timestamps: boolean;
  readonly limitBytes: number | undefined;
};

/** Where the API server reads what containers wrote; the node agent is one. */
export interface PodLogs {
  /**
   * Resolves with `undefined` when that container has not written a log yet. With `follow` the iteration goes on
   * until the container ends or the signal is aborted; aborting ends it without an error.
   */
  open(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined>;
}
