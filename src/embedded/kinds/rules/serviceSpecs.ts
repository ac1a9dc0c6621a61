import { duplicate, forbidden, invalid, required } from "../../schema/fieldErrors.ts";
import type { FieldError } from "../../wire/apiError.ts";
import { type Fields, oneOf, problems, rows, textOf } from "./fields.ts";
import { validatePort } from "./containers.ts";
import { validateLabels } from "./labels.ts";
import { labelProblems, portNumberProblems, subdomainProblems } from "./names.ts";

/** Judges a Service's spec. */
export function validateServiceSpec(spec: Fields): FieldError[] {
  const ports = rows(spec["ports"]);
  const headless = spec["clusterIP"] === "None";
  const needsPorts = ports.length === 0 && !headless && spec["type"] !== "ExternalName";
  return [
    ...(needsPorts ? [required("spec.ports")] : []),
    ...validateType(spec, headless),
    ...validatePorts(ports),
    ...validateLabels(spec["selector"], "spec.selector"),
    ...oneOf("spec.sessionAffinity", spec["sessionAffinity"], ["ClientIP", "None"]),
    ...oneOf("spec.type", spec["type"], ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
    ...validateAddress(spec),
    ...oneOf("spec.internalTrafficPolicy", spec["internalTrafficPolicy"], ["Cluster", "Local"]),
    ...oneOf("spec.externalTrafficPolicy", spec["externalTrafficPolicy"], ["Cluster", "Local"]),
  ];
}

function validateType(spec: Fields, headless: boolean): FieldError[] {
  switch (spec["type"]) {
    case "LoadBalancer":
    case "NodePort":
      return headless
        ? [invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${textOf(spec["type"])} services`)]
        : [];
    case "ExternalName":
      return validateExternalName(spec);
    default:
      return [];
  }
}

function validateExternalName(spec: Fields): FieldError[] {
  const name = textOf(spec["externalName"]);
  const errors: FieldError[] = [];
  if (Array.isArray(spec["clusterIPs"]) && spec["clusterIPs"].length > 0) {
    errors.push(forbidden("spec.clusterIPs", "may not be set for ExternalName services"));
  }
  if (name === "") return [...errors, required("spec.externalName")];
  return [...errors, ...problems("spec.externalName", name, subdomainProblems(name.replace(/\.$/, "")))];
}

function validatePorts(ports: readonly Fields[]): FieldError[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `spec.ports[${index}]`;
    const name = textOf(port["name"]);
    const errors = validateName(name, at, ports.length > 1, names);
    names.add(name);
    errors.push(...problems(`${at}.port`, port["port"] ?? 0, portNumberProblems(port["port"])));
    errors.push(...oneOf(`${at}.protocol`, port["protocol"], ["SCTP", "TCP", "UDP"]));
    errors.push(...validatePort(port["targetPort"], `${at}.targetPort`));
    const key = `${textOf(port["protocol"])} ${String(port["port"])}`;
    if (seen.has(key)) errors.push(duplicate(at, { protocol: port["protocol"], port: port["port"], targetPort: 0 }));
    seen.add(key);
    return errors;
  });
}

function validateName(name: string, path: string, needed: boolean, names: ReadonlySet<string>): FieldError[] {
  if (name === "") return needed ? [required(`${path}.name`)] : [];
  const found = problems(`${path}.name`, name, labelProblems(name));
  return names.has(name) ? [...found, duplicate(`${path}.name`, name)] : found;
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

function validateAddress(spec: Fields): FieldError[] {
  const ip = textOf(spec["clusterIP"]);
  const given = Array.isArray(spec["clusterIPs"]) ? spec["clusterIPs"] : [];
  if (ip === "" || ip === "None" || spec["type"] === "ExternalName") return [];
  if (!ipv4.test(ip))
    return [
      invalid("spec.clusterIPs[0]", given[0] ?? ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
    ];
  return given[0] === ip || given.length === 0
    ? []
    : [invalid("spec.clusterIPs", given, "first value must match `clusterIP`")];
}
