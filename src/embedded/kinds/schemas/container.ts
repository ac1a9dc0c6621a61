import type { Schema } from "../../wire/resource.ts";
import { lifecycle, probe } from "./probe.ts";
import {
  configMapKeySelector,
  fileKeySelector,
  objectFieldSelector,
  resourceFieldSelector,
  secretKeySelector,
} from "./references.ts";
import { securityContext } from "./securityContext.ts";
import {
  text,
  flag,
  int32,
  quantity,
  object,
  described,
  pointer,
  struct,
  must,
  atomic,
  list,
  setOf,
  listMap,
  mapOf,
  patched,
  withDefault,
} from "../../schema/shape.ts";

const containerPort: Schema = object("core.v1.ContainerPort", {
  name: described("Name by which Services can refer to the port.", text),
  hostPort: int32,
  containerPort: described("Port number in the pod, 1 to 65535.", must(int32)),
  protocol: described("TCP, UDP or SCTP.", withDefault("TCP", text)),
  hostIP: text,
});

const envVarSource: Schema = object("core.v1.EnvVarSource", {
  fieldRef: pointer(objectFieldSelector),
  resourceFieldRef: pointer(resourceFieldSelector),
  configMapKeyRef: pointer(configMapKeySelector),
  secretKeyRef: pointer(secretKeySelector),
  fileKeyRef: pointer(fileKeySelector),
});

const envVar: Schema = object("core.v1.EnvVar", {
  name: described("Name of the variable.", must(text)),
  value: described("Value; `$(NAME)` refers to earlier variables.", text),
  valueFrom: described("Source of the value.", pointer(envVarSource)),
});

const configMapEnvSource: Schema = object("core.v1.ConfigMapEnvSource", {
  name: text,
  optional: pointer(flag),
});

const secretEnvSource: Schema = object("core.v1.SecretEnvSource", {
  name: text,
  optional: pointer(flag),
});

const envFromSource: Schema = object("core.v1.EnvFromSource", {
  prefix: text,
  configMapRef: pointer(configMapEnvSource),
  secretRef: pointer(secretEnvSource),
});

const resourceClaim: Schema = object("core.v1.ResourceClaim", {
  name: must(text),
  request: text,
});

export const resourceRequirements: Schema = object("core.v1.ResourceRequirements", {
  limits: described("The most that may be used.", mapOf(quantity)),
  requests: described("What is set aside.", mapOf(quantity)),
  claims: listMap(resourceClaim, "name"),
});

const volumeMount: Schema = object("core.v1.VolumeMount", {
  name: must(text),
  readOnly: flag,
  recursiveReadOnly: pointer(text),
  mountPath: must(text),
  subPath: text,
  mountPropagation: pointer(text),
  subPathExpr: text,
});

const containerResizePolicy: Schema = object("core.v1.ContainerResizePolicy", {
  resourceName: must(text),
  restartPolicy: must(text),
});

const containerRestartRuleOnExitCodes: Schema = object("core.v1.ContainerRestartRuleOnExitCodes", {
  operator: text,
  values: setOf(int32),
});

const containerRestartRule: Schema = object("core.v1.ContainerRestartRule", {
  action: text,
  exitCodes: pointer(containerRestartRuleOnExitCodes),
});

const volumeDevice: Schema = object("core.v1.VolumeDevice", {
  name: must(text),
  devicePath: must(text),
});

export const container: Schema = object("core.v1.Container", {
  name: described("Name of the container, unique in the pod.", must(text)),
  image: described("Image; in the embedded cluster the name of the version.", text),
  command: described("Program and first arguments, instead of those of the image.", atomic(list(text))),
  args: described("Arguments of the program.", atomic(list(text))),
  workingDir: described("Directory to start in.", text),
  ports: described(
    "Ports that the container listens on.",
    patched(listMap(containerPort, "containerPort", "protocol"), "merge", "containerPort"),
  ),
  envFrom: described("Whole ConfigMaps or Secrets as environment.", atomic(list(envFromSource))),
  env: described("Environment variables.", patched(listMap(envVar, "name"), "merge", "name")),
  resources: described("What the container needs and may use.", struct(resourceRequirements)),
  resizePolicy: atomic(list(containerResizePolicy)),
  restartPolicy: pointer(text),
  restartPolicyRules: atomic(list(containerRestartRule)),
  volumeMounts: described(
    "Volumes and where they appear.",
    patched(listMap(volumeMount, "mountPath"), "merge", "mountPath"),
  ),
  volumeDevices: patched(listMap(volumeDevice, "devicePath"), "merge", "devicePath"),
  livenessProbe: described("Check that restarts the container when it fails.", pointer(probe)),
  readinessProbe: described("Check that takes the pod out of its Services while it fails.", pointer(probe)),
  startupProbe: described("Check that holds back the other probes until it succeeds.", pointer(probe)),
  lifecycle: described("What to do after the start and before the end.", pointer(lifecycle)),
  terminationMessagePath: described(
    "File whose content becomes the termination message.",
    withDefault("/dev/termination-log", text),
  ),
  terminationMessagePolicy: described(
    "Where the termination message comes from: File or FallbackToLogsOnError.",
    withDefault("File", text),
  ),
  imagePullPolicy: described("When to pull the image: Always, IfNotPresent or Never.", text),
  securityContext: described("Security settings of this container.", pointer(securityContext)),
  stdin: flag,
  stdinOnce: flag,
  tty: flag,
});

export const ephemeralContainer: Schema = object("core.v1.EphemeralContainer", {
  name: must(text),
  image: text,
  command: atomic(list(text)),
  args: atomic(list(text)),
  workingDir: text,
  ports: patched(listMap(containerPort, "containerPort", "protocol"), "merge", "containerPort"),
  envFrom: atomic(list(envFromSource)),
  env: patched(listMap(envVar, "name"), "merge", "name"),
  resources: struct(resourceRequirements),
  resizePolicy: atomic(list(containerResizePolicy)),
  restartPolicy: pointer(text),
  restartPolicyRules: atomic(list(containerRestartRule)),
  volumeMounts: patched(listMap(volumeMount, "mountPath"), "merge", "mountPath"),
  volumeDevices: patched(listMap(volumeDevice, "devicePath"), "merge", "devicePath"),
  livenessProbe: pointer(probe),
  readinessProbe: pointer(probe),
  startupProbe: pointer(probe),
  lifecycle: pointer(lifecycle),
  terminationMessagePath: withDefault("/dev/termination-log", text),
  terminationMessagePolicy: withDefault("File", text),
  imagePullPolicy: text,
  securityContext: pointer(securityContext),
  stdin: flag,
  stdinOnce: flag,
  tty: flag,
  targetContainerName: text,
});
