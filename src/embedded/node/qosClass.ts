import { containersOf } from "./containerRecord.ts";
import type { Container, Pod } from "./podTypes.ts";
import { parseQuantity } from "./quantity.ts";

/** The quality-of-service class by Kubernetes' rules: what is limited, and whether requests equal limits. */
export function qosClassOf(pod: Pod): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = containersOf(pod).map(({ container }) => container);
  if (containers.every((container) => !asksForAnything(container))) return "BestEffort";
  return containers.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}

function asksForAnything({ resources }: Container): boolean {
  return [resources?.requests, resources?.limits].some(
    (list) => list?.["cpu"] !== undefined || list?.["memory"] !== undefined,
  );
}

function isGuaranteed({ resources }: Container): boolean {
  return ["cpu", "memory"].every((name) => {
    const limit = resources?.limits?.[name];
    if (limit === undefined) return false;
    return parseQuantity(resources?.requests?.[name] ?? limit) === parseQuantity(limit);
  });
}
