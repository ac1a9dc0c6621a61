import { describe, expect, it } from "vitest";
import { aConfigMap } from "../../../../testing/builders/workloads.ts";
import { resources } from "../../../api/resources.ts";
import { remainsConditions, toDelete } from "./plan.ts";

describe("a namespace that ends", () => {
  const ending = aConfigMap("ending", { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.com/f"] });
  const remains = [{ resource: resources.configMaps, objects: [aConfigMap("a"), ending] }];

  it("has everything deleted that was not told to end yet", () => {
    expect(toDelete(remains).map(({ object }) => object.metadata.name)).toEqual(["a"]);
  });

  it("says what is left, and what holds it", () => {
    expect(remainsConditions(remains, "t").map(({ type, status, message }) => [type, status, message])).toEqual([
      ["NamespaceContentRemaining", "True", "Some resources are remaining: configmaps. has 2 resource instances"],
      [
        "NamespaceFinalizersRemaining",
        "True",
        "Some content in the namespace has finalizers remaining: example.com/f in 1 resource instances",
      ],
    ]);
  });

  it("says when nothing is left", () => {
    expect(remainsConditions([], "t").map(({ status }) => status)).toEqual(["False", "False"]);
  });
});
