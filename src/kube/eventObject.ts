import type { AnyObject, KubeObject } from "../api/object.ts";
import type { Random } from "../ports/random.ts";
import type { EventFacts } from "./events.ts";

export type EventSource = {
  readonly regarding: KubeObject;
  readonly facts: EventFacts;
  readonly component: string;
  readonly host?: string | undefined;
  readonly random: Random;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly times: number;
};

const maxMessageChars = 1_024;
const maxNameChars = 253;

/** RFC 3339 in whole seconds, as `metav1.Time`. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Equal for what counts as the same event about the same object. */
export function eventKey({ kind, metadata }: KubeObject, facts: EventFacts): string {
  const { type, reason, message, action, fieldPath } = facts;
  const { namespace, name, uid } = metadata;
  return JSON.stringify([kind, namespace, name, uid, type, reason, message, action, fieldPath]);
}

function shorten(message: string): string {
  return message.length <= maxMessageChars ? message : `${message.slice(0, maxMessageChars - 3)}...`;
}

/** A core/v1 Event. About a cluster-wide object it lives in the namespace `default`, where kubectl looks for it. */
export function eventObject(source: EventSource): AnyObject {
  const { regarding, facts, component, host, random, firstAt, lastAt, times } = source;
  const { apiVersion, kind, metadata } = regarding;
  const namespace = metadata.namespace ?? "default";
  const suffix = Math.floor(random.next() * 2 ** 40)
    .toString(16)
    .padStart(10, "0");
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${metadata.name.slice(0, maxNameChars - suffix.length - 1)}.${suffix}`, namespace },
    involvedObject: {
      apiVersion,
      kind,
      name: metadata.name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
      ...(metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion }),
      ...(facts.fieldPath === undefined ? {} : { fieldPath: facts.fieldPath }),
    },
    type: facts.type,
    reason: facts.reason,
    message: shorten(facts.message),
    ...(facts.action === undefined ? {} : { action: facts.action }),
    source: { component, ...(host === undefined ? {} : { host }) },
    reportingComponent: component,
    reportingInstance: host ?? component,
    firstTimestamp: timestamp(firstAt),
    lastTimestamp: timestamp(lastAt),
    count: times,
  };
}
