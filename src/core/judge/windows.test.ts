import { describe, expect, it } from "vitest";
import type { CounterSeries, Sample } from "./sample.ts";
import { differenceSamples } from "./windows.ts";

function series(more: Partial<CounterSeries> = {}): CounterSeries {
  return { track: "contender", key: "a", perPod: true, requests: 0, errors: 0, ...more };
}

function sample(atMs: number, all: readonly CounterSeries[], more: Partial<Sample> = {}): Sample {
  return { atMs, series: all, observed: { stable: true, contender: true }, problems: [], ...more };
}

function cumulative(...counts: number[]): Pick<CounterSeries, "latency"> {
  return { latency: { boundariesMs: [10, 100], counts } };
}

const options = { step: 2, weightConfirmed: true };

describe("the window between two samples", () => {
  const cases: {
    name: string;
    before: CounterSeries[];
    after: CounterSeries[];
    unread?: string[];
    counts: [number, number];
  }[] = [
    {
      name: "is the difference",
      before: [series({ requests: 100, errors: 3 })],
      after: [series({ requests: 130, errors: 5 })],
      counts: [30, 2],
    },
    {
      name: "adds up the series",
      before: [series(), series({ key: "b", requests: 5 })],
      after: [series({ requests: 7 }), series({ key: "b", requests: 6, errors: 1 })],
      counts: [8, 1],
    },
    {
      name: "counts from 0 after a reset",
      before: [series({ requests: 100, errors: 50 })],
      after: [series({ requests: 30, errors: 2 })],
      counts: [30, 2],
    },
    {
      name: "sees a reset by the errors alone",
      before: [series({ requests: 10, errors: 5 })],
      after: [series({ requests: 30, errors: 2 })],
      counts: [30, 2],
    },
    {
      name: "sees a reset by the start of the process",
      before: [series({ requests: 10, bornAtMs: 5 })],
      after: [series({ requests: 30, bornAtMs: 1_500 })],
      counts: [30, 0],
    },
    {
      name: "lets one series reset and another go on",
      before: [series({ requests: 100 }), series({ key: "b", requests: 100 })],
      after: [series({ requests: 4 }), series({ key: "b", requests: 103 })],
      counts: [7, 0],
    },
    {
      name: "counts a new series of a young pod from 0",
      before: [],
      after: [series({ requests: 12, errors: 4, bornAtMs: 1_000 })],
      counts: [12, 4],
    },
    {
      name: "does not count the past of an old pod that turns up",
      before: [],
      after: [series({ requests: 12_000, errors: 4, bornAtMs: 999 })],
      counts: [0, 0],
    },
    {
      name: "counts a new series from 0 where its track was watched before",
      before: [],
      after: [series({ requests: 12 })],
      counts: [12, 0],
    },
    {
      name: "does not take one for new that could not be read before",
      before: [],
      after: [series({ requests: 12 })],
      unread: ["a"],
      counts: [0, 0],
    },
    {
      name: "never counts backwards when a series vanishes",
      before: [series({ requests: 100 }), series({ key: "b", requests: 9 })],
      after: [series({ key: "b", requests: 10 })],
      counts: [1, 0],
    },
    {
      name: "leaves out what is no count",
      before: [series()],
      after: [
        series({ requests: Number.NaN }),
        series({ key: "b", requests: 1.5 }),
        series({ key: "c", requests: -1 }),
        series({ key: "d", requests: Infinity }),
      ],
      counts: [0, 0],
    },
  ];

  it.each(cases)("$name", ({ before, after, unread, counts }) => {
    const window = differenceSamples(
      sample(1_000, before, unread === undefined ? {} : { unread }),
      sample(6_000, after),
      options,
    );
    expect([window.contender.requests, window.contender.errors]).toEqual(counts);
    expect(window.stable).toEqual({ requests: 0, errors: 0 });
    expect(window).toMatchObject({ id: "6000", fromMs: 1_000, toMs: 6_000, step: 2 });
    expect(window.gap).toBeUndefined();
  });

  it("keeps the tracks apart, even with equal keys", () => {
    const before = sample(0, [series({ requests: 1 }), series({ track: "stable", requests: 10 })]);
    const after = sample(5_000, [series({ requests: 3 }), series({ track: "stable", requests: 30 })]);
    const { contender, stable } = differenceSamples(before, after, options);
    expect([contender.requests, stable.requests]).toEqual([2, 20]);
  });

  it("tells pods apart, but not the routes of a gateway", () => {
    const window = differenceSamples(
      sample(0, []),
      sample(5_000, [series({ requests: 3, errors: 1 }), series({ key: "b", perPod: false, requests: 4 })]),
      options,
    );
    expect(window.contender).toEqual({ requests: 7, errors: 1, byPod: { a: { requests: 3, errors: 1 } } });
  });

  it.each([
    {
      name: "stable was not observed before",
      before: { stable: false, contender: true },
      after: { stable: true, contender: true },
      confirmed: true,
      gap: "stableNotObserved",
    },
    {
      name: "the contender is not observed now",
      before: { stable: true, contender: true },
      after: { stable: true, contender: false },
      confirmed: true,
      gap: "contenderNotObserved",
    },
    {
      name: "the weight was not confirmed",
      before: { stable: true, contender: true },
      after: { stable: true, contender: true },
      confirmed: false,
      gap: "weightNotConfirmed",
    },
  ])("is a gap when $name", ({ before, after, confirmed, gap }) => {
    const window = differenceSamples(sample(0, [], { observed: before }), sample(5_000, [], { observed: after }), {
      step: 0,
      weightConfirmed: confirmed,
    });
    expect(window.gap).toBe(gap);
  });

  describe("latency", () => {
    it.each([
      {
        name: "turns cumulative counts into counts per bucket",
        before: cumulative(10, 20, 25),
        after: cumulative(12, 27, 33),
        counts: [2, 5, 1],
      },
      {
        name: "starts from 0 after a reset",
        before: cumulative(10, 20, 25),
        after: cumulative(1, 3, 4),
        counts: [1, 2, 1],
      },
      { name: "levels a torn read", before: cumulative(0, 0, 0), after: cumulative(5, 4, 6), counts: [5, 0, 1] },
    ])("$name", ({ before, after, counts }) => {
      const window = differenceSamples(
        sample(0, [series({ requests: 50, ...before })]),
        sample(5_000, [series({ requests: 60, ...after })]),
        options,
      );
      expect(window.contender.latency).toEqual({ boundariesMs: [10, 100], counts });
    });

    it("does not add up histograms with different buckets", () => {
      const other = { latency: { boundariesMs: [1, 2], counts: [1, 2, 3] } };
      const window = differenceSamples(
        sample(0, []),
        sample(5_000, [series({ requests: 4, ...cumulative(1, 3, 4) }), series({ key: "b", requests: 3, ...other })]),
        options,
      );
      expect(window.contender.latency).toEqual({ boundariesMs: [10, 100], counts: [1, 2, 1] });
    });
  });
});
