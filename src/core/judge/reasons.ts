/** Reasons of verdicts: public API, never renamed. */
export const judgeReasons = {
  NoGoodRequest: "the contender has not answered a single request well",
  ThresholdBreached: "a threshold was breached",
  WorseThanStable: "the evidence against the contender spent the release's error budget",
  SourceUnreachable: "the metrics could not be read",
  NoWindows: "nothing was observed yet in which both tracks were seen at a confirmed weight",
  BothTracksFail: "stable fails as completely as the contender",
  EvidenceMounts: "there is evidence against the contender, not enough to act on and too much to go on",
  TooFewRequests: "the contender has seen too few requests",
  CheckWithoutData: "a check has no data",
  EnoughEvidence: "enough was seen, and nothing speaks against the contender",
  NothingAsked: "the Delivery asks for no checks",
} as const satisfies Record<string, string>;

export type JudgeReason = keyof typeof judgeReasons;
