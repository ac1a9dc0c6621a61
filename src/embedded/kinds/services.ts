import type { AnyObject } from "../../api/object.ts";
import { invalid } from "../schema/fieldErrors.ts";
import type { Strategy } from "../wire/resource.ts";
import { type Fields, fields, same, textOf } from "./rules/fields.ts";
import { listed } from "./rules/podSpecs.ts";
import { validateServiceSpec } from "./rules/serviceSpecs.ts";

/** What picks the addresses and node ports of Services. */
export type ServiceAllocator = {
  /** A free IPv4 address of the service range. */
  clusterIP(service: AnyObject): string;
  nodePort(service: AnyObject, index: number): number;
};

export function serviceStrategy(allocator: ServiceAllocator): Strategy {
  return {
    prepareForCreate(object) {
      object["status"] = { loadBalancer: {} };
      allocate(object, allocator);
    },
    prepareForUpdate(object, old) {
      keepAddresses(fields(object["spec"]), fields(old["spec"]));
      allocate(object, allocator);
    },
    applyDefaults(object) {
      defaultService(fields(object["spec"]));
    },
    validate: (object) => validateServiceSpec(fields(object["spec"])),
    validateUpdate(object, old) {
      const now = fields(object["spec"]);
      const before = fields(old["spec"]);
      const stays =
        now["type"] !== "ExternalName" && before["type"] !== "ExternalName" && before["clusterIP"] !== undefined;
      if (!stays || same(now["clusterIP"], before["clusterIP"])) return [];
      return [invalid("spec.clusterIPs[0]", now["clusterIPs"] ?? [], "may not change once set")];
    },
  };
}

function defaultService(spec: Fields): void {
  for (const port of listed(spec["ports"])) port["targetPort"] ??= port["port"];
  if (spec["sessionAffinity"] === "ClientIP")
    spec["sessionAffinityConfig"] ??= { clientIP: { timeoutSeconds: 10_800 } };
  if (spec["type"] !== "ExternalName") spec["internalTrafficPolicy"] ??= "Cluster";
  if (isExternal(spec)) spec["externalTrafficPolicy"] ??= "Cluster";
  if (spec["type"] === "LoadBalancer") spec["allocateLoadBalancerNodePorts"] ??= true;
}

function isExternal(spec: Fields): boolean {
  return spec["type"] === "NodePort" || spec["type"] === "LoadBalancer";
}

function keepAddresses(spec: Fields, old: Fields): void {
  if (spec["type"] === "ExternalName") return;
  if (textOf(spec["clusterIP"]) === "") spec["clusterIP"] = old["clusterIP"];
  const changed = spec["clusterIP"] !== old["clusterIP"];
  if (changed) spec["clusterIPs"] = [spec["clusterIP"]];
  else spec["clusterIPs"] ??= old["clusterIPs"];
  spec["ipFamilies"] ??= old["ipFamilies"];
  spec["ipFamilyPolicy"] ??= old["ipFamilyPolicy"];
  keepNodePorts(spec, old);
}

function keepNodePorts(spec: Fields, old: Fields): void {
  if (!isExternal(spec)) return;
  const before = listed(old["ports"]);
  for (const port of listed(spec["ports"])) {
    port["nodePort"] ??= before.find(
      (other) => other["port"] === port["port"] && other["protocol"] === port["protocol"],
    )?.["nodePort"];
  }
}

function allocate(object: AnyObject, allocator: ServiceAllocator): void {
  const spec = fields(object["spec"]);
  if (spec["type"] === "ExternalName") return;
  const wanted = Array.isArray(spec["clusterIPs"]) ? textOf(spec["clusterIPs"][0]) : "";
  if (textOf(spec["clusterIP"]) === "") spec["clusterIP"] = wanted === "" ? allocator.clusterIP(object) : wanted;
  spec["clusterIPs"] ??= [spec["clusterIP"]];
  spec["ipFamilies"] ??= ["IPv4"];
  spec["ipFamilyPolicy"] ??= "SingleStack";
  if (!isExternal(spec)) return;
  for (const [index, port] of listed(spec["ports"]).entries()) port["nodePort"] ??= allocator.nodePort(object, index);
}

const rangeStart = 0x0a_60_00_00;
const rangeSize = 2 ** 20;
const reserved = 256;

/** Addresses of 10.96.0.0/12 and node ports from 30000, spread by the Service's name: equal names, equal addresses. */
export function allocatorByName(): ServiceAllocator {
  return {
    clusterIP: (service) => address(rangeStart + reserved + (spread(service, 0) % (rangeSize - reserved - 1))),
    nodePort: (service, index) => 30_000 + (spread(service, index + 1) % 2_768),
  };
}

function address(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/** FNV-1a over namespace and name. */
function spread(service: AnyObject, salt: number): number {
  const { namespace = "", name } = service.metadata;
  let hash = 0x81_1c_9d_c5;
  for (const character of `${namespace}/${name}/${salt}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93);
  return hash >>> 0;
}
