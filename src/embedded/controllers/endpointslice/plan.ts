import { controllerReference } from "../claims.ts";
import { equalJson } from "../../../api/equalJson.ts";
import { serviceNameLabel } from "../cluster.ts";
import type { EndpointGroup, EndpointsInput } from "./endpoints.ts";
import { addressFamilies, desiredGroups, groupKey } from "./endpoints.ts";
import type { Endpoint, EndpointSlice, Service } from "./types.ts";

export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
export const managerName = "endpointslice-controller.k8s.io";
const headlessLabel = "service.kubernetes.io/headless";
const maxEndpoints = 100;

export type SlicesInput = EndpointsInput & {
  /** The slices of this Service that this controller manages. */
  readonly existing: readonly EndpointSlice[];
};

export type SliceWrite = { readonly kind: "create" | "update" | "delete"; readonly slice: EndpointSlice };

/**
 * What to write so that the slices of a Service hold its endpoints. An endpoint stays in its slice; a slice whose ports
 * are outdated is turned into one that is needed rather than deleted beside it; one empty slice stays when there is
 * nothing to hold.
 */
export function planSlices(input: SlicesInput): readonly SliceWrite[] {
  const { service } = input;
  const groups = desiredGroups(input);
  for (const addressType of addressFamilies(service)) {
    const found = [...groups.values()].some((group) => group.addressType === addressType);
    if (!found) groups.set(groupKey(addressType, []), { addressType, ports: [], endpoints: [] });
  }
  const existing = input.existing.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const spare = existing.filter((slice) => !groups.has(keyOfSlice(slice)));
  const kept: { slice: EndpointSlice; endpoints: readonly Endpoint[] }[] = [];
  const missing: { group: EndpointGroup; endpoints: readonly Endpoint[] }[] = [];
  for (const [key, group] of groups) {
    const spread = spreadEndpoints(
      group,
      existing.filter((slice) => keyOfSlice(slice) === key),
    );
    kept.push(...spread.kept);
    spare.push(...spread.emptied);
    missing.push(...spread.missing.map((endpoints) => ({ group, endpoints })));
  }
  const writes = kept.flatMap(({ slice, endpoints }) =>
    updateWhenChanged(slice, { ...slice, endpoints: [...endpoints] }, service),
  );
  for (const { group, endpoints } of missing) {
    const at = spare.findIndex(({ addressType }) => addressType === group.addressType);
    const [reused] = at < 0 ? [] : spare.splice(at, 1);
    const content = { endpoints: [...endpoints], ports: [...group.ports] };
    if (reused === undefined) writes.push({ kind: "create", slice: newSlice(service, group, content) });
    else writes.push(...updateWhenChanged(reused, { ...reused, ...content }, service));
  }
  return [...writes, ...spare.map((slice): SliceWrite => ({ kind: "delete", slice }))];
}

function keyOfSlice(slice: EndpointSlice): string {
  return groupKey(slice.addressType, slice.ports ?? []);
}

type Spread = {
  readonly kept: { slice: EndpointSlice; endpoints: readonly Endpoint[] }[];
  readonly emptied: readonly EndpointSlice[];
  readonly missing: readonly (readonly Endpoint[])[];
};

function spreadEndpoints({ endpoints }: EndpointGroup, slices: readonly EndpointSlice[]): Spread {
  const left = new Map(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const filled = slices.map((slice) => ({ slice, endpoints: takeKnown(slice, left) }));
  for (const { endpoints: held } of filled) {
    for (const [identity, endpoint] of left) {
      if (held.length >= maxEndpoints) break;
      held.push(endpoint);
      left.delete(identity);
    }
  }
  const rest = [...left.values()];
  const missing: Endpoint[][] = [];
  for (let at = 0; at < rest.length; at += maxEndpoints) missing.push(rest.slice(at, at + maxEndpoints));
  const holding = filled.filter((slice) => slice.endpoints.length > 0);
  if (holding.length > 0 || missing.length > 0) {
    return {
      kept: holding,
      emptied: filled.filter((slice) => slice.endpoints.length === 0).map(({ slice }) => slice),
      missing,
    };
  }
  return {
    kept: filled.slice(0, 1),
    emptied: filled.slice(1).map(({ slice }) => slice),
    missing: filled.length === 0 ? [[]] : [],
  };
}

function takeKnown(slice: EndpointSlice, left: Map<string, Endpoint>): Endpoint[] {
  return (slice.endpoints ?? []).flatMap((known) => {
    const endpoint = left.get(identityOf(known));
    left.delete(identityOf(known));
    return endpoint === undefined ? [] : [endpoint];
  });
}

function identityOf({ targetRef, addresses }: Endpoint): string {
  return targetRef?.uid ?? addresses.join(" ");
}

function updateWhenChanged(before: EndpointSlice, after: EndpointSlice, service: Service): SliceWrite[] {
  const slice = { ...after, metadata: { ...after.metadata, labels: labelsOf(service) } };
  const unchanged =
    equalJson(before.endpoints ?? [], slice.endpoints ?? []) &&
    equalJson(before.ports ?? [], slice.ports ?? []) &&
    equalJson(before.metadata.labels, slice.metadata.labels);
  return unchanged ? [] : [{ kind: "update", slice }];
}

function newSlice(
  service: Service,
  group: EndpointGroup,
  content: Pick<EndpointSlice, "endpoints" | "ports">,
): EndpointSlice {
  const { name, namespace } = service.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      // The server makes the name.
      name: "",
      generateName: `${name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: labelsOf(service),
      ownerReferences: [controllerReference(service)],
    },
    addressType: group.addressType,
    ...content,
  };
}

function labelsOf(service: Service): Record<string, string> {
  const { [headlessLabel]: _headless, ...labels } = service.metadata.labels ?? {};
  return {
    ...labels,
    [serviceNameLabel]: service.metadata.name,
    [managedByLabel]: managerName,
    ...(service.spec.clusterIP === "None" ? { [headlessLabel]: "" } : {}),
  };
}
