import type { KubeObject } from "../../../api/object.ts";
import { equalJson } from "../../../api/equalJson.ts";
import type { Endpoint, EndpointPort, EndpointSlice, Service } from "../endpointslice/types.ts";

type Address = { ip: string; hostname?: string; nodeName?: string; targetRef?: NonNullable<Endpoint["targetRef"]> };

type Port = Omit<EndpointPort, "name"> & { name?: string };

export type Subset = { addresses?: Address[]; notReadyAddresses?: Address[]; ports?: Port[] };

export type Endpoints = KubeObject & { subsets?: Subset[] | null };

const managedByLabel = "endpoints.kubernetes.io/managed-by";
const managerName = "endpoint-controller";

export const isOurs = ({ metadata }: Endpoints): boolean => metadata.labels?.[managedByLabel] === managerName;

/**
 * The Endpoints of a Service, as its slices say, for clients that do not know slices; undefined when what is there is
 * right already.
 */
export function planEndpoints(
  service: Service,
  slices: readonly EndpointSlice[],
  existing: Endpoints | undefined,
): Endpoints | undefined {
  const { name, namespace, labels } = service.metadata;
  const subsets = subsetsOf(service, slices);
  const wanted = { ...labels, [managedByLabel]: managerName };
  const isRight = equalJson(existing?.subsets ?? [], subsets) && equalJson(existing?.metadata.labels, wanted);
  if (existing !== undefined && isRight) return undefined;
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...existing?.metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: wanted,
    },
    subsets,
  };
}

/** One subset per set of ports. */
function subsetsOf(service: Service, slices: readonly EndpointSlice[]): Subset[] {
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
  for (const slice of slices) {
    const key = JSON.stringify(slice.ports ?? []);
    const group = groups.get(key) ?? { ports: slice.ports ?? [], endpoints: [] };
    group.endpoints.push(...(slice.endpoints ?? []));
    groups.set(key, group);
  }
  return [...groups.keys()].toSorted().flatMap((key) => {
    const { ports = [], endpoints = [] } = groups.get(key) ?? {};
    const listed = endpoints.filter(
      ({ conditions }) => !conditions.terminating || service.spec.publishNotReadyAddresses === true,
    );
    const ready = addressesOf(listed.filter(({ conditions }) => conditions.ready));
    const notReady = addressesOf(listed.filter(({ conditions }) => !conditions.ready));
    if (ready.length + notReady.length === 0) return [];
    return [
      {
        ...(ready.length === 0 ? {} : { addresses: ready }),
        ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
        ...(ports.length === 0 ? {} : { ports: ports.map(portOf) }),
      },
    ];
  });
}

function addressesOf(endpoints: readonly Endpoint[]): Address[] {
  const all = endpoints.flatMap(({ addresses, hostname, nodeName, targetRef }) =>
    addresses.map((ip) => ({
      ip,
      ...(hostname === undefined ? {} : { hostname }),
      ...(nodeName === undefined ? {} : { nodeName }),
      ...(targetRef === undefined ? {} : { targetRef }),
    })),
  );
  return all.toSorted((a, b) => (a.ip < b.ip ? -1 : 1));
}

/** The older form leaves an empty name out. */
function portOf({ name, ...port }: EndpointPort): Port {
  return name === "" ? port : { name, ...port };
}
