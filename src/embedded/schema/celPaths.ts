import type { Schema } from "../wire/resource.ts";
import { schemaOfKey } from "./applyDefaults.ts";

export type MissingField = { readonly field: string; /** From 1. */ readonly column: number };

const selection = /(?<![\w.'"\]])(self|oldSelf)((?:\??\.\??[A-Za-z_]\w*(?!\s*\()|\[\d+\])*)/g;
const strings = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;

/**
 * Plain paths from `self` and `oldSelf` in a rule, as `self.spec.size`, that lead to fields which the schema does not
 * have. Paths through variables of macros are not followed.
 */
export function celPaths(rule: string, schema: Schema): MissingField[] {
  const bare = rule.replaceAll(strings, (found) => `"${" ".repeat(found.length - 2)}"`);
  return Array.from(bare.matchAll(selection)).flatMap((match) => {
    const missing = firstMissing(match[2] ?? "", schema);
    return missing === undefined
      ? []
      : [{ field: missing.field, column: match.index + (match[1]?.length ?? 0) + missing.offset + 1 }];
  });
}

function firstMissing(path: string, schema: Schema): { field: string; offset: number } | undefined {
  let at: Schema | undefined = schema;
  for (const step of path.matchAll(/\??\.\??([A-Za-z_]\w*)|\[\d+\]/g)) {
    const field = step[1];
    if (at === undefined || isOpen(at)) return undefined;
    if (field === undefined) at = at.items;
    else if (field.startsWith("__")) return undefined;
    else {
      const next = schemaOfKey(at, field);
      if (next === undefined && at.type === "object") return { field, offset: step.index };
      at = next;
    }
  }
  return undefined;
}

function isOpen(schema: Schema): boolean {
  return (
    schema["x-kubernetes-preserve-unknown-fields"] === true ||
    schema["x-kubernetes-embedded-resource"] === true ||
    schema["x-kubernetes-int-or-string"] === true
  );
}
