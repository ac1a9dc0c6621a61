import type { InterventionSpec } from "../../src/api/intervention.ts";
import { anIntervention } from "../builders/delivery.ts";
import type { Action } from "./run.ts";
import type { World } from "./state.ts";

const at = (atMs: number, name: string, run: (world: World) => void): Action => ({ atMs, name, run });

/** Another template in the Deployment's spec; the interlock pauses it in the same write. */
export const applyVersion = (atMs: number, version: string): Action =>
  at(atMs, `apply ${version}`, ({ workload, interlock }) => {
    if (workload === undefined || workload.version === version) return;
    workload.version = version;
    if (interlock !== "policy" || !workload.managed) return;
    workload.paused = true;
    workload.held ??= "template changed";
  });

export const order = (atMs: number, action: InterventionSpec["action"], more: Partial<InterventionSpec> = {}): Action =>
  at(atMs, `order ${action}`, (world) => {
    const release = more.release ?? world.releases.at(-1)?.metadata.name ?? "shop-1";
    const name = `order-${++world.serial}`;
    world.interventions.push(anIntervention({ action, ...more, release, metadata: { name, uid: name } }));
  });

export const scaleTo = (atMs: number, replicas: number): Action =>
  at(atMs, `scale to ${replicas}`, ({ workload }) => {
    if (workload !== undefined) workload.replicas = replicas;
  });

export const rewriteRoute = (atMs: number, by = "argocd"): Action =>
  at(atMs, `${by} rewrites the route`, ({ route }) => {
    if (route?.goal !== undefined) route.rewrittenBy = by;
  });

/** The manifest is put in place anew, with nothing of Tidegate's in it. */
export const resetRoute = (atMs: number): Action =>
  at(atMs, "reset the route", ({ route }) => {
    if (route !== undefined) Object.assign(route, { goal: undefined, rewrittenBy: undefined });
  });

export const liftPause = (atMs: number): Action =>
  at(atMs, "lift the pause", ({ workload }) => {
    if (workload !== undefined) workload.paused = false;
  });

export const unpinService = (atMs: number): Action =>
  at(atMs, "unpin the Service", ({ service }) => {
    if (service !== undefined) service.selector = { app: "shop" };
  });

export const deleteContenderService = (atMs: number): Action =>
  at(atMs, "delete the contender's Service", (world) => {
    world.contenderService = undefined;
  });

export const deleteContender = (atMs: number): Action =>
  at(atMs, "delete the contender's ReplicaSet", (world) => {
    world.sets = world.sets.filter(({ owner }) => owner === "workload");
  });

export const killContenderPods = (atMs: number): Action =>
  at(atMs, "kill the contender's pods", (world) => {
    for (const set of world.sets) if (set.owner === "release") set.pods = [];
  });

export const deleteDelivery = (atMs: number): Action =>
  at(atMs, "delete the Delivery", ({ delivery }) => {
    if (delivery !== undefined) delivery.metadata.deletionTimestamp ??= "2026-01-01T00:10:00Z";
  });

export const deleteWorkload = (atMs: number): Action =>
  at(atMs, "delete the Deployment", (world) => {
    world.workload = undefined;
    world.sets = world.sets.filter(({ owner }) => owner !== "workload");
  });

export const deleteRoute = (atMs: number): Action =>
  at(atMs, "delete the route", (world) => {
    world.route = undefined;
  });

export const createRoute = (atMs: number): Action =>
  at(atMs, "create the route", (world) => {
    if (world.routed) world.route ??= { goal: undefined, acceptedAtMs: world.nowMs + 150, rewrittenBy: undefined };
  });

export const deleteService = (atMs: number): Action =>
  at(atMs, "delete the Service", (world) => {
    world.service = undefined;
  });

export const createService = (atMs: number): Action =>
  at(atMs, "create the Service", (world) => {
    world.service ??= { selector: { app: "shop" } };
  });
