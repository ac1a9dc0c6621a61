import { describe, expect, it } from "vitest";
import { aDeployment, aTemplate } from "../../../../testing/builders/workloads.ts";
import { maxSurge, maxUnavailable } from "./rolloutNumbers.ts";
import { hashTemplate, sameTemplate } from "./template.ts";

describe("surge and unavailability", () => {
  const cases: [string, number, string | number, string | number, number, number][] = [
    ["percentages round the surge up and the unavailability down", 10, "25%", "25%", 3, 2],
    ["a small Deployment surges by one", 1, "25%", "25%", 1, 0],
    ["both at zero would never move, so that one pod may be missing", 3, 0, 0, 0, 1],
    ["numbers count as they are", 4, 2, 1, 2, 1],
    ["no more can be missing than there are", 2, 0, 5, 0, 2],
  ];
  it.each(cases)("%s", (_name, replicas, surge, unavailable, expectedSurge, expectedUnavailable) => {
    const deployment = aDeployment({
      replicas,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
    });
    expect([maxSurge(deployment), maxUnavailable(deployment)]).toEqual([expectedSurge, expectedUnavailable]);
  });

  it("are nothing with Recreate", () => {
    const deployment = aDeployment({ strategy: { type: "Recreate" } });
    expect([maxSurge(deployment), maxUnavailable(deployment)]).toEqual([0, 0]);
  });
});

describe("templates", () => {
  it("are the same whatever their hash label and the order of their keys", () => {
    const a = aTemplate("shop:1", { "pod-template-hash": "x" });
    const b = {
      spec: { containers: [{ image: "shop:1", name: "shop" }] },
      metadata: { annotations: {}, labels: { app: "shop" } },
    };
    expect(sameTemplate(a, b)).toBe(true);
    expect(hashTemplate(a, undefined)).toBe(hashTemplate(b, undefined));
  });

  it("differ by image, and by a value that is set to false or 0", () => {
    expect(sameTemplate(aTemplate("shop:1"), aTemplate("shop:2"))).toBe(false);
    expect(sameTemplate({ spec: { automountServiceAccountToken: false } }, { spec: {} })).toBe(false);
    expect(sameTemplate({ spec: { terminationGracePeriodSeconds: 0 } }, { spec: {} })).toBe(false);
  });

  it("have another hash after a collision, in letters that names allow", () => {
    const template = aTemplate();
    expect(hashTemplate(template, 1)).not.toBe(hashTemplate(template, undefined));
    expect(hashTemplate(template, 1)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });
});
