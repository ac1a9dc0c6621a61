import { union } from "./fieldSet.ts";
import type { Manager, Managers } from "./managedFields.ts";
import { compareText, managerId, secondsOf } from "./managedFields.ts";

/** More managers than this that update are not told apart: the oldest are thrown together. */
const maxUpdateManagers = 10;

const ancient = "ancient-changes";

/** The managers with the oldest updates of each version in one entry, where there are too many. */
export function capUpdates(managers: Managers): Managers {
  const updates = [...managers].filter(([, manager]) => manager.operation === "Update");
  if (updates.length <= maxUpdateManagers) return managers;
  updates.sort(
    ([leftId, left], [rightId, right]) => secondsOf(left) - secondsOf(right) || compareText(leftId, rightId),
  );
  const result = new Map(managers);
  const firstOfVersion = new Map<string, string>();
  let left = updates.length;
  for (const [id, manager] of updates) {
    if (left <= maxUpdateManagers) break;
    const first = firstOfVersion.get(manager.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(manager.apiVersion, id);
      continue;
    }
    moveToBucket(result, first, id);
    left -= 1;
  }
  return result;
}

function moveToBucket(managers: Map<string, Manager>, first: string, id: string): void {
  const moved = managers.get(id);
  if (moved === undefined) return;
  const identity = { manager: ancient, operation: "Update", apiVersion: moved.apiVersion, subresource: "" } as const;
  const bucketId = managerId(identity);
  const bucket = managers.get(bucketId) ?? managers.get(first) ?? moved;
  managers.delete(first);
  managers.delete(id);
  // The bucket is as recent as the newest change in it.
  managers.set(bucketId, { ...identity, time: moved.time, fields: union(bucket.fields, moved.fields) });
}
