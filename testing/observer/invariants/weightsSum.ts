import type { Invariant } from "../invariant.ts";
import { userRules, type Route } from "../world.ts";

/**
 * In every rule the weights are whole, none is negative, and together they are the total of before: a share that is
 * taken from one backend is given to another, and no other backend of the rule is touched by it.
 */
export const weightsSum: Invariant = {
  name: "weights sum to the total",
  judge: () => {
    const totals = new Map<string, number>();
    return ({ event }) => {
      if (event.kind !== "HTTPRoute" || event.type === "gone") return [];
      const route = event.object as Route;
      const problems: string[] = [];
      for (const rule of route.spec.rules ?? []) {
        const weights = (rule.backendRefs ?? []).map(({ weight = 1 }) => weight);
        if (weights.some((weight) => !Number.isInteger(weight) || weight < 0))
          problems.push(`HTTPRoute ${route.metadata.name} has the weights ${weights.join(", ")}`);
        if (weights.length > 0 && weights.every((weight) => weight === 0))
          problems.push(`HTTPRoute ${route.metadata.name} has a rule without any weight`);
      }
      const split = userRules(route)
        .map((rule, index) => ({ index, refs: rule.backendRefs ?? [] }))
        .filter(({ refs }) => refs.length > 1 && refs.some(({ name }) => name.endsWith("-contender")));
      for (const { index, refs } of split) {
        const key = `${route.metadata.uid} ${index} ${refs.map(({ name }) => name).join(",")}`;
        const total = refs.reduce((sum, { weight = 1 }) => sum + weight, 0);
        const known = totals.get(key) ?? total;
        totals.set(key, known);
        if (known !== total)
          problems.push(
            `HTTPRoute ${route.metadata.name}, rule ${index}: the weights sum to ${total}, not to ${known} as before`,
          );
      }
      return problems;
    };
  },
};
