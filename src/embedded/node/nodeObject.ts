import { arch, cpus, hostname, platform, release, totalmem, type } from "node:os";

import type { AnyObject } from "../../api/object.ts";
import { wholeSeconds } from "./times.ts";

export type NodeFacts = {
  readonly name: string;
  readonly address: string;
  readonly maxPods: number;
  readonly ready: boolean;
  readonly nowMs: number;
};

const architectures: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };
const system = platform() === "win32" ? "windows" : platform();

/** The Node as it is first registered. */
export function nodeObject(facts: NodeFacts): AnyObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: facts.name,
      labels: {
        "kubernetes.io/hostname": facts.name,
        "kubernetes.io/os": system,
        "kubernetes.io/arch": architectures[arch()] ?? arch(),
      },
    },
    spec: {},
    status: nodeStatus(facts, undefined),
  };
}

/** The status of the Node now; conditions keep the time of their last change from the former one. */
export function nodeStatus(facts: NodeFacts, former: AnyObject | undefined): Record<string, unknown> {
  const amounts = {
    cpu: String(Math.max(1, cpus().length)),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: String(facts.maxPods),
  };
  return {
    capacity: amounts,
    allocatable: amounts,
    addresses: [
      { type: "InternalIP", address: facts.address },
      { type: "Hostname", address: facts.name },
    ],
    conditions: conditions(facts, former),
    nodeInfo: nodeInfo(),
  };
}

function conditions(facts: NodeFacts, former: AnyObject | undefined): object[] {
  const status = former?.["status"] as
    | { conditions?: { type: string; status: string; lastTransitionTime?: string }[] }
    | undefined;
  const at = wholeSeconds(facts.nowMs);
  const condition = (name: string, value: boolean, reason: string, message: string): object => {
    const text = value ? "True" : "False";
    const old = status?.conditions?.find((known) => known.type === name && known.status === text);
    return {
      type: name,
      status: text,
      reason,
      message,
      lastHeartbeatTime: at,
      lastTransitionTime: old?.lastTransitionTime ?? at,
    };
  };
  return [
    condition("MemoryPressure", false, "KubeletHasSufficientMemory", "the node does not measure it"),
    condition("DiskPressure", false, "KubeletHasNoDiskPressure", "the node does not measure it"),
    condition("PIDPressure", false, "KubeletHasSufficientPID", "the node does not measure it"),
    facts.ready
      ? condition("Ready", true, "KubeletReady", "pods are run as local processes")
      : condition("Ready", false, "NodeStopped", "the node agent was stopped"),
  ];
}

function nodeInfo(): object {
  return {
    machineID: hostname(),
    systemUUID: hostname(),
    bootID: hostname(),
    kernelVersion: release(),
    osImage: `${type()} ${release()}`,
    containerRuntimeVersion: `process://${process.versions.node}`,
    kubeletVersion: "v1.36.3",
    kubeProxyVersion: "",
    operatingSystem: system,
    architecture: architectures[arch()] ?? arch(),
  };
}
