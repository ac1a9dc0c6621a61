export type HeaderMatch = { readonly name: string; readonly exact: string };

/** What a release wants of the traffic, whatever the router. */
export type TrafficGoal = {
  /** The contender's share of all traffic, 0 to 10,000. */
  readonly contenderBasisPoints: number;
  /** Requests with any one of these headers go to the contender whatever its share. */
  readonly matches: readonly HeaderMatch[];
};

export type TrafficCapabilities = {
  /** Shares are of requests, or merely of pods. */
  readonly shares: "requests" | "pods";
  readonly headerMatch: boolean;
  /** Whether the data plane can be asked, with a header of its own, whether it reaches a backend. */
  readonly probes: boolean;
  /** The finest step of a share. */
  readonly granularityBasisPoints: number;
};

export const noTraffic: TrafficGoal = { contenderBasisPoints: 0, matches: [] };

export function sameGoal(a: TrafficGoal | undefined, b: TrafficGoal): boolean {
  if (a === undefined || a.contenderBasisPoints !== b.contenderBasisPoints || a.matches.length !== b.matches.length)
    return false;
  return a.matches.every(
    (match, index) => match.name === b.matches[index]?.name && match.exact === b.matches[index]?.exact,
  );
}
