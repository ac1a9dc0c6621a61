import type { ObjectReference, ReferenceGrant } from "../apiTypes.ts";
import { gatewayGroup } from "../apiTypes.ts";

/** Whether a route of `fromNamespace` may refer to that object; its own namespace needs no grant. */
export function mayRefer(fromNamespace: string, to: ObjectReference, grants: readonly ReferenceGrant[]): boolean {
  const namespace = to.namespace ?? fromNamespace;
  return (
    namespace === fromNamespace ||
    grants.some((grant) => grant.metadata.namespace === namespace && allows(grant, fromNamespace, to))
  );
}

function allows(grant: ReferenceGrant, fromNamespace: string, to: ObjectReference): boolean {
  const from = grant.spec.from.some(
    (source) => source.group === gatewayGroup && source.kind === "HTTPRoute" && source.namespace === fromNamespace,
  );
  const { group = "", kind = "Service", name } = to;
  return (
    from &&
    grant.spec.to.some((target) => {
      const anyName = target.name === undefined || target.name === "" || target.name === name;
      return target.group === group && target.kind === kind && anyName;
    })
  );
}
