import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../api/object.ts";
import { keyOf } from "../../../api/object.ts";
import type { WorkQueue } from "../../../kube/types.ts";
import type { Compiled } from "../compile/compile.ts";
import type { DataPlaneFacts } from "./gatewayStatus.ts";
import { planGateway } from "./gatewayStatus.ts";
import { planRoute } from "./routeStatus.ts";
import type { StatusWriter } from "./writer.ts";

type Task = {
  readonly object: KubeObject;
  readonly plan: unknown;
  readonly write: (signal: AbortSignal) => Promise<void>;
};

export type StatusPublisher = {
  /** Queues the statuses that follow from a table which the data plane now serves; of each object the newest counts. */
  publish(compiled: Compiled, plane: DataPlaneFacts): void;
  /** Writes until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
};

export function createStatusPublisher(queue: WorkQueue, writer: StatusWriter, controllerName: string): StatusPublisher {
  let tasks = new Map<string, Task>();

  function tasksOf(compiled: Compiled, plane: DataPlaneFacts): Map<string, Task> {
    const next = new Map<string, Task>();
    for (const object of compiled.classes) {
      next.set(`class ${keyOf(object)}`, {
        object,
        plan: undefined,
        write: (signal) => writer.writeClass(object, signal),
      });
    }
    for (const facts of compiled.gateways) {
      const { gateway: object } = facts;
      const plan = planGateway(facts, compiled, plane);
      next.set(`gateway ${keyOf(object)}`, {
        object,
        plan,
        write: (signal) => writer.writeGateway(object, plan, signal),
      });
    }
    for (const facts of compiled.routes) {
      const { route: object } = facts;
      const noted = object.status?.parents?.some((parent) => parent.controllerName === controllerName) === true;
      if (facts.parents.length === 0 && !noted) continue;
      const plan = planRoute(facts);
      next.set(`route ${keyOf(object)}`, { object, plan, write: (signal) => writer.writeRoute(object, plan, signal) });
    }
    return next;
  }

  return {
    publish(compiled, plane) {
      const before = tasks;
      tasks = tasksOf(compiled, plane);
      for (const [key, task] of tasks) {
        const known = before.get(key);
        if (known?.object !== task.object || !isDeepStrictEqual(known.plan, task.plan)) queue.add(key);
      }
    },
    run: (signal) => queue.run(async (key) => tasks.get(key)?.write(signal), signal),
  };
}
