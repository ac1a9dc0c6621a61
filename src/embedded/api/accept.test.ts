import { describe, expect, it } from "vitest";
import { viewOf } from "./accept.ts";

describe("viewOf", () => {
  const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
  it.each([
    [undefined, "object.json"],
    ["*/*", "object.json"],
    ["application/vnd.kubernetes.protobuf,application/json", "object.json"],
    [`${table},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json`, "table.json"],
    ["application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "object.json"],
    ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "metadata.json"],
    ["application/yaml", "object.yaml"],
    ["application/json;q=0.5, application/yaml", "object.yaml"],
  ])("answers %j with %s", (header, expected) => {
    expect(viewOf(header).key).toBe(expected);
  });

  it.each(["text/html", "application/json;q=0", "application/json;as=Table;v=v9;g=meta.k8s.io"])(
    "cannot answer %j",
    (header) => {
      expect(() => viewOf(header)).toThrow(/406/);
    },
  );
});
