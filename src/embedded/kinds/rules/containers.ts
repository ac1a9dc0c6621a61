import { duplicate, invalid, notFound, required } from "../../schema/fieldErrors.ts";
import type { FieldError } from "../../wire/apiError.ts";
import { type Fields, fields, notNegative, numberOf, oneOf, positive, problems, rows, textOf } from "./fields.ts";
import { labelProblems, portNameProblems, portNumberProblems } from "./names.ts";
import { validateResources } from "./quantities.ts";

/** What containers may refer to. */
export type Surroundings = { readonly volumes: ReadonlySet<string> };

/** Judges a list of containers of one pod. */
export function validateContainers(containers: unknown, path: string, around: Surroundings): FieldError[] {
  const seen = new Set<string>();
  return rows(containers).flatMap((container, index) => {
    const at = `${path}[${index}]`;
    const name = textOf(container["name"]);
    const errors = [...validateName(name, at, seen), ...validateContainer(container, at, around)];
    seen.add(name);
    return errors;
  });
}

function validateName(name: string, path: string, seen: ReadonlySet<string>): FieldError[] {
  if (name === "") return [required(`${path}.name`)];
  if (seen.has(name)) return [duplicate(`${path}.name`, name)];
  return problems(`${path}.name`, name, labelProblems(name));
}

function validateContainer(container: Fields, path: string, around: Surroundings): FieldError[] {
  const image = textOf(container["image"]);
  const padded = image !== image.trim();
  return [
    ...(image === "" ? [required(`${path}.image`)] : []),
    ...(padded ? [invalid(`${path}.image`, image, "must not have leading or trailing whitespace")] : []),
    ...oneOf(`${path}.terminationMessagePolicy`, container["terminationMessagePolicy"], [
      "FallbackToLogsOnError",
      "File",
    ]),
    ...validatePorts(container["ports"], `${path}.ports`),
    ...validateEnv(container["env"], `${path}.env`),
    ...validateMounts(container["volumeMounts"], `${path}.volumeMounts`, around),
    ...oneOf(`${path}.imagePullPolicy`, container["imagePullPolicy"], ["Always", "IfNotPresent", "Never"]),
    ...validateResources(container["resources"], `${path}.resources`),
    ...validateProbe(container["livenessProbe"], `${path}.livenessProbe`, true),
    ...validateProbe(container["readinessProbe"], `${path}.readinessProbe`, false),
    ...validateProbe(container["startupProbe"], `${path}.startupProbe`, true),
  ];
}

function validatePorts(ports: unknown, path: string): FieldError[] {
  const names = new Set<string>();
  return rows(ports).flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const name = textOf(port["name"]);
    const found = name === "" ? [] : problems(`${at}.name`, name, portNameProblems(name));
    if (name !== "" && found.length === 0 && names.has(name)) found.push(duplicate(`${at}.name`, name));
    names.add(name);
    const number = numberOf(port["containerPort"]) ?? 0;
    return [
      ...found,
      ...(number === 0
        ? [required(`${at}.containerPort`)]
        : problems(`${at}.containerPort`, number, portNumberProblems(number))),
      ...(port["hostPort"] === undefined
        ? []
        : problems(`${at}.hostPort`, port["hostPort"], portNumberProblems(port["hostPort"]))),
      ...oneOf(`${at}.protocol`, port["protocol"], ["SCTP", "TCP", "UDP"]),
    ];
  });
}

const valueSources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

function validateEnv(env: unknown, path: string): FieldError[] {
  return rows(env).flatMap((variable, index) => {
    const at = `${path}[${index}]`;
    const name = textOf(variable["name"]);
    const named =
      name === ""
        ? [required(`${at}.name`)]
        : name.includes("=")
          ? [
              invalid(
                `${at}.name`,
                name,
                "a valid environment variable name must consist only of printable ASCII characters other than '='",
              ),
            ]
          : [];
    if (variable["valueFrom"] === undefined) return named;
    const sources = valueSources.filter((source) => fields(variable["valueFrom"])[source] !== undefined);
    if (sources.length === 0)
      named.push(
        invalid(
          `${at}.valueFrom`,
          "",
          `must specify one of: \`fieldRef\`, \`resourceFieldRef\`, \`configMapKeyRef\`, \`secretKeyRef\` or \`fileKeyRef\``,
        ),
      );
    if (sources.length > 0 && textOf(variable["value"]) !== "")
      named.push(invalid(`${at}.valueFrom`, "", "may not be specified when `value` is not empty"));
    if (sources.length > 1)
      named.push(invalid(`${at}.valueFrom`, "", "may not have more than one field specified at a time"));
    return named;
  });
}

function validateMounts(mounts: unknown, path: string, around: Surroundings): FieldError[] {
  const seen = new Set<string>();
  return rows(mounts).flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const name = textOf(mount["name"]);
    const mountPath = textOf(mount["mountPath"]);
    const errors: FieldError[] = [];
    if (name === "") errors.push(required(`${at}.name`));
    else if (!around.volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (mountPath === "") errors.push(required(`${at}.mountPath`));
    else if (seen.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, "must be unique"));
    seen.add(mountPath);
    return errors;
  });
}

const handlers = ["exec", "httpGet", "tcpSocket", "grpc"];

function validateProbe(value: unknown, path: string, successOnce: boolean): FieldError[] {
  if (value === undefined) return [];
  const probe = fields(value);
  const given = handlers.filter((handler) => probe[handler] !== undefined);
  const errors: FieldError[] = given.length === 0 ? [required(path, "must specify a handler type")] : [];
  for (const extra of given.slice(1))
    errors.push({
      reason: "FieldValueForbidden",
      field: `${path}.${extra}`,
      message: "Forbidden: may not specify more than 1 handler type",
    });
  errors.push(...handlerErrors(probe, path));
  for (const field of [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ]) {
    errors.push(...notNegative(`${path}.${field}`, probe[field]));
  }
  errors.push(...positive(`${path}.terminationGracePeriodSeconds`, probe["terminationGracePeriodSeconds"]));
  const successes = numberOf(probe["successThreshold"]) ?? 1;
  if (successOnce && successes !== 1) errors.push(invalid(`${path}.successThreshold`, successes, "must be 1"));
  return errors;
}

function handlerErrors(probe: Fields, path: string): FieldError[] {
  const { exec, httpGet, tcpSocket } = probe;
  const errors: FieldError[] = [];
  const command = fields(exec)["command"];
  if (exec !== undefined && !(Array.isArray(command) && command.length > 0))
    errors.push(required(`${path}.exec.command`));
  if (httpGet !== undefined) {
    errors.push(...validatePort(fields(httpGet)["port"], `${path}.httpGet.port`));
    errors.push(...oneOf(`${path}.httpGet.scheme`, fields(httpGet)["scheme"], ["HTTP", "HTTPS"]));
  }
  if (tcpSocket !== undefined) errors.push(...validatePort(fields(tcpSocket)["port"], `${path}.tcpSocket.port`));
  return errors;
}

/** Judges a port that is a number or a name. */
export function validatePort(port: unknown, path: string): FieldError[] {
  if (typeof port === "string" && port !== "") return problems(path, port, portNameProblems(port));
  return problems(path, port ?? 0, portNumberProblems(port));
}
