import type { AnyObject } from "../../api/object.ts";
import { humanAge } from "./humanDuration.ts";
import type { Printer } from "./printer.ts";
import { ageColumn, column, nameColumn, wideColumn } from "./printer.ts";
import { formatSelector, listAt, numberAt, objectAt, textAt } from "./reading.ts";

const templateColumns = [
  wideColumn("Containers", "Names of the template's containers."),
  wideColumn("Images", "Images of the template's containers."),
  wideColumn("Selector", "Labels of the pods that belong to it."),
];

export const deploymentPrinter: Printer = {
  columns: [
    nameColumn,
    column("Ready", "Pods that are ready, of those wanted."),
    column("Up-to-date", "Pods that have the current template."),
    column("Available", "Pods that have been ready for long enough."),
    ageColumn,
    ...templateColumns,
  ],
  cells(object, now) {
    return [
      object.metadata.name,
      `${numberAt(object, "status", "readyReplicas")}/${numberAt(object, "spec", "replicas")}`,
      numberAt(object, "status", "updatedReplicas"),
      numberAt(object, "status", "availableReplicas"),
      humanAge(object.metadata.creationTimestamp, now),
      ...templateCells(object),
    ];
  },
};

export const replicaSetPrinter: Printer = {
  columns: [
    nameColumn,
    column("Desired", "Pods wanted.", "integer"),
    column("Current", "Pods that are there.", "integer"),
    column("Ready", "Pods that are ready.", "integer"),
    ageColumn,
    ...templateColumns,
  ],
  cells(object, now) {
    return [
      object.metadata.name,
      numberAt(object, "spec", "replicas"),
      numberAt(object, "status", "replicas"),
      numberAt(object, "status", "readyReplicas"),
      humanAge(object.metadata.creationTimestamp, now),
      ...templateCells(object),
    ];
  },
};

/** The `scale` of any kind that has one. */
export const scalePrinter: Printer = {
  columns: [
    nameColumn,
    column("Desired", "Pods wanted.", "integer"),
    column("Available", "Pods that are there.", "integer"),
    ageColumn,
  ],
  cells(object, now) {
    return [
      object.metadata.name,
      numberAt(object, "spec", "replicas"),
      numberAt(object, "status", "replicas"),
      humanAge(object.metadata.creationTimestamp, now),
    ];
  },
};

function templateCells(object: AnyObject): string[] {
  const containers = listAt(object, "spec", "template", "spec", "containers");
  const of = (field: string): string => containers.map((container) => textAt(container, field)).join(",");
  return [of("name"), of("image"), formatSelector(objectAt(object, "spec", "selector"))];
}
