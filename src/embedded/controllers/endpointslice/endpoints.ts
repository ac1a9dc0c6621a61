import { hasEnded, isReadyPod } from "../pods/podState.ts";
import type { ContainerPort, Node, Pod } from "../workloadTypes.ts";
import type { AddressType, Endpoint, EndpointPort, Service, ServicePort } from "./types.ts";

/** Endpoints that share address family and ports, and so can share slices. */
export type EndpointGroup = {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
};

export type EndpointsInput = {
  readonly service: Service;
  /** Pods that the selector matches. */
  readonly pods: readonly Pod[];
  readonly nodeOf: (name: string) => Node | undefined;
};

/** Identity of a group: same key, same slices. */
export function groupKey(addressType: string, ports: readonly EndpointPort[]): string {
  const parts = ports.map(({ name, protocol, port, appProtocol }) =>
    JSON.stringify([name, protocol, port, appProtocol ?? null]),
  );
  return `${addressType} ${parts.toSorted().join(" ")}`;
}

export function addressFamilies({ spec }: Service): readonly AddressType[] {
  const families = (spec.ipFamilies ?? []).filter((family) => family === "IPv4" || family === "IPv6");
  return families.length === 0 ? ["IPv4"] : families;
}

/** What a Service's slices should hold, by group. Pods without an address or a known node are left out. */
export function desiredGroups(input: EndpointsInput): Map<string, EndpointGroup> {
  const groups = new Map<string, EndpointGroup>();
  for (const pod of input.pods.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const node = input.nodeOf(pod.spec.nodeName ?? "");
    const placed = node !== undefined || input.service.spec.publishNotReadyAddresses === true;
    if (hasEnded(pod) || !placed) continue;
    const ports = endpointPorts(input.service, pod);
    for (const addressType of addressFamilies(input.service)) {
      const addresses = addressesOf(pod, addressType);
      if (addresses.length === 0) continue;
      const key = groupKey(addressType, ports);
      const endpoint = endpointOf({ service: input.service, pod, node, addresses });
      groups.set(key, { addressType, ports, endpoints: [...(groups.get(key)?.endpoints ?? []), endpoint] });
    }
  }
  return groups;
}

function addressesOf({ status }: Pod, addressType: AddressType): string[] {
  const all = status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP === undefined ? [] : [status.podIP]);
  return all.filter((ip) => ip !== "" && (ip.includes(":") ? "IPv6" : "IPv4") === addressType);
}

type EndpointFacts = {
  readonly service: Service;
  readonly pod: Pod;
  readonly node: Node | undefined;
  readonly addresses: string[];
};

function endpointOf({ service, pod, node, addresses }: EndpointFacts): Endpoint {
  const { name, namespace, uid } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  const serving = isReadyPod(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const zone = node?.metadata.labels?.["topology.kubernetes.io/zone"];
  const named = hostname !== undefined && hostname !== "" && subdomain === service.metadata.name;
  return {
    addresses,
    conditions: {
      ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(named ? { hostname } : {}),
    targetRef: {
      kind: "Pod",
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(uid === undefined ? {} : { uid }),
    },
    ...(nodeName === undefined || nodeName === "" ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}

/** A port that is named and that the pod does not have is left out for that pod. */
function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = targetPort(port, pod);
    if (number === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = port;
    return [{ name, protocol, port: number, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function targetPort({ targetPort: target, port, protocol = "TCP" }: ServicePort, pod: Pod): number | undefined {
  if (target === undefined || target === 0 || target === "") return port;
  if (typeof target === "number") return target;
  return containerPorts(pod).find(
    (candidate) => candidate.name === target && (candidate.protocol ?? "TCP") === protocol,
  )?.containerPort;
}

function containerPorts({ spec }: Pod): readonly ContainerPort[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...(spec.containers ?? []), ...sidecars].flatMap(({ ports }) => ports ?? []);
}
