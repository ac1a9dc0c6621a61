import type { ResourceDefinition } from "../wire/resource.ts";
import { openApiPaths } from "./openApiPaths.ts";
import { Components } from "./openApiSchemas.ts";

/** The OpenAPI v3 document of one group version (`v1`, `apps/v1`) that serves these kinds. */
export function openApiV3(groupVersion: string, definitions: readonly ResourceDefinition[]): object {
  const components = new Components();
  const paths = definitions.map((definition) => openApiPaths(definition, components.addKind(definition)));
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "unversioned", description: `Kinds of ${groupVersion}` },
    paths: Object.assign({}, ...paths) as object,
    components: { schemas: components.all() },
  };
}
