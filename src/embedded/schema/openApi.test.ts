import { describe, expect, it } from "vitest";
import { builtInDefinitions } from "../kinds/builtInDefinitions.ts";
import { definitionsOf } from "../kinds/customResources.ts";
import { recordedCase } from "../kinds/vectors.testing.ts";
import { openApiV3 } from "./openApi.ts";

type Node = { [key: string]: Node };

function document(groupVersion: string): Node {
  const definitions = builtInDefinitions.filter(
    ({ group, version }) => (group === "" ? version : `${group}/${version}`) === groupVersion,
  );
  return openApiV3(groupVersion, definitions) as Node;
}

const deployment = "io.k8s.api.apps.v1.Deployment";

describe("openApiV3", () => {
  it("has a patch operation with fieldValidation, by which kubectl knows that the server validates", () => {
    const patch =
      document("apps/v1")["paths"]?.["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?.["patch"] ?? {};
    expect(patch["x-kubernetes-group-version-kind"]).toEqual({ group: "apps", version: "v1", kind: "Deployment" });
    expect(patch["parameters"]).toContainEqual(expect.objectContaining({ name: "fieldValidation", in: "query" }));
    expect(patch["x-kubernetes-action"]).toBe("patch");
  });

  it("resolves every reference", () => {
    const whole = document("apps/v1");
    const references = [...JSON.stringify(whole).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? "",
    );
    const known = Object.keys(whole["components"]?.["schemas"] ?? {});
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("publishes what a strategic merge patch needs, and nothing of our own", () => {
    const schemas = document("apps/v1")["components"]?.["schemas"] ?? {};
    expect(schemas["io.k8s.api.core.v1.PodSpec"]?.["properties"]?.["containers"]).toMatchObject({
      type: "array",
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "name",
      items: { allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.Container" }] },
    });
    expect(schemas["io.k8s.api.apps.v1.DeploymentSpec"]).toMatchObject({ required: ["selector", "template"] });
    expect(schemas[deployment]?.["properties"]?.["metadata"]).toMatchObject({
      allOf: [{ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" }],
    });
    expect(JSON.stringify(schemas)).not.toContain("x-tidegate");
  });

  it("publishes custom kinds under the reversed name of their group", () => {
    const crd = recordedCase("custom resources", "what the schema refuses")[0]?.body;
    const definitions =
      crd === undefined
        ? []
        : definitionsOf({ ...crd, spec: { ...(crd["spec"] as object), group: "shop.example.com" } });
    const schemas = (openApiV3("shop.example.com/v1", definitions) as Node)["components"]?.["schemas"] ?? {};
    expect(schemas["com.example.shop.v1.Widget"]).toMatchObject({
      properties: { spec: { required: ["size"], properties: { port: { "x-kubernetes-int-or-string": true } } } },
      "x-kubernetes-group-version-kind": [{ group: "shop.example.com", version: "v1", kind: "Widget" }],
    });
  });
});
