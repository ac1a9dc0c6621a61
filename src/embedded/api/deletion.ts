import type { AnyObject } from "../../api/object.ts";
import type { Stored } from "../store/types.ts";
import { timestamp, type Call, type Context } from "./context.ts";
import { badRequest, conflict, forbidden, notFound } from "./errors.ts";
import { cloneJson, isRecord, recordOf, textOf } from "./json.ts";
import { isCustomResourceDefinition, isNamespace, isPod, returnsDeletedObject } from "./kindRules.ts";
import { admissionRequest } from "./writeSteps.ts";

export type DeleteOptions = {
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly gracePeriodSeconds: number | undefined;
  readonly propagation: "Orphan" | "Background" | "Foreground" | undefined;
  /** The old way to say Orphan (true) or Background (false). */
  readonly orphanDependents: boolean | undefined;
};

export type Deleted = {
  /** True when the object is gone. */
  readonly gone: boolean;
  /** What the answer is made of: the object, or a Status about it. */
  readonly answer: "object" | "status";
  readonly object: AnyObject;
};

/** Reads the options from body and query; the query wins. Throws 400. */
export function readDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const options = isRecord(body) && (body["kind"] === undefined || body["kind"] === "DeleteOptions") ? body : {};
  const preconditions = recordOf(options["preconditions"]);
  const grace = query.get("gracePeriodSeconds") ?? options["gracePeriodSeconds"];
  const propagation = query.get("propagationPolicy") ?? options["propagationPolicy"];
  const orphan = query.get("orphanDependents") ?? options["orphanDependents"];
  if (propagation !== undefined && propagation !== null && !isPropagation(propagation)) {
    throw badRequest(
      `invalid propagation policy ${JSON.stringify(propagation)}: Orphan, Background and Foreground are known`,
    );
  }
  return {
    uid: textOr(preconditions["uid"]),
    resourceVersion: textOr(preconditions["resourceVersion"]),
    gracePeriodSeconds: grace === undefined || grace === null ? undefined : wholeNumber(grace),
    propagation: isPropagation(propagation) ? propagation : undefined,
    orphanDependents: orphan === undefined || orphan === null ? undefined : textOf(orphan) === "true",
  };
}

const textOr = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function isPropagation(value: unknown): value is "Orphan" | "Background" | "Foreground" {
  return value === "Orphan" || value === "Background" || value === "Foreground";
}

function wholeNumber(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw badRequest(`gracePeriodSeconds must be a whole number, not ${JSON.stringify(value)}`);
  return number;
}

/** DELETE of one object, if the policies let it happen. */
export function deleteObject(context: Context, call: Call, options: DeleteOptions): Deleted {
  const stored = context.store.get(call.served.collection, call.namespace, call.name);
  if (stored === undefined) throw notFound(call.served.definition, call.name);
  checkPreconditions(call, options, stored.object);
  refuseSystemNamespaces(call);
  const admission = admissionRequest(context, call, { operation: "DELETE", name: call.name, oldObject: stored.object });
  call.warnings.push(...context.admission.validate(admission).warnings);
  return removeOrMark(context, call, stored, options);
}

export const noDeleteOptions: DeleteOptions = {
  uid: undefined,
  resourceVersion: undefined,
  gracePeriodSeconds: undefined,
  propagation: undefined,
  orphanDependents: undefined,
};

/** Removes the object, or marks it as being deleted when something is still to be done for it. */
export function removeOrMark(context: Context, call: Call, stored: Stored, options: DeleteOptions): Deleted {
  const { collection } = call.served;
  const marked = markFor(context, call, options, stored.object);
  if (marked === undefined) return removeNow(context, call, stored);
  if (!call.dryRun && marked !== stored.object) context.store.put(collection, marked);
  return { gone: false, answer: "object", object: marked };
}

function markFor(context: Context, call: Call, options: DeleteOptions, object: AnyObject): AnyObject | undefined {
  const { definition } = call.served;
  if (isNamespace(definition)) return markNamespace(context, object);
  if (isCustomResourceDefinition(definition)) return markCustomResourceDefinition(context, object);
  return mark(context, call, options, object);
}

function removeNow(context: Context, call: Call, stored: Stored): Deleted {
  const { definition, collection } = call.served;
  const answer = returnsDeletedObject(definition) ? "object" : "status";
  if (call.dryRun) return { gone: true, answer, object: stored.object };
  return { gone: true, answer, object: context.store.remove(collection, stored).object };
}

function checkPreconditions(call: Call, options: DeleteOptions, { metadata }: AnyObject): void {
  const { group, kind } = call.served.definition;
  const about = { group, kind, plural: kind };
  if (options.uid !== undefined && options.uid !== metadata.uid) {
    throw conflict(
      about,
      call.name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== metadata.resourceVersion) {
    throw conflict(
      about,
      call.name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

const lasting = ["default", "kube-system", "kube-public"];

function refuseSystemNamespaces(call: Call): void {
  if (isNamespace(call.served.definition) && lasting.includes(call.name)) {
    throw forbidden(call.served.definition, call.name, "this namespace may not be deleted");
  }
}

/** The object marked as being deleted; itself when it is so already; undefined when it can go at once. */
function mark(context: Context, call: Call, options: DeleteOptions, object: AnyObject): AnyObject | undefined {
  const now = context.clock.now();
  const grace = gracePeriod(call, options, object);
  const finalizers = deletionFinalizers(options, object);
  if (grace === 0 && finalizers.length === 0) return undefined;
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  const sameFinalizers = finalizers.join() === (object.metadata.finalizers ?? []).join();
  if (deletionTimestamp !== undefined && (deletionGracePeriodSeconds ?? 0) <= grace && sameFinalizers) return object;
  const marked = cloneJson(object);
  if (finalizers.length > 0) marked.metadata.finalizers = finalizers;
  else delete marked.metadata.finalizers;
  if (deletionTimestamp === undefined && marked.metadata.generation !== undefined) marked.metadata.generation++;
  if (deletionTimestamp === undefined || (deletionGracePeriodSeconds ?? 0) > grace) {
    marked.metadata.deletionTimestamp = timestamp(now + grace * 1000);
    marked.metadata.deletionGracePeriodSeconds = grace;
  }
  return marked;
}

/** Seconds that the object has to end by itself. Only pods that a node runs get any. */
function gracePeriod(call: Call, options: DeleteOptions, object: AnyObject): number {
  if (!isPod(call.served.definition)) return 0;
  const spec = recordOf(object["spec"]);
  const phase = recordOf(object["status"])["phase"];
  if ((spec["nodeName"] ?? "") === "" || phase === "Succeeded" || phase === "Failed") return 0;
  const wished = options.gracePeriodSeconds ?? Number(spec["terminationGracePeriodSeconds"] ?? 30);
  const seconds = wished < 0 ? 1 : wished;
  return Math.min(seconds, object.metadata.deletionGracePeriodSeconds ?? seconds);
}

function deletionFinalizers(options: DeleteOptions, object: AnyObject): string[] {
  const present = object.metadata.finalizers ?? [];
  const policy =
    options.propagation ??
    (options.orphanDependents === undefined ? undefined : options.orphanDependents ? "Orphan" : "Background");
  if (policy === undefined) return present;
  const others = present.filter((name) => name !== "orphan" && name !== "foregroundDeletion");
  if (policy === "Background") return others;
  return [...others, policy === "Orphan" ? "orphan" : "foregroundDeletion"];
}

/** A Namespace stays, as Terminating, until its finalizers are gone. */
function markNamespace(context: Context, object: AnyObject): AnyObject | undefined {
  const held = (recordOf(object["spec"])["finalizers"] as string[] | undefined) ?? [];
  if (held.length === 0 && (object.metadata.finalizers ?? []).length === 0) return undefined;
  if (object.metadata.deletionTimestamp !== undefined) return object;
  const marked = cloneJson(object);
  marked.metadata.deletionTimestamp = timestamp(context.clock.now());
  marked["status"] = { ...recordOf(marked["status"]), phase: "Terminating" };
  return marked;
}

/** Held on a CustomResourceDefinition until all objects of its kind are gone. */
export const crdCleanup = "customresourcecleanup.apiextensions.k8s.io";

function markCustomResourceDefinition(context: Context, object: AnyObject): AnyObject {
  if (object.metadata.deletionTimestamp !== undefined) return object;
  const marked = cloneJson(object);
  marked.metadata.deletionTimestamp = timestamp(context.clock.now());
  marked.metadata.deletionGracePeriodSeconds = 0;
  if (marked.metadata.generation !== undefined) marked.metadata.generation++;
  marked.metadata.finalizers = [...new Set([...(marked.metadata.finalizers ?? []), crdCleanup])];
  const status = recordOf(marked["status"]);
  const terminating = {
    type: "Terminating",
    status: "True",
    lastTransitionTime: timestamp(context.clock.now()),
    reason: "InstanceDeletionPending",
    message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
  };
  marked["status"] = {
    ...status,
    conditions: [...((status["conditions"] as unknown[] | undefined) ?? []), terminating],
  };
  return marked;
}
