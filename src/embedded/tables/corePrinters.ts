import { humanAge } from "./humanDuration.ts";
import type { Printer } from "./printer.ts";
import { ageColumn, column, nameColumn, wideColumn } from "./printer.ts";
import { listAt, numberAt, objectAt, orNone, textAt } from "./reading.ts";

export const namespacePrinter: Printer = {
  columns: [nameColumn, column("Status", "Active, or Terminating while its content goes."), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    textAt(object, "status", "phase"),
    humanAge(object.metadata.creationTimestamp, now),
  ],
};

export const configMapPrinter: Printer = {
  columns: [nameColumn, column("Data", "Number of entries."), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    Object.keys(objectAt(object, "data")).length + Object.keys(objectAt(object, "binaryData")).length,
    humanAge(object.metadata.creationTimestamp, now),
  ],
};

export const secretPrinter: Printer = {
  columns: [nameColumn, column("Type", "What the secret is for."), column("Data", "Number of entries."), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    textAt(object, "type"),
    Object.keys(objectAt(object, "data")).length,
    humanAge(object.metadata.creationTimestamp, now),
  ],
};

export const serviceAccountPrinter: Printer = {
  columns: [nameColumn, column("Secrets", "Number of secrets that pods of the account may use."), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    listAt(object, "secrets").length,
    humanAge(object.metadata.creationTimestamp, now),
  ],
};

export const leasePrinter: Printer = {
  columns: [nameColumn, column("Holder", "Who holds the lease."), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    textAt(object, "spec", "holderIdentity"),
    humanAge(object.metadata.creationTimestamp, now),
  ],
};

export const nodePrinter: Printer = {
  columns: [
    nameColumn,
    column("Status", "Whether the node takes pods."),
    column("Roles", "What the node is for."),
    ageColumn,
    column("Version", "Version of the node agent."),
    wideColumn("Internal-IP", "Address inside the cluster."),
    wideColumn("External-IP", "Address outside the cluster."),
    wideColumn("OS-Image", "Operating system, as it names itself."),
    wideColumn("Kernel-Version", "Kernel of the node."),
    wideColumn("Container-Runtime", "What runs the containers, with its version."),
  ],
  cells(node, now) {
    const info = objectAt(node, "status", "nodeInfo");
    return [
      node.metadata.name,
      nodeStatus(node),
      nodeRoles(node),
      humanAge(node.metadata.creationTimestamp, now),
      textAt(info, "kubeletVersion"),
      nodeAddress(node, "InternalIP"),
      nodeAddress(node, "ExternalIP"),
      textAt(info, "osImage") || "<unknown>",
      textAt(info, "kernelVersion") || "<unknown>",
      textAt(info, "containerRuntimeVersion") || "<unknown>",
    ];
  },
};

export const eventPrinter: Printer = {
  columns: [
    column("Last Seen", "When it was last seen."),
    column("Type", "Normal or Warning."),
    column("Reason", "Why, in one word."),
    column("Object", "What it is about."),
    wideColumn("Subobject", "Which part of the object."),
    wideColumn("Source", "Who tells it."),
    column("Message", "What happened."),
    wideColumn("First Seen", "When it was first seen."),
    wideColumn("Count", "How often it was seen.", "integer"),
    { ...nameColumn, priority: 1 },
  ],
  cells(event, now) {
    const first = humanAge(textAt(event, "firstTimestamp") || textAt(event, "eventTime"), now);
    const last = textAt(event, "series", "lastObservedTime") || textAt(event, "lastTimestamp");
    const source = [
      textAt(event, "source", "component") || textAt(event, "reportingComponent"),
      textAt(event, "source", "host") || textAt(event, "reportingInstance"),
    ];
    const kind = textAt(event, "involvedObject", "kind").toLowerCase();
    const name = textAt(event, "involvedObject", "name");
    return [
      last === "" ? first : humanAge(last, now),
      textAt(event, "type"),
      textAt(event, "reason"),
      name === "" ? kind : `${kind}/${name}`,
      textAt(event, "involvedObject", "fieldPath"),
      source.filter((part) => part !== "").join(", "),
      textAt(event, "message").trim(),
      first,
      numberAt(event, "series", "count") || numberAt(event, "count") || 1,
      event.metadata.name,
    ];
  },
};

function nodeStatus(node: unknown): string {
  const ready = listAt(node, "status", "conditions").find((condition) => textAt(condition, "type") === "Ready");
  const word = ready === undefined ? "Unknown" : textAt(ready, "status") === "True" ? "Ready" : "NotReady";
  return objectAt(node, "spec")["unschedulable"] === true ? `${word},SchedulingDisabled` : word;
}

const rolePrefix = "node-role.kubernetes.io/";

function nodeRoles(node: unknown): string {
  const labels = objectAt(node, "metadata", "labels");
  const byKey = Object.keys(labels)
    .filter((key) => key.startsWith(rolePrefix))
    .map((key) => key.slice(rolePrefix.length));
  const byValue = textAt(labels, "kubernetes.io/role");
  return orNone(
    [...new Set([...byKey, byValue])]
      .filter((role) => role !== "")
      .toSorted()
      .join(","),
  );
}

function nodeAddress(node: unknown, type: string): string {
  const address = listAt(node, "status", "addresses").find((each) => textAt(each, "type") === type);
  return orNone(textAt(address, "address"));
}
