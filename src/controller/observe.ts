import type { Delivery } from "../api/delivery.ts";
import { contenderServiceName, labels } from "../api/names.ts";
import { controllerOf } from "../api/object.ts";
import { isFinished, type Release } from "../api/release.ts";
import { activeRelease, evidenceWanted, probeWanted } from "../core/release/decide.ts";
import type { Observation, ReplicaSetView } from "../core/release/observation.ts";
import type { Clock } from "../ports/clock.ts";
import type { PodEndpoint } from "../ports/metricSource.ts";
import type { TrafficRouter } from "../ports/trafficRouter.ts";
import type { Caches } from "./caches.ts";
import type { Evidence } from "./evidence.ts";
import type { Deployment, Pod, ReplicaSet } from "./kinds.ts";
import { problemsOf } from "./problems.ts";
import { sourceOf } from "./sources.ts";
import { rivalsOf } from "./standsOn.ts";
import { subjectOf } from "./subject.ts";
import { replicaSetView, serviceView, workloadView } from "./views.ts";

export type ObserveDeps = {
  readonly caches: Caches;
  readonly clock: Clock;
  readonly evidence: Evidence;
  /** The router of a Delivery; undefined when the cluster does not serve what it names. */
  readonly routerOf: (delivery: Delivery) => TrafficRouter | undefined;
  readonly interlock: () => "policy" | "reactive";
};

/** Everything about one Delivery at one moment: caches at once, counters and probes (where they are due) side by side. */
export async function observe(delivery: Delivery, deps: ObserveDeps, signal: AbortSignal): Promise<Observation> {
  const cached = observeCaches(delivery, deps);
  const release = activeRelease(cached.releases);
  const router = deps.routerOf(delivery);
  const track = probeWanted(cached);
  const subject = subjectOf(delivery, release);
  const [look, probe, writer] = await Promise.all([
    release !== undefined && evidenceWanted(release) ? lookAtEvidence(delivery, cached, deps, signal) : undefined,
    track === undefined || router === undefined ? undefined : router.probe(subject, track, signal),
    isRewritten(cached, release) ? router?.writerOf(subject, signal) : undefined,
  ]);
  const traffic = writer === undefined ? cached.traffic : { ...cached.traffic, rewrittenBy: writer };
  return { ...cached, traffic, nowMs: deps.clock.now(), look, probe };
}

/** Warm means that Tidegate's rules were in the routes: when they are gone somebody took them out. */
function isRewritten({ traffic }: Observation, release: Release | undefined): boolean {
  return (
    release !== undefined &&
    release.status?.intent === "advance" &&
    (traffic.rewrittenBy !== undefined || (release.status.warm === true && traffic.pristine && !traffic.missing))
  );
}

function observeCaches(delivery: Delivery, deps: ObserveDeps): Observation {
  const { caches } = deps;
  const namespace = delivery.metadata.namespace ?? "default";
  const key = `${namespace}/${delivery.metadata.name}`;
  const deployment = caches.deployments.get({ namespace, name: delivery.spec.workload.name });
  const sets = replicaSetsOf(delivery, deployment, caches);
  const service = caches.services.get({ namespace, name: delivery.spec.service.name });
  const beside = caches.services.get({ namespace, name: contenderServiceName(delivery.spec.service.name) });
  const contenderService = beside?.metadata.labels?.[labels.delivery] === delivery.metadata.name ? beside : undefined;
  const releases = caches.releases.byIndex("delivery", key).toSorted((a, b) => a.spec.number - b.spec.number);
  const subject = subjectOf(delivery, activeRelease(releases));
  const names = new Set(releases.map((release) => release.metadata.name));
  const router = deps.routerOf(delivery);
  const others = rivalsOf(delivery, caches);
  return {
    nowMs: deps.clock.now(),
    delivery,
    releases,
    interventions: caches.interventions
      .list(namespace)
      .filter((order) => order.status?.phase === undefined && names.has(order.spec.release))
      .toSorted((a, b) => (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? "")),
    workload: deployment === undefined ? undefined : workloadView(deployment, sets),
    replicaSets: sets.map((set) => replicaSetView(set, deployment?.metadata.uid, podsOf(set, caches))),
    service:
      service === undefined
        ? undefined
        : serviceView(
            service,
            caches.slices.byIndex("service", `${namespace}/${service.metadata.name}`),
            (name) => caches.pods.get({ namespace, name })?.metadata.labels?.[labels.podTemplateHash],
          ),
    contenderService:
      contenderService === undefined
        ? undefined
        : { name: contenderService.metadata.name, deleting: contenderService.metadata.deletionTimestamp !== undefined },
    traffic: router?.observe(subject) ?? noRouter,
    interlock: deps.interlock(),
    problems: problemsOf({ delivery, others, deployment, service, beside, router }),
    look: undefined,
    probe: undefined,
  };
}

const noRouter: Observation["traffic"] = {
  router: "gatewayAPI",
  capabilities: { shares: "requests", headerMatch: true, probes: false, granularityBasisPoints: 1 },
  live: undefined,
  pristine: true,
  accepted: false,
  pending: "the Gateway API is not installed",
  originals: {},
  rewrittenBy: undefined,
  missing: true,
};

/** Those of the Deployment, those that a Release holds, and those in between owners. */
function replicaSetsOf(delivery: Delivery, deployment: Deployment | undefined, caches: Caches): readonly ReplicaSet[] {
  const namespace = delivery.metadata.namespace ?? "default";
  const own =
    deployment?.metadata.uid === undefined ? [] : caches.replicaSets.byIndex("owner", deployment.metadata.uid);
  const held = caches.replicaSets.byIndex("delivery", `${namespace}/${delivery.metadata.name}`);
  const all = new Map([...own, ...held].map((set) => [set.metadata.name, set]));
  return [...all.values()];
}

function podsOf(set: ReplicaSet, caches: Caches): readonly Pod[] {
  return caches.pods
    .byIndex("owner", set.metadata.uid ?? "")
    .filter((pod) => controllerOf(pod)?.uid === set.metadata.uid);
}

function lookAtEvidence(
  delivery: Delivery,
  obs: Observation,
  deps: ObserveDeps,
  signal: AbortSignal,
): ReturnType<Evidence["look"]> {
  const release = activeRelease(obs.releases);
  if (release === undefined || isFinished(release.status?.phase)) return Promise.resolve(undefined);
  const subject = subjectOf(delivery, release);
  const stable = obs.replicaSets.find((set) => set.name === release.spec.stable?.replicaSet);
  const contender = obs.replicaSets.find((set) => set.name === release.status?.contender?.replicaSet);
  const running = obs.replicaSets.flatMap((set) =>
    set.pods.flatMap((pod) => deps.caches.pods.get({ namespace: subject.namespace, name: pod.name }) ?? []),
  );
  const request = {
    namespace: subject.namespace,
    stableService: subject.stableService,
    contenderService: subject.contenderService,
    ...(subject.routes.length === 0 ? {} : { httpRoutes: subject.routes }),
    pods: [...endpointsOf(stable, "stable"), ...endpointsOf(contender, "contender")],
  };
  return deps.evidence.look(release, delivery, sourceOf(delivery, deps.caches, running, deps.clock), request, signal);
}

function endpointsOf(set: ReplicaSetView | undefined, track: PodEndpoint["track"]): PodEndpoint[] {
  return (set?.pods ?? []).flatMap((pod) =>
    pod.ip === undefined || !pod.ready
      ? []
      : [
          {
            name: pod.name,
            uid: pod.uid,
            ip: pod.ip,
            track,
            ...(pod.startedAtMs === undefined ? {} : { startedAtMs: pod.startedAtMs }),
          },
        ],
  );
}
