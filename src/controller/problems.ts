import type { Delivery } from "../api/delivery.ts";
import { labels } from "../api/names.ts";
import type { Problem } from "../core/release/observation.ts";
import { planProblems } from "../core/release/plan.ts";
import type { TrafficRouter } from "../ports/trafficRouter.ts";
import type { Deployment, Service } from "./kinds.ts";
import { subjectOf } from "./subject.ts";

export type ProblemInput = {
  readonly delivery: Delivery;
  readonly others: readonly Delivery[];
  readonly deployment: Deployment | undefined;
  readonly service: Service | undefined;
  /** The Service that stands where the contender's has its place. */
  readonly beside: Service | undefined;
  readonly router: TrafficRouter | undefined;
};

/** Why a Delivery cannot work, most important first; each names the object, the field and the remedy. */
export function problemsOf(input: ProblemInput): readonly Problem[] {
  return [...workloadProblems(input), ...serviceProblems(input), ...placeProblems(input), ...trafficProblems(input)];
}

function workloadProblems({ delivery, others, deployment }: ProblemInput): Problem[] {
  const { name } = delivery.spec.workload;
  const namespace = delivery.metadata.namespace ?? "default";
  if (deployment === undefined)
    return [
      {
        reason: "WorkloadNotFound",
        message: `spec.workload.name: Deployment ${namespace}/${name} does not exist; create it or correct the name`,
      },
    ];
  const rival = others.find((other) => other.spec.workload.name === name && isOlder(other, delivery));
  if (rival !== undefined)
    return [
      {
        reason: "WorkloadClaimed",
        message: `spec.workload.name: Deployment ${name} is delivered by Delivery ${rival.metadata.name} already; delete one of the two`,
      },
    ];
  if (deployment.spec.strategy?.type === "Recreate") {
    return [
      {
        reason: "WorkloadUnsuitable",
        message: `Deployment ${name} has spec.strategy.type Recreate, which stops the old version before the new one starts; two versions have to run side by side, so set it to RollingUpdate`,
      },
    ];
  }
  return [];
}

function isOlder(a: Delivery, b: Delivery): boolean {
  const left = `${a.metadata.creationTimestamp ?? ""} ${a.metadata.name}`;
  return left < `${b.metadata.creationTimestamp ?? ""} ${b.metadata.name}`;
}

function serviceProblems({ delivery, deployment, service }: ProblemInput): Problem[] {
  const { name } = delivery.spec.service;
  const namespace = delivery.metadata.namespace ?? "default";
  if (service === undefined)
    return [
      {
        reason: "ServiceNotFound",
        message: `spec.service.name: Service ${namespace}/${name} does not exist; create it or correct the name`,
      },
    ];
  const { "pod-template-hash": _pinned, ...selector } = service.spec.selector ?? {};
  const podLabels = deployment?.spec.template.metadata?.labels ?? {};
  const stray = Object.entries(selector).find(([key, value]) => podLabels[key] !== value);
  if (Object.keys(selector).length === 0)
    return [
      {
        reason: "ServiceUnsuitable",
        message: `Service ${name} has no selector, so it cannot be told whose pods it serves; give it the labels of the Deployment's pods`,
      },
    ];
  if (deployment !== undefined && stray !== undefined) {
    return [
      {
        reason: "ServiceUnsuitable",
        message: `Service ${name} selects ${stray[0]}=${stray[1]}, but the pods of Deployment ${deployment.metadata.name} have ${podLabels[stray[0]] === undefined ? "no such label" : `${stray[0]}=${podLabels[stray[0]]}`}; make its selector match the pods`,
      },
    ];
  }
  return portProblems(delivery, service);
}

/** What Tidegate did not make it neither uses nor deletes. */
function placeProblems({ delivery, beside }: ProblemInput): Problem[] {
  if (
    beside === undefined ||
    delivery.spec.traffic === undefined ||
    beside.metadata.labels?.[labels.delivery] === delivery.metadata.name
  )
    return [];
  return [
    {
      reason: "ServiceUnsuitable",
      message: `Service ${beside.metadata.name} is not Tidegate's, but stands where the contender's Service has its place; delete or rename it`,
    },
  ];
}

function portProblems(delivery: Delivery, service: Service): Problem[] {
  const wanted = delivery.spec.service.port;
  const ports = service.spec.ports ?? [];
  if (
    wanted === undefined ||
    ports.some((port) => port.port === wanted || port.name === wanted || String(port.port) === wanted)
  )
    return [];
  const known = ports
    .map((port) => (port.name === undefined ? String(port.port) : `${port.name} (${port.port})`))
    .join(", ");
  return [
    {
      reason: "ServiceUnsuitable",
      message: `spec.service.port: Service ${service.metadata.name} has no port ${wanted}; it has ${known}`,
    },
  ];
}

function trafficProblems({ delivery, others, router }: ProblemInput): Problem[] {
  if (router === undefined) {
    return [
      {
        reason: "PlanUnsuitable",
        message:
          "spec.traffic.gatewayAPI: this cluster does not serve HTTPRoutes; install the Gateway API, or leave spec.traffic out to split by the number of pods",
      },
    ];
  }
  const subject = subjectOf(delivery);
  const taken = subject.routes.find((route) =>
    others.some((other) => subjectOf(other).routes.includes(route) && isOlder(other, delivery)),
  );
  const claimed: Problem[] =
    taken === undefined
      ? []
      : [
          {
            reason: "RouteClaimed",
            message: `spec.traffic.gatewayAPI.httpRoutes: HTTPRoute ${taken} belongs to another Delivery already; a route belongs to one Delivery`,
          },
        ];
  const plan = planProblems(delivery.spec.plan, router.capabilities).map((message): Problem => ({
    reason: "PlanUnsuitable",
    message,
  }));
  return [...claimed, ...router.problems(subject), ...plan];
}
