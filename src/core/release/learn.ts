import type { Release, ReleaseSpec, ReleaseStatus } from "../../api/release.ts";
import { dispersionSums, type JudgeState } from "../judge/index.ts";

type Dispersion = NonNullable<ReleaseSpec["dispersion"]>;

/**
 * How stable's errors cluster, for the next release to start from: what this one measured and half of what it was
 * told, so that the memory fades. Undefined when nothing is known.
 */
export function learntDispersion(release: Release, status: ReleaseStatus): Dispersion | undefined {
  const told = release.spec.dispersion ?? { spread: 0, expected: 0 };
  const state = status.evidence?.state as JudgeState | undefined;
  const measured = state === undefined ? { spread: 0, expected: 0 } : dispersionSums(state);
  const spread = Math.round(measured.spread + told.spread / 2);
  const expected = Math.round(measured.expected + told.expected / 2);
  return expected > 0 ? { spread, expected } : undefined;
}
