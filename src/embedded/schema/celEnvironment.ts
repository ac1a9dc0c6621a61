import { Environment } from "@marcbachmann/cel-js";
import { registerAuthorizer } from "./celAuthorizer.ts";
import { registerLists } from "./celLists.ts";
import { registerMacros } from "./celMacros.ts";
import { registerNetwork } from "./celNetwork.ts";
import { registerQuantities } from "./celQuantity.ts";
import { registerStrings } from "./celStrings.ts";

class Pointers {
  readonly name = "jsonpatch";
}

let base: Environment | undefined;

/** An environment with Kubernetes' libraries in which these variables may be used, some of them optionals. */
export function celEnvironment(variables: readonly string[], optional: readonly string[] = []): Environment {
  base ??= withLibraries();
  const environment = base.clone();
  for (const name of variables) {
    const type = name === "authorizer" ? "Authorizer" : optional.includes(name) ? "optional<dyn>" : "dyn";
    environment.registerVariable(name, type);
  }
  return environment;
}

function withLibraries(): Environment {
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    unlistedVariablesAreDyn: false,
  });
  registerStrings(environment);
  registerLists(environment);
  registerQuantities(environment);
  registerNetwork(environment);
  registerAuthorizer(environment);
  registerMacros(environment);
  registerJsonPatch(environment);
  environment.registerFunction("hasField(dyn, string): bool", hasField);
  return environment;
}

function registerJsonPatch(environment: Environment): void {
  environment.registerType("JsonPatchNamespace", Pointers);
  environment.registerConstant("jsonpatch", "JsonPatchNamespace", new Pointers());
  environment.registerFunction("JsonPatchNamespace.escapeKey(string): string", (_: Pointers, key: string) =>
    key.replaceAll("~", "~0").replaceAll("/", "~1"),
  );
}

function hasField(value: unknown, key: string): boolean {
  if (value instanceof Map) return value.get(key) !== undefined;
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}
