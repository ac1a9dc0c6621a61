import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aRoute, aRule } from "../../../../testing/builders/routes.ts";
import { noTraffic, type TrafficGoal } from "../../../core/traffic/goal.ts";
import { digestOf, readMark, splitAnnotation } from "./mark.ts";
import { hasTrace, splitRules, stripRules } from "./rules.ts";
import type { BackendRef, RouteRule } from "./types.ts";

const backends = { namespace: "prod", stable: "shop", contender: "shop-contender" };
const goalOf = (contenderBasisPoints: number, matches: TrafficGoal["matches"] = []): TrafficGoal => ({
  contenderBasisPoints,
  matches,
});
const canary = [{ name: "x-canary", exact: "1" }];
const weightsOf = (rule: RouteRule | undefined) =>
  Object.fromEntries((rule?.backendRefs ?? []).map(({ name, weight = 1 }) => [name, weight]));
const userPart = (rules: readonly RouteRule[]) => rules.filter(({ name }) => name?.startsWith("tidegate-") !== true);

/** What a rule does: its matches, and the share of each of its backends. */
const meaning = (rules: readonly RouteRule[]) =>
  rules.map(({ backendRefs = [], ...rest }) => {
    const total = backendRefs.reduce((sum, { weight = 1 }) => sum + weight, 0);
    return {
      ...rest,
      shares: backendRefs.map(({ name, port, weight = 1 }) => ({
        name,
        port,
        share: total === 0 ? 0 : Math.round((weight / total) * 1e6),
      })),
    };
  });

const others = fc.array(
  fc.record({
    name: fc.constantFrom("cart", "search"),
    port: fc.constant(80),
    weight: fc.integer({ min: 0, max: 1_000 }),
  }),
  { maxLength: 2 },
);
const rule = fc
  .record({
    weight: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }),
    others,
    path: fc.constantFrom("/", "/api"),
  })
  .map(({ weight, others: rest, path }): RouteRule => {
    const own: BackendRef = { name: "shop", port: 80, ...(weight === undefined ? {} : { weight }) };
    return {
      matches: [{ path: { type: "PathPrefix", value: path } }],
      backendRefs: [own, ...rest.filter((ref, index) => index === 0 || ref.name !== rest[0]?.name)],
    };
  });
const route = fc.array(rule, { minLength: 1, maxLength: 4 });
const share = fc.integer({ min: 0, max: 10_000 });

describe("a split", () => {
  it("puts a probe rule for each track first, then the matches, then the user's rules", () => {
    const names = splitRules([aRule()], backends, goalOf(500, canary)).map(({ name }) => name);
    expect(names).toEqual(["tidegate-probe-contender", "tidegate-probe-stable", "tidegate-match-0", undefined]);
  });

  it("answers a probe by the track that it asks for, and says so in the answer", () => {
    const [contender, stable] = splitRules([aRule()], backends, noTraffic);
    expect(contender).toMatchObject({
      matches: [{ headers: [{ name: "x-tidegate-probe", value: "contender" }] }],
      backendRefs: [{ name: "shop-contender", weight: 1 }],
    });
    expect(stable).toMatchObject({
      filters: [{ responseHeaderModifier: { set: [{ name: "x-tidegate-probe", value: "stable" }] } }],
      backendRefs: [{ name: "shop" }],
    });
  });

  it("leaves the user's rules untouched while the contender gets nothing", () => {
    const rules = [aRule(), aRule([{ name: "cart" }])];
    expect(userPart(splitRules(rules, backends, noTraffic))).toEqual(rules);
  });

  it("gives the contender its share of the Service's", () => {
    expect(weightsOf(splitRules([aRule()], backends, goalOf(525)).at(-1))).toEqual({
      shop: 9_475,
      "shop-contender": 525,
    });
  });

  it("sends matching requests to the contender under the user's own matches too", () => {
    const rules = splitRules(
      [aRule(undefined, { matches: [{ path: { value: "/a" } }, { method: "GET" }], timeouts: { request: "1s" } })],
      backends,
      goalOf(0, canary),
    );
    expect(rules[2]).toEqual({
      name: "tidegate-match-0",
      timeouts: { request: "1s" },
      matches: [
        { path: { value: "/a" }, headers: [{ type: "Exact", name: "x-canary", value: "1" }] },
        { method: "GET", headers: [{ type: "Exact", name: "x-canary", value: "1" }] },
      ],
      backendRefs: [{ name: "shop-contender", port: 80, group: "", kind: "Service", weight: 1 }],
    });
  });

  it("does nothing to rules that do not name the Service, in another namespace or of another kind", () => {
    const rules = [
      aRule([{ name: "cart" }]),
      aRule([{ name: "shop", namespace: "test" }]),
      aRule([{ name: "shop", kind: "ServiceImport", group: "x" }]),
    ];
    expect(splitRules(rules, backends, goalOf(5_000))).toEqual(rules);
  });

  it("keeps the sum of both tracks at the Service's own share, and the others' relation to it", () => {
    fc.assert(
      fc.property(route, share, (rules, contenderBasisPoints) => {
        const split = userPart(splitRules(rules, backends, goalOf(contenderBasisPoints)));
        for (const [index, before] of rules.entries()) {
          const was = weightsOf(before);
          const is = weightsOf(split[index]);
          const unit = ((is["shop"] ?? 0) + (is["shop-contender"] ?? 0)) / (was["shop"] ?? 1);
          expect(Number.isInteger(unit)).toBe(true);
          for (const name of ["cart", "search"]) if (was[name] !== undefined) expect(is[name]).toBe(was[name] * unit);
          for (const weight of Object.values(is))
            expect(weight >= 0 && weight <= 1_000_000 && Number.isInteger(weight)).toBe(true);
        }
      }),
    );
  });

  it("comes within 0.01 % of what is wanted", () => {
    fc.assert(
      fc.property(share, (contenderBasisPoints) => {
        const { shop = 0, "shop-contender": contender = 0 } = weightsOf(
          splitRules([aRule()], backends, goalOf(contenderBasisPoints)).at(-1),
        );
        expect(Math.round((contender / (shop + contender)) * 1e9) / 1e5).toBe(contenderBasisPoints);
      }),
    );
  });
});

describe("stripping", () => {
  it("makes of a split what it was made of, as far as requests can tell", () => {
    fc.assert(
      fc.property(route, share, fc.boolean(), (rules, contenderBasisPoints, matching) => {
        const goal = goalOf(contenderBasisPoints, matching ? canary : []);
        const stripped = stripRules(splitRules(rules, backends, goal), backends);
        const plain = (list: readonly RouteRule[]) =>
          meaning(
            list.map((one) => ({
              ...one,
              backendRefs: (one.backendRefs ?? []).map(({ group: _group, kind: _kind, ...ref }) => ref),
            })),
          );
        expect(plain(stripped)).toEqual(plain(rules));
        expect(hasTrace(stripped, backends)).toBe(false);
      }),
    );
  });

  it("keeps what the user changed meanwhile", () => {
    const split = splitRules([aRule()], backends, goalOf(2_000));
    const edited = [...split.slice(0, -1), { ...split.at(-1), timeouts: { request: "5s" } }, aRule([{ name: "cart" }])];
    const stripped = stripRules(edited, backends);
    expect(stripped).toHaveLength(2);
    expect(stripped[0]).toMatchObject({ timeouts: { request: "5s" }, backendRefs: [{ name: "shop", weight: 1 }] });
  });

  it.each([
    ["rules of the user's", [aRule()], false],
    ["a probe rule", splitRules([aRule()], backends, noTraffic), true],
    ["the contender's Service", [aRule([{ name: "shop" }, { name: "shop-contender" }])], true],
    ["a Service of that name elsewhere", [aRule([{ name: "shop-contender", namespace: "test" }])], false],
  ])("sees a trace in %s: %s", (_case, rules, trace) => {
    expect(hasTrace(rules, backends)).toBe(trace);
  });
});

describe("the mark beside the rules", () => {
  const mark = { delivery: "shop", goal: goalOf(500, canary), digest: "abc", original: [aRule()] };

  it("reads back as it was written", () => {
    expect(readMark(aRoute({ metadata: { annotations: { [splitAnnotation]: JSON.stringify(mark) } } }))).toEqual(mark);
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '{"digest":"abc"}',
    '{"digest":1,"original":[],"goal":{"contenderBasisPoints":1,"matches":[]}}',
  ])("counts as none when it is %j", (text) => {
    expect(readMark(aRoute({ metadata: { annotations: { [splitAnnotation]: text } } }))).toBeUndefined();
  });

  it("has a digest that does not change with defaults and the order of fields", () => {
    const bare: RouteRule = { backendRefs: [{ name: "shop", port: 80 }] };
    const filled: RouteRule = {
      backendRefs: [{ weight: 1, kind: "Service", group: "", port: 80, name: "shop" }],
      matches: [{ path: { value: "/", type: "PathPrefix" } }],
    };
    expect(digestOf([bare])).toBe(digestOf([filled]));
  });

  it("has another digest for other weights, matches and orders", () => {
    const rules = [aRule(), aRule([{ name: "cart" }])];
    const digests = [
      rules,
      rules.toReversed(),
      [aRule([{ name: "shop", port: 80, weight: 2 }]), rules[1]!],
      [aRule(undefined, { matches: [{ method: "GET" }] }), rules[1]!],
    ].map(digestOf);
    expect(new Set(digests).size).toBe(4);
  });
});
