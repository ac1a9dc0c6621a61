import { humanAge } from "./humanDuration.ts";
import type { Printer } from "./printer.ts";
import { ageColumn, column, nameColumn, wideColumn } from "./printer.ts";
import { firstOf, formatLabels, listAt, numberAt, objectAt, orNone, textAt } from "./reading.ts";

/** Lists of ports and addresses name no more than this. */
const shown = 3;

export const servicePrinter: Printer = {
  columns: [
    nameColumn,
    column("Type", "How the service can be reached."),
    column("Cluster-IP", "Address inside the cluster."),
    column("External-IP", "Addresses outside the cluster."),
    column("Port(s)", "Ports that are served."),
    ageColumn,
    wideColumn("Selector", "Labels of the pods that answer."),
  ],
  cells(service, now) {
    const ports = listAt(service, "spec", "ports").map(formatPort);
    return [
      service.metadata.name,
      textAt(service, "spec", "type"),
      orNone(textAt(service, "spec", "clusterIP")),
      externalAddress(service),
      orNone(ports.join(",")),
      humanAge(service.metadata.creationTimestamp, now),
      formatLabels(objectAt(service, "spec", "selector")),
    ];
  },
};

export const endpointsPrinter: Printer = {
  columns: [nameColumn, column("Endpoints", "Addresses and ports that answer."), ageColumn],
  cells(object, now) {
    const pairs = listAt(object, "subsets").flatMap((subset) => {
      const addresses = listAt(subset, "addresses").map((address) => textAt(address, "ip"));
      const ports = listAt(subset, "ports").map((port) => numberAt(port, "port"));
      if (ports.length === 0) return addresses;
      return ports.flatMap((port) => addresses.map((address) => `${address}:${port}`));
    });
    return [object.metadata.name, firstOf(pairs, shown, "<none>"), humanAge(object.metadata.creationTimestamp, now)];
  },
};

export const endpointSlicePrinter: Printer = {
  columns: [
    nameColumn,
    column("AddressType", "Kind of the addresses."),
    column("Ports", "Ports of every endpoint."),
    column("Endpoints", "Addresses of the endpoints."),
    ageColumn,
  ],
  cells(slice, now) {
    const ports = listAt(slice, "ports").map((port) => {
      const number = numberAt(port, "port");
      return number === 0 ? textAt(port, "name") || "*" : String(number);
    });
    const addresses = listAt(slice, "endpoints").flatMap((endpoint) => listAt(endpoint, "addresses").map(String));
    return [
      slice.metadata.name,
      textAt(slice, "addressType"),
      firstOf(ports, shown, "<unset>"),
      firstOf(addresses, shown, "<unset>"),
      humanAge(slice.metadata.creationTimestamp, now),
    ];
  },
};

function formatPort(port: unknown): string {
  const nodePort = numberAt(port, "nodePort");
  const outside = nodePort === 0 ? "" : `:${nodePort}`;
  return `${numberAt(port, "port")}${outside}/${textAt(port, "protocol")}`;
}

function externalAddress(service: unknown): string {
  const given = listAt(service, "spec", "externalIPs").map(String);
  switch (textAt(service, "spec", "type")) {
    case "ClusterIP":
    case "NodePort":
      return orNone(given.join(","));
    case "LoadBalancer": {
      const ingress = listAt(service, "status", "loadBalancer", "ingress");
      const assigned = ingress
        .map((each) => textAt(each, "ip") || textAt(each, "hostname"))
        .filter((each) => each !== "");
      return [...assigned, ...given].join(",") || "<pending>";
    }
    case "ExternalName":
      return textAt(service, "spec", "externalName");
    default:
      return "<unknown>";
  }
}
