import type { AnyObject } from "../../api/object.ts";
import type { CompiledPolicy } from "./compilePolicy.ts";
import { compilePolicy } from "./compilePolicy.ts";

/** More compiled policies than this are not kept; the one that was not used for longest goes. */
const maxCompiledPolicies = 256;

/** Compiles each state of a policy once. */
export function createPolicyCache(): (policy: AnyObject) => CompiledPolicy {
  const byGeneration = new Map<string, CompiledPolicy>();
  const byObject = new WeakMap<AnyObject, CompiledPolicy>();
  return (policy) => {
    const { uid, generation } = policy.metadata;
    if (uid === undefined || generation === undefined) {
      const compiled = byObject.get(policy) ?? compilePolicy(policy);
      byObject.set(policy, compiled);
      return compiled;
    }
    const key = `${uid}/${generation}`;
    const compiled = byGeneration.get(key) ?? compilePolicy(policy);
    byGeneration.delete(key);
    byGeneration.set(key, compiled);
    const [oldest] = byGeneration.keys();
    if (byGeneration.size > maxCompiledPolicies && oldest !== undefined) byGeneration.delete(oldest);
    return compiled;
  };
}
