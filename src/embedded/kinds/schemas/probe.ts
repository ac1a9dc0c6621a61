import type { Schema } from "../../wire/resource.ts";
import {
  text,
  int32,
  int64,
  intOrString,
  object,
  described,
  pointer,
  must,
  atomic,
  list,
  withDefault,
} from "../../schema/shape.ts";

const execAction: Schema = object("core.v1.ExecAction", {
  command: atomic(list(text)),
});

const httpHeader: Schema = object("core.v1.HTTPHeader", {
  name: must(text),
  value: must(text),
});

const httpGetAction: Schema = object("core.v1.HTTPGetAction", {
  path: described("Path of the request.", withDefault("/", text)),
  port: described("Port by number or name.", must(intOrString)),
  host: described("Host instead of the address of the pod.", text),
  scheme: described("HTTP or HTTPS.", withDefault("HTTP", text)),
  httpHeaders: atomic(list(httpHeader)),
});

const tcpSocketAction: Schema = object("core.v1.TCPSocketAction", {
  port: must(intOrString),
  host: text,
});

const grpcAction: Schema = object("core.v1.GRPCAction", {
  port: must(int32),
  service: withDefault("", pointer(text)),
});

export const probe: Schema = object("core.v1.Probe", {
  exec: described("Check by a command; exit code 0 is success.", pointer(execAction)),
  httpGet: described("Check by an HTTP request.", pointer(httpGetAction)),
  tcpSocket: described("Check by a TCP connection.", pointer(tcpSocketAction)),
  grpc: described("Check by the gRPC health protocol.", pointer(grpcAction)),
  initialDelaySeconds: described("Seconds after the start before the first check.", int32),
  timeoutSeconds: described("Seconds until a check counts as failed.", withDefault(1, int32)),
  periodSeconds: described("Seconds between checks.", withDefault(10, int32)),
  successThreshold: described("Successes in a row that count as success.", withDefault(1, int32)),
  failureThreshold: described("Failures in a row that count as failure.", withDefault(3, int32)),
  terminationGracePeriodSeconds: pointer(int64),
});

const sleepAction: Schema = object("core.v1.SleepAction", {
  seconds: must(int64),
});

const lifecycleHandler: Schema = object("core.v1.LifecycleHandler", {
  exec: pointer(execAction),
  httpGet: pointer(httpGetAction),
  tcpSocket: pointer(tcpSocketAction),
  sleep: pointer(sleepAction),
});

export const lifecycle: Schema = object("core.v1.Lifecycle", {
  postStart: pointer(lifecycleHandler),
  preStop: pointer(lifecycleHandler),
  stopSignal: pointer(text),
});
