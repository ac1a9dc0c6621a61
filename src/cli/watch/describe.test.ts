import { describe, expect, it } from "vitest";
import type { Release, ReleaseStatus } from "../../api/release.ts";
import { progressLine, screen } from "./describe.ts";

function aRelease(status: Partial<ReleaseStatus>): Release {
  return {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Release",
    metadata: { name: "shop-3" },
    spec: {
      delivery: "shop",
      number: 3,
      workload: { kind: "Deployment", name: "shop", uid: "u" },
      revision: { templateHash: "new", images: ["shop:v3"] },
      stable: { templateHash: "old", images: ["shop:v2"] },
      plan: {
        steps: [{ weight: 5 }, { weight: 50 }],
        deadline: "2h",
        onFailure: "rollback",
        onInconclusive: "hold",
        onNewRevision: "replace",
        drain: "2s",
      },
    },
    status: { phase: "Progressing", intent: "advance", ...status },
  };
}

const inFirstStep: Partial<ReleaseStatus> = {
  message: "the contender gets 5 %",
  step: { index: 0, name: "weight-5", count: 3, enteredAt: "2026-01-01T00:00:00Z", endsAt: "2026-01-01T00:00:10Z" },
  weight: { desired: 5, accepted: 5, observed: 4.9 },
  totals: { stable: { requests: 950, errors: 1 }, contender: { requests: 50, errors: 2 } },
};

describe("a release on its way", () => {
  it("is one line with step, weight, counts and message", () => {
    expect(progressLine(aRelease(inFirstStep))).toBe(
      "shop-3  Progressing  step 1/3 weight-5  weight 5 of 5 %, observed 4.9 %  stable 1/950 failed, contender 2/50 failed  the contender gets 5 %",
    );
  });

  it("is a screen with its road, its share, both tracks and the time that is left", () => {
    const lines = screen(aRelease(inFirstStep), Date.parse("2026-01-01T00:00:04Z"));
    expect(lines).toContain("  ● weight-5   · weight-50   · all");
    expect(lines.find((line) => line.includes("contender ["))).toMatch(
      /\[█{2}░{28}\] 5 % {3}desired 5 % {3}observed 4\.9 %/,
    );
    expect(lines).toContain("  contender       50 requests      2 failed  4.00 %");
    expect(lines.at(-1)).toBe("  step ends in 6 s at the earliest");
  });

  it("shows every check with its evidence", () => {
    const verdict = {
      outcome: "fail",
      message: "too many",
      at: "2026-01-01T00:00:05Z",
      checks: [{ name: "errors", outcome: "fail", message: "2 of 50", eValue: "330.0" }],
    } as const;
    const lines = screen(aRelease({ ...inFirstStep, verdict: { ...verdict, checks: [...verdict.checks] } }), 0);
    expect(lines).toContain("  verdict    fail: too many");
    expect(lines).toContain("    errors     fail         2 of 50 (e 330.0)");
  });

  it("has every step ticked when it was promoted, and no clock", () => {
    const lines = screen(aRelease({ ...inFirstStep, phase: "Promoted" }), 0);
    expect(lines).toContain("  ✓ weight-5   ✓ weight-50   ✓ all");
    expect(lines.some((line) => line.includes("step ends"))).toBe(false);
  });

  it("begins in words before anything is known", () => {
    const { status: _none, ...release } = aRelease({});
    expect(progressLine(release)).toBe("shop-3  begins: shop:v3");
  });
});
