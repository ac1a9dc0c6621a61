import type { AnyObject } from "../../src/api/object.ts";
import { findObject, resourceOf, type ScenarioContext } from "./context.ts";
import { conditionReader, differences, fieldsReader } from "./match.ts";
import { mapOf, optional, text, wholeNumber, yesOrNo, type Read } from "./reader.ts";

/** What a scenario says about an object, or about how many there are. */
export const claimShape = {
  kind: text,
  name: optional(text),
  selector: optional(text),
  fields: optional(fieldsReader),
  conditions: optional(mapOf(conditionReader)),
  absent: optional(yesOrNo),
  count: optional(wholeNumber),
};

export type Claim = Read<typeof claimShape>;

/** What is not as claimed now, one line each; empty when everything is. */
export async function check(context: ScenarioContext, claim: Claim): Promise<string[]> {
  if (claim.name === undefined) return checkMany(context, claim);
  const object = await findObject(context, claim.kind, claim.name);
  if (claim.absent === true) return object === undefined ? [] : [`${claim.kind} ${claim.name} exists`];
  if (object === undefined) return [`${claim.kind} ${claim.name} does not exist`];
  return differences(object, claim.fields ?? {}, claim.conditions ?? {}).map(
    (line) => `${claim.kind} ${claim.name}: ${line}`,
  );
}

async function checkMany(context: ScenarioContext, claim: Claim): Promise<string[]> {
  const objects = await listObjects(context, claim.kind, claim.selector);
  const what = `${claim.kind}${claim.selector === undefined ? "" : ` with ${claim.selector}`}`;
  const problems =
    claim.count === undefined || objects.length === claim.count
      ? []
      : [
          `there are ${objects.length} ${what}, not ${claim.count}: ${objects.map(({ metadata }) => metadata.name).join(", ")}`,
        ];
  const each = objects.flatMap((object) =>
    differences(object, claim.fields ?? {}, claim.conditions ?? {}).map(
      (line) => `${claim.kind} ${object.metadata.name}: ${line}`,
    ),
  );
  return [...problems, ...each];
}

export async function listObjects(
  context: ScenarioContext,
  kind: string,
  selector: string | undefined,
): Promise<readonly AnyObject[]> {
  const resource = await resourceOf(context, kind);
  const { items } = await context.client.list(resource, {
    namespace: context.namespace,
    labelSelector: selector,
    signal: context.signal,
  });
  return items;
}
