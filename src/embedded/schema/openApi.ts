import type { ResourceDefinition } from "../wire/resource.ts";

/** The OpenAPI v3 document of one group version (`v1`, `apps/v1`), as `/openapi/v3/apis/apps/v1` answers. */
export function openApiV3(groupVersion: string, _definitions: readonly ResourceDefinition[]): object {
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: groupVersion },
    paths: {},
    components: { schemas: {} },
  };
}
