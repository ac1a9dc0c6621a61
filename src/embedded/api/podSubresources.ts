import type { ServerResponse } from "node:http";
import type { AnyObject } from "../../api/object.ts";
import { ApiError } from "../wire/apiError.ts";
import type { PodLogRequest } from "../wire/podLogs.ts";
import { timestamp, type Call, type Context } from "./context.ts";
import { deleteObject, readDeleteOptions } from "./deletion.ts";
import { badRequest, conflict } from "./errors.ts";
import { cloneJson, recordOf, textOf, type Json } from "./json.ts";
import { getObject } from "./read.ts";

/** What the real server does by talking to a kubelet, and this one does not. */
export const unservedPodSubresources: Readonly<Record<string, string>> = {
  exec: "Tidegate's embedded cluster does not serve exec: its pods are processes of this machine, use its own shell",
  attach: "Tidegate's embedded cluster does not serve attach; `kubectl logs -f` shows what the process writes",
  portforward:
    "Tidegate's embedded cluster does not serve port-forward: the address of a pod (status.podIP) can be reached directly from this machine",
  proxy:
    "Tidegate's embedded cluster does not serve proxy: the address of a pod (status.podIP) can be reached directly from this machine",
  ephemeralcontainers: "Tidegate's embedded cluster does not serve ephemeral containers",
  resize: "Tidegate's embedded cluster does not resize pods",
};

type Container = { readonly name: string };

/** POST .../binding: puts a pod on a node. */
export function bindPod(context: Context, call: Call, body: unknown): Json {
  const node = recordOf(recordOf(body)["target"])["name"];
  if (typeof node !== "string" || node === "") throw badRequest("a Binding needs target.name, the node");
  const { object } = getObject(context, call);
  const spec = recordOf(object["spec"]);
  if (object.metadata.deletionTimestamp !== undefined)
    throw conflict(podKind, call.name, `pod ${call.name} is being deleted, cannot be assigned to a host`);
  if ((spec["nodeName"] ?? "") !== "")
    throw conflict(podKind, call.name, `pod ${call.name} is already assigned to node "${textOf(spec["nodeName"])}"`);
  if (!call.dryRun) context.store.put(call.served.collection, bound(context, object, node));
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}

const podKind = { group: "", plural: "pods/binding", kind: "Pod" };

function bound(context: Context, object: AnyObject, node: string): AnyObject {
  const pod = cloneJson(object);
  pod["spec"] = { ...recordOf(pod["spec"]), nodeName: node };
  const status = recordOf(pod["status"]);
  const others = ((status["conditions"] as Json[] | undefined) ?? []).filter(
    (condition) => condition["type"] !== "PodScheduled",
  );
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: timestamp(context.clock.now()),
  };
  pod["status"] = { ...status, conditions: [...others, scheduled] };
  return pod;
}

/** POST .../eviction: deletes the pod; no disruption budgets are kept here. */
export function evictPod(context: Context, call: Call, body: unknown): Json {
  deleteObject(context, call, readDeleteOptions(recordOf(body)["deleteOptions"], call.query));
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}

/** GET .../log: streams what a container wrote. */
export async function serveLog(context: Context, call: Call, response: ServerResponse): Promise<void> {
  const { object } = getObject(context, call);
  const request = logRequest(call, containerOf(call, object));
  const abort = new AbortController();
  const end = (): void => abort.abort();
  response.on("close", end);
  context.closing.addEventListener("abort", end, { once: true });
  try {
    const lines = await context.podLogs()?.open(request, abort.signal);
    if (lines === undefined) throw badRequest(noLog(request));
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.flushHeaders();
    for await (const chunk of lines) {
      if (response.destroyed) break;
      if (!response.write(chunk)) await drained(response, abort.signal);
    }
    response.end();
  } finally {
    context.closing.removeEventListener("abort", end);
  }
}

function noLog({ container, pod, previous }: PodLogRequest): string {
  return previous
    ? `previous terminated container "${container}" in pod "${pod}" not found`
    : `container "${container}" in pod "${pod}" is waiting to start`;
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off("drain", go);
      signal.removeEventListener("abort", go);
      resolve();
    };
    if (signal.aborted) return resolve();
    response.once("drain", go);
    signal.addEventListener("abort", go, { once: true });
  });
}

function containerOf(call: Call, pod: AnyObject): string {
  const spec = recordOf(pod["spec"]);
  const names = [
    ...((spec["initContainers"] as Container[] | undefined) ?? []),
    ...((spec["containers"] as Container[] | undefined) ?? []),
  ].map((container) => container.name);
  const wished = call.query.get("container") ?? "";
  if (wished === "" && names.length === 1) return names[0] ?? "";
  if (wished === "")
    throw badRequest(`a container name must be specified for pod ${call.name}, choose one of: [${names.join(" ")}]`);
  if (!names.includes(wished)) throw badRequest(`container ${wished} is not valid for pod ${call.name}`);
  return wished;
}

function logRequest(call: Call, container: string): PodLogRequest {
  const flag = (name: string): boolean => ["true", "1"].includes(call.query.get(name) ?? "");
  return {
    namespace: call.namespace ?? "",
    pod: call.name,
    container,
    follow: flag("follow"),
    previous: flag("previous"),
    timestamps: flag("timestamps"),
    tailLines: wholeNumber(call, "tailLines"),
    sinceSeconds: wholeNumber(call, "sinceSeconds"),
    limitBytes: wholeNumber(call, "limitBytes"),
    sinceTime: call.query.get("sinceTime") ?? undefined,
  };
}

function wholeNumber(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^\d+$/.test(text))
    throw new ApiError(400, "BadRequest", `${name} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}
