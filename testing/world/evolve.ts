import { newPod, newSet, readyPods, type World, type WorldSet } from "./state.ts";

/** What the controllers of the cluster do by themselves, until nothing is left for them to do at this moment. */
export function evolve(world: World): void {
  for (let turn = 0; turn < 20; turn++) {
    const before = sizes(world);
    adoptOrphans(world);
    rollDeployment(world);
    scalePods(world);
    if (sizes(world) === before) return;
  }
  throw new Error("the world's controllers do not come to rest");
}

function sizes({ sets }: World): string {
  return sets.map(({ name, owner, replicas, pods }) => `${name} ${owner} ${replicas} ${pods.length}`).join();
}

function adoptOrphans({ workload, sets }: World): void {
  if (workload === undefined) return;
  for (const set of sets.filter(({ owner }) => owner === "nobody")) {
    set.owner = "workload";
    set.ownerName = "shop";
  }
}

function rollDeployment(world: World): void {
  const { workload } = world;
  if (workload === undefined) return;
  const own = world.sets.filter(({ owner }) => owner === "workload");
  const newest = own.find(({ version }) => version === workload.version);
  if (workload.paused) return scalePaused(world, own, newest);
  if (newest === undefined) {
    const { version } = workload;
    world.sets.push(newSet(world, { name: `shop-${version}`, version, podTemplateHash: version, replicas: 0 }));
    return;
  }
  scale(newest, workload.replicas);
  const others = own.filter((set) => set !== newest && set.replicas > 0);
  if (readyPods(world, newest) >= workload.replicas) for (const set of others) scale(set, 0);
  if (workload.version === "v1" || others.length === 0) workload.conditions = [];
}

/** A paused Deployment only scales: its one active set, or the old ones to nothing once the newest carries it all. */
function scalePaused(world: World, own: readonly WorldSet[], newest: WorldSet | undefined): void {
  const { replicas } = world.workload ?? { replicas: 0 };
  const active = own.filter((set) => set.replicas > 0);
  const only = active.length === 1 ? active[0] : active.length === 0 ? (newest ?? own.at(-1)) : undefined;
  if (only !== undefined) return scale(only, replicas);
  const isSaturated = newest !== undefined && newest.replicas === replicas && newest.desired === replicas;
  if (!isSaturated || readyPods(world, newest) < replicas) return;
  for (const set of active) if (set !== newest) scale(set, 0);
}

function scale(set: WorldSet, replicas: number): void {
  set.replicas = replicas;
  set.desired = replicas;
}

function scalePods(world: World): void {
  for (const set of world.sets) {
    while (set.pods.length > set.replicas) set.pods.pop();
    while (set.pods.length < set.replicas) set.pods.push(newPod(world, set.version));
  }
}

/** When something changes next though nobody does anything; Infinity when nothing does. */
export function nextEventMs({ nowMs, sets, route }: World): number {
  const times = [...sets.flatMap((set) => set.pods.map((pod) => pod.readyAtMs)), route?.acceptedAtMs ?? 0];
  return Math.min(...times.filter((time) => time > nowMs), Infinity);
}
