import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect } from "node:net";

import { messageOf } from "../../api/error.ts";
import type { Clock } from "../../ports/clock.ts";
import { startGroupProcess } from "./childProcess.ts";
import type { Container, Handler, HttpGet } from "./podTypes.ts";

/** Where the handlers of a container reach it. */
export type HandlerTarget = {
  readonly container: Container;
  readonly podIP: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
};

export type HandlerResult = { readonly ok: boolean; readonly message: string };

const MAX_BODY_BYTES = 1024;
const succeeded: HandlerResult = { ok: true, message: "" };
const failed = (message: string): HandlerResult => ({ ok: false, message });

/** Runs a probe's or a lifecycle hook's action. Never throws; a late answer is a failure. */
export async function runHandler(
  handler: Handler,
  target: HandlerTarget,
  limits: { readonly timeoutMs: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<HandlerResult> {
  const timeout = new AbortController();
  const signal = AbortSignal.any([limits.signal, timeout.signal]);
  const cancel = limits.clock.schedule(limits.timeoutMs, () => timeout.abort());
  try {
    return await act(handler, target, limits.clock, signal);
  } catch (error) {
    return failed(timeout.signal.aborted ? `timeout: no answer within ${limits.timeoutMs} ms` : messageOf(error));
  } finally {
    cancel();
  }
}

async function act(handler: Handler, target: HandlerTarget, clock: Clock, signal: AbortSignal): Promise<HandlerResult> {
  if (handler.httpGet !== undefined) return await httpGet(handler.httpGet, target, signal);
  if (handler.tcpSocket !== undefined) return await dial(handler.tcpSocket, target, signal);
  if (handler.exec !== undefined) return await execute(handler.exec.command ?? [], target, clock, signal);
  if (handler.sleep !== undefined) {
    await clock.sleep(handler.sleep.seconds * 1000, signal);
    return succeeded;
  }
  return failed("this node knows httpGet, tcpSocket and exec only");
}

/** A port by number, by text, or by the name of one of the container's ports. */
export function portOf(port: number | string, container: Container): number | undefined {
  if (typeof port === "number") return port;
  if (/^\d+$/u.test(port)) return Number(port);
  return container.ports?.find((known) => known.name === port)?.containerPort;
}

function httpGet(get: HttpGet, target: HandlerTarget, signal: AbortSignal): Promise<HandlerResult> {
  const port = portOf(get.port, target.container);
  if (port === undefined) return Promise.resolve(failed(`the container has no port named "${get.port}"`));
  const secure = get.scheme?.toUpperCase() === "HTTPS";
  const given = Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const options = {
    host: get.host ?? target.podIP,
    port,
    path: get.path ?? "/",
    headers: { "user-agent": "kube-probe/1.36", accept: "*/*", connection: "close", ...given },
    agent: false as const,
    // Probes ask whether the process answers, not who it is.
    rejectUnauthorized: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = secure ? requestHttps(options) : requestHttp(options);
    request.once("error", reject);
    request.once("response", (response) => {
      const status = response.statusCode ?? 0;
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BODY_BYTES) response.destroy();
      });
      response.on("error", () => undefined);
      resolve(status >= 200 && status < 400 ? succeeded : failed(`HTTP probe failed with statuscode: ${status}`));
    });
    request.end();
  });
}

function dial(
  socket: NonNullable<Handler["tcpSocket"]>,
  target: HandlerTarget,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const port = portOf(socket.port, target.container);
  if (port === undefined) return Promise.resolve(failed(`the container has no port named "${socket.port}"`));
  return new Promise((resolve, reject) => {
    const connection = connect({ host: socket.host ?? target.podIP, port, signal });
    connection.on("error", reject);
    connection.once("connect", () => {
      connection.destroy();
      resolve(succeeded);
    });
  });
}

async function execute(
  command: readonly string[],
  target: HandlerTarget,
  clock: Clock,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const output: Buffer[] = [];
  let size = 0;
  const onOutput = (_: string, chunk: Buffer): void => {
    if (size < MAX_BODY_BYTES) output.push(chunk);
    size += chunk.length;
  };
  const process = await startGroupProcess({ argv: command, cwd: target.cwd, env: target.env, onOutput }, clock);
  const kill = (): void => process.signal("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  if (signal.aborted) kill();
  const { exitCode } = await process.exited;
  signal.removeEventListener("abort", kill);
  if (signal.aborted) throw new Error(`"${command.join(" ")}" was stopped`);
  const text = Buffer.concat(output).subarray(0, MAX_BODY_BYTES).toString().trim();
  return exitCode === 0 ? succeeded : failed(text === "" ? `command ended with exit code ${exitCode}` : text);
}
