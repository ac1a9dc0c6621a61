import { canonical } from "../api/canonical.ts";
import { deliveryStatus, type Delivery } from "../api/delivery.ts";
import { fit } from "../api/fit.ts";
import { fieldManager } from "../api/names.ts";
import { isFinished, releaseStatus, type Release, type ReleaseStatus } from "../api/release.ts";
import { resources } from "../api/resources.ts";
import { activeRelease, decide } from "../core/release/decide.ts";
import { summarize } from "../core/release/deliveryStatus.ts";
import type { Decision } from "../core/release/decision.ts";
import type { Observation } from "../core/release/observation.ts";
import type { Log } from "../kube/log.ts";
import { act } from "./act.ts";
import type { DeedContext } from "./deeds/context.ts";
import { isEcho, type Echoes } from "./echoes.ts";
import { observe, type ObserveDeps } from "./observe.ts";
import { replacing } from "./replacing.ts";
import { subjectOf } from "./subject.ts";

export type ReconcileDeps = ObserveDeps &
  Pick<DeedContext, "client" | "events"> & {
    readonly log: Log;
    /** The last deeds of each key, so that deeds without effect are not repeated in a tight loop. */
    readonly lastDeeds: Map<string, string>;
    readonly echoes: Echoes;
  };

/** What the caller does next: look at the key again after so many milliseconds, or (undefined) when something changes. */
export type ReconcileResult = {
  readonly lookAgainMs: number | undefined;
  /** There is no such Delivery (any more), so there is nothing to look at again. */
  readonly gone: boolean;
};

const passDeadlineMs = 60_000;

/** One pass over one Delivery: observe, decide, write the intent, act. Throws what I/O throws; the queue tries again. */
export async function reconcile(key: string, deps: ReconcileDeps, outer: AbortSignal): Promise<ReconcileResult> {
  const [namespace = "", name = ""] = key.split("/");
  const delivery = deps.caches.deliveries.get({ namespace, name });
  if (delivery === undefined) {
    deps.lastDeeds.delete(key);
    return { lookAgainMs: undefined, gone: true };
  }
  const signal = AbortSignal.any([outer, AbortSignal.timeout(passDeadlineMs)]);
  const obs = await observe(delivery, deps, signal);
  const decision = decide(obs);
  const changed = await writeStatus(delivery, obs, decision, deps, signal);
  const { client, caches, events, clock } = deps;
  const current = caches.deliveries.get({ namespace, name }) ?? delivery;
  await act(decision.commands, {
    delivery: current,
    client,
    caches,
    events,
    clock,
    signal,
    router: deps.routerOf(delivery),
    subject: subjectOf(delivery, activeRelease(obs.releases)),
  });
  logDecision(deps.log, delivery, decision, changed);
  return { lookAgainMs: nextLook(decision, obs, deps, changed || isNews(key, decision, deps)), gone: false };
}

/** Whether these deeds differ from the last ones of the key. */
function isNews(key: string, decision: Decision, { lastDeeds }: ReconcileDeps): boolean {
  const deeds = decision.commands.filter((command) => command.kind !== "emit");
  const text = deeds.length === 0 ? "" : `${decision.because.rule} ${canonical(deeds)}`;
  const known = lastDeeds.get(key) === text;
  lastDeeds.set(key, text);
  return text !== "" && !known;
}

/**
 * Intent before deed. The Delivery's status goes first: a pass that is cut short between the two leaves a release that
 * has not ended yet and ends again in the next one, and never a Delivery that does not know how its release ended.
 * True when something was written.
 */
async function writeStatus(
  delivery: Delivery,
  obs: Observation,
  decision: Decision,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const wroteDelivery = await writeDeliveryStatus(delivery, deliveryStatusOf(delivery, obs, decision), deps, signal);
  const released = decision.releaseStatus;
  const release = obs.releases.find((other) => other.metadata.name === released?.name);
  const wroteRelease =
    release !== undefined &&
    released !== undefined &&
    (await writeReleaseStatus(release, released.status, deps, signal));
  return wroteDelivery || wroteRelease;
}

async function writeDeliveryStatus(
  delivery: Delivery,
  wanted: Delivery["status"],
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<boolean> {
  if (wanted === undefined) return false;
  const status = fit(deliveryStatus, wanted);
  if (canonical(status) === canonical(delivery.status ?? {})) return false;
  const { namespace, name, uid } = delivery.metadata;
  const body = { metadata: { uid }, status: replacing(delivery.status, status) };
  deps.caches.deliveries.written(
    await deps.client.patch<Delivery>(
      resources.deliveries,
      { namespace, name },
      { kind: "merge", body },
      { subresource: "status", signal, fieldManager },
    ),
  );
  return true;
}

async function writeReleaseStatus(
  release: Release,
  wanted: ReleaseStatus,
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const status = fit(releaseStatus, wanted);
  const uid = release.metadata.uid ?? "";
  const same = canonical(status) === canonical(release.status ?? {});
  if (
    !same &&
    release.status !== undefined &&
    isEcho(release.status, status) &&
    deps.echoes.leftMs(uid, deps.clock.now()) > 0
  )
    return false;
  deps.echoes.clear(uid);
  if (same) return false;
  const { namespace, name, resourceVersion } = release.metadata;
  const body = { metadata: { resourceVersion }, status: replacing(release.status, status) };
  deps.caches.releases.written(
    await deps.client.patch<Release>(
      resources.releases,
      { namespace, name },
      { kind: "merge", body },
      { subresource: "status", signal, fieldManager },
    ),
  );
  if (isFinished(status.phase)) deps.evidence.forget(uid);
  return true;
}

/** When a release ends, the Delivery says at once what the state is; the pass after fills in the details. */
function deliveryStatusOf(delivery: Delivery, obs: Observation, decision: Decision): Delivery["status"] {
  if (decision.deliveryStatus === undefined) return undefined;
  if (activeRelease(obs.releases) === undefined) return decision.deliveryStatus;
  const base = decision.deliveryStatus;
  return summarize(
    delivery,
    base,
    { phase: base.phase ?? "Releasing", reason: decision.because.reason, message: decision.because.message },
    obs.nowMs,
  );
}

function nextLook(decision: Decision, obs: Observation, deps: ReconcileDeps, changed: boolean): number | undefined {
  const active = activeRelease(obs.releases);
  const ended = decision.releaseStatus !== undefined && isFinished(decision.releaseStatus.status.phase);
  if (ended || decision.because.rule === "templateChanged") return 0;
  const counting =
    active?.status?.intent === "advance" && active.status.step?.confirmedAt !== undefined
      ? Math.max(0, deps.evidence.dueInMs(active, obs.delivery))
      : undefined;
  const soon = changed && active !== undefined ? 0 : decision.lookAgainMs;
  const echo = active === undefined ? undefined : deps.echoes.waitingMs(active.metadata.uid ?? "", deps.clock.now());
  const candidates = [soon, counting, echo].filter((delay) => delay !== undefined);
  return candidates.length === 0 ? undefined : Math.min(...candidates);
}

/** One line per change of decision; passes that change nothing stay silent. */
function logDecision(log: Log, delivery: Delivery, decision: Decision, changed: boolean): void {
  if (!changed && decision.commands.length === 0) return;
  const { rule, reason, message } = decision.because;
  log(message, {
    ns: delivery.metadata.namespace,
    name: delivery.metadata.name,
    rule,
    reason,
    commands: decision.commands.map((command) => command.kind),
  });
}
