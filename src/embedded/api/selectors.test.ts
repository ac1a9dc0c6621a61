import { describe, expect, it } from "vitest";
import { matchesFields, matchesLabels, parseFieldSelector, parseLabelSelector } from "./selectors.ts";

describe("label selectors", () => {
  const labels = { app: "x", env: "p", n: "5", empty: "" };
  it.each([
    ["", true],
    ["app=x", true],
    ["app==x,env=p", true],
    ["app != x", false],
    ["missing!=x", true],
    ["app in (y, x)", true],
    ["app notin (y,z),env", true],
    ["!missing", true],
    ["!app", false],
    ["empty=", true],
    ["missing=", false],
    ["n>4,n<6", true],
    ["n>5", false],
  ])("%j matches: %s", (selector, expected) => {
    expect(matchesLabels(parseLabelSelector(selector), labels)).toBe(expected);
  });

  it.each(["app in", "app in (", "=x", "app=x,", "a b", "app=x env=y"])("refuses %j", (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(/unable to parse requirement/);
  });
});

describe("field selectors", () => {
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { nodeName: "n" } };
  const known = ["metadata.name", "spec.nodeName", "status.phase"];
  it.each([
    ["metadata.name=a", true],
    ["metadata.name!=a", false],
    ["metadata.name==a,spec.nodeName=n", true],
    ["status.phase=", true],
    ["status.phase!=Running", true],
  ])("%j matches: %s", (selector, expected) => {
    expect(matchesFields(parseFieldSelector(selector, known), object)).toBe(expected);
  });

  it.each(["spec.replicas=1", "metadata.name"])("refuses %j", (selector) => {
    expect(() => parseFieldSelector(selector, known)).toThrow(
      /field label not supported: spec.replicas|can't understand/,
    );
  });
});
