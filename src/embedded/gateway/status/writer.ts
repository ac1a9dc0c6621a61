import { isTidegateError } from "../../../api/error.ts";
import type { KubeObject, ResourceType } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import type { KubeClient, ObjectRef } from "../../../kube/types.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Gateway, GatewayClass, HttpRoute } from "../apiTypes.ts";
import { classStatus } from "./classStatus.ts";
import type { GatewayPlan } from "./gatewayStatus.ts";
import { gatewayStatus } from "./gatewayStatus.ts";
import type { RoutePlan } from "./routeStatus.ts";
import { routeParents } from "./routeStatus.ts";
import { sameStatus } from "./sameStatus.ts";

export type StatusWriterOptions = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly controllerName: string;
  readonly metricsUrl: string;
};

export const metricsUrlAnnotation = "tidegate.dev/metrics-url";

const writeTimeoutMs = 5000;

/**
 * Writes what is not yet so, with the stored object's resourceVersion as the precondition. Each throws the client's
 * TidegateError; a conflict is met with the newer object, and an object that is gone needs no status.
 */
export type StatusWriter = {
  writeClass(cached: GatewayClass, signal: AbortSignal): Promise<void>;
  writeGateway(cached: Gateway, plan: GatewayPlan, signal: AbortSignal): Promise<void>;
  writeRoute(cached: HttpRoute, plan: RoutePlan, signal: AbortSignal): Promise<void>;
};

export function createStatusWriter({ client, clock, controllerName, metricsUrl }: StatusWriterOptions): StatusWriter {
  const now = (): string => new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");

  /** Says on the object where the evidence is; before its status, so that who waits for the status finds it. */
  async function annotate<T extends KubeObject>(resource: ResourceType, object: T, signal: AbortSignal): Promise<T> {
    if (object.metadata.annotations?.[metricsUrlAnnotation] === metricsUrl) return object;
    const body = { metadata: { annotations: { [metricsUrlAnnotation]: metricsUrl } } };
    return client.patch<T>(resource, refOf(object), { kind: "merge", body }, { signal, timeoutMs: writeTimeoutMs });
  }

  async function write<T extends KubeObject & { readonly status?: unknown }>(
    resource: ResourceType,
    cached: T,
    options: { readonly statusOf: (stored: T) => unknown; readonly signal: AbortSignal },
  ): Promise<void> {
    const { statusOf, signal } = options;
    let stored = cached;
    for (let turn = 0; ; turn++) {
      const status = statusOf(stored);
      if (sameStatus(subset(stored.status, status), status)) return;
      const { resourceVersion } = stored.metadata;
      const body = { metadata: resourceVersion === undefined ? {} : { resourceVersion }, status };
      try {
        await client.patch(
          resource,
          refOf(stored),
          { kind: "merge", body },
          { signal, timeoutMs: writeTimeoutMs, subresource: "status" },
        );
        return;
      } catch (error) {
        if (!isTidegateError(error, "KUBE_CONFLICT") || turn >= 5) throw error;
        stored = await client.get<T>(resource, refOf(stored), { signal, timeoutMs: writeTimeoutMs });
      }
    }
  }

  return {
    writeClass: (cached, signal) =>
      unlessGone(async () => {
        const noted = await annotate(resources.gatewayClasses, cached, signal);
        await write(resources.gatewayClasses, noted, { statusOf: (stored) => classStatus(stored, now()), signal });
      }),
    writeGateway: (cached, plan, signal) =>
      unlessGone(async () => {
        const noted = await annotate(resources.gateways, cached, signal);
        await write(resources.gateways, noted, { statusOf: (stored) => gatewayStatus(stored, plan, now()), signal });
      }),
    writeRoute: (cached, plan, signal) =>
      unlessGone(() =>
        write(resources.httpRoutes, cached, {
          statusOf: (stored) => ({ parents: routeParents(stored, plan, controllerName, now()) }),
          signal,
        }),
      ),
  };
}

function refOf(object: KubeObject): ObjectRef {
  return { namespace: object.metadata.namespace, name: object.metadata.name };
}

/** Of the stored status the fields that are wanted; the others are somebody else's. */
function subset(stored: unknown, wanted: unknown): unknown {
  if (typeof stored !== "object" || stored === null || typeof wanted !== "object" || wanted === null) return {};
  const fields = new Set(Object.keys(wanted));
  return Object.fromEntries(Object.entries(stored).filter(([key]) => fields.has(key)));
}

async function unlessGone(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
}
