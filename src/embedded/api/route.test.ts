import { describe, expect, it } from "vitest";
import { routeOf } from "./route.ts";
import { compareVersions } from "./registry.ts";

const resource = (
  group: string,
  version: string,
  namespace: string | undefined,
  plural: string,
  name?: string,
  subresource?: string,
) => ({
  kind: "resource",
  group,
  version,
  namespace,
  plural,
  name,
  subresource,
});

describe("routeOf", () => {
  it.each([
    ["/api/v1/namespaces", resource("", "v1", undefined, "namespaces")],
    ["/api/v1/namespaces/a", resource("", "v1", undefined, "namespaces", "a")],
    ["/api/v1/namespaces/a/status", resource("", "v1", undefined, "namespaces", "a", "status")],
    ["/api/v1/namespaces/a/finalize", resource("", "v1", undefined, "namespaces", "a", "finalize")],
    ["/api/v1/namespaces/a/pods", resource("", "v1", "a", "pods")],
    ["/api/v1/namespaces/a/pods/p/log", resource("", "v1", "a", "pods", "p", "log")],
    ["/api/v1/pods", resource("", "v1", undefined, "pods")],
    ["/apis/apps/v1/namespaces/a/deployments/d/scale", resource("apps", "v1", "a", "deployments", "d", "scale")],
    ["/apis/apps/v1/deployments/", resource("apps", "v1", undefined, "deployments")],
    ["/api/v1/namespaces/a/configmaps/b%2Fc", resource("", "v1", "a", "configmaps", "b/c")],
  ])("reads %s", (path, expected) => {
    expect(routeOf(path)).toEqual(expected);
  });

  it.each(["/", "/api", "/api/v1", "/apis", "/apis/apps", "/apis/apps/v1", "/version"])(
    "leaves %s to others",
    (path) => {
      expect(routeOf(path).kind).toBe("other");
    },
  );
});

it("prefers stable versions, then the highest", () => {
  expect(["v1alpha1", "v2", "v1", "v1beta2", "v1beta1", "odd", "v10"].toSorted(compareVersions)).toEqual([
    "v10",
    "v2",
    "v1",
    "v1beta2",
    "v1beta1",
    "v1alpha1",
    "odd",
  ]);
});
