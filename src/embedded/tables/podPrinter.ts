import { humanAge } from "./humanDuration.ts";
import { summarizePod } from "./podStatus.ts";
import type { Printer, RowCondition } from "./printer.ts";
import { ageColumn, column, nameColumn, wideColumn } from "./printer.ts";
import { listAt, orNone, textAt } from "./reading.ts";

export const podPrinter: Printer = {
  columns: [
    nameColumn,
    column("Ready", "Containers that are ready, of all."),
    column("Status", "What the containers taken together are doing."),
    column("Restarts", "How often containers were restarted, and when the last time."),
    ageColumn,
    wideColumn("IP", "Address of the pod, once it has one."),
    wideColumn("Node", "Node that runs the pod."),
    wideColumn("Nominated Node", "Node that makes room for the pod."),
    wideColumn("Readiness Gates", "Further conditions for readiness that are true, of all."),
  ],
  cells(pod, now) {
    const { ready, total, status, restarts, lastRestart } = summarizePod(pod);
    const restartCell =
      restarts === 0 || lastRestart === "" ? String(restarts) : `${restarts} (${humanAge(lastRestart, now)} ago)`;
    return [
      pod.metadata.name,
      `${ready}/${total}`,
      status,
      restartCell,
      humanAge(pod.metadata.creationTimestamp, now),
      orNone(textAt(listAt(pod, "status", "podIPs")[0], "ip") || textAt(pod, "status", "podIP")),
      orNone(textAt(pod, "spec", "nodeName")),
      orNone(textAt(pod, "status", "nominatedNodeName")),
      readinessGates(pod),
    ];
  },
  conditions(pod) {
    const phase = textAt(pod, "status", "phase");
    if (phase === "Succeeded") return [completed(phase, "All containers of the pod ended well.")];
    return phase === "Failed" ? [completed(phase, "The pod ended, and not well.")] : [];
  },
};

function completed(reason: string, message: string): RowCondition {
  return { type: "Completed", status: "True", reason, message };
}

function readinessGates(pod: unknown): string {
  const gates = listAt(pod, "spec", "readinessGates").map((gate) => textAt(gate, "conditionType"));
  if (gates.length === 0) return "<none>";
  const conditions = listAt(pod, "status", "conditions");
  const isTrue = (type: string): boolean =>
    conditions.some((each) => textAt(each, "type") === type && textAt(each, "status") === "True");
  return `${gates.filter(isTrue).length}/${gates.length}`;
}
