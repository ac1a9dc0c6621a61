import { Agent, request } from "node:http";
import { preciseNow } from "../harness.ts";
import { serveParent } from "./parent.ts";

/** When answers with 500 of one version arrived, in milliseconds since 1970. */
export type Failures = {
  readonly firstAt: number;
  readonly twentiethAt: number | undefined;
  readonly lastAt: number;
  readonly count: number;
};

/** Steady requests; the arguments are the URL and how many a second. Remembers when each version failed. */
const [, , url = "", rate = "100"] = process.argv;
const tickMs = 5;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const failures = new Map<string, Failures>();
const startedAt = preciseNow();
let sent = 0;

function sendDue(): void {
  const due = ((preciseNow() - startedAt) / 1_000) * Number(rate);
  for (; sent < due; sent++) send();
}

function send(): void {
  const call = request(url, { agent, timeout: 5_000 }, (answer) => {
    answer.resume();
    if (answer.statusCode === 500) remember(String(answer.headers["x-shop-version"]));
  });
  call.on("timeout", () => call.destroy());
  call.on("error", () => undefined);
  call.end();
}

function remember(version: string): void {
  const at = preciseNow();
  const known = failures.get(version);
  const count = (known?.count ?? 0) + 1;
  failures.set(version, {
    firstAt: known?.firstAt ?? at,
    twentiethAt: count === 20 ? at : known?.twentiethAt,
    lastAt: at,
    count,
  });
}

const timer = setInterval(sendDue, tickMs);
serveParent({}, { failures: (version: string) => failures.get(version) }, () => {
  clearInterval(timer);
  agent.destroy();
  return Promise.resolve();
});
