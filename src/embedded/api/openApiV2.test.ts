import { describe, expect, it } from "vitest";
import { openApiV2 } from "./openApiV2.ts";
import { readFields } from "./protobuf/wire.ts";

describe("the OpenAPI v2 document", () => {
  it("is JSON for those who do not ask for more", () => {
    const { text, contentType } = openApiV2("application/json");
    expect(contentType).toBe("application/json");
    expect(JSON.parse(String(text))).toMatchObject({ swagger: "2.0", definitions: {} });
  });

  it("is protobuf for kubectl", () => {
    const { text, contentType } = openApiV2("application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
    expect(contentType).toBe("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    const [version, about] = [...readFields(text as Buffer)];
    expect([version?.number, String(version?.value)]).toEqual([1, "2.0"]);
    expect([...readFields(about?.value as Buffer)].map(({ value }) => String(value))).toEqual([
      "Kubernetes",
      "v1.36.3",
    ]);
  });
});
