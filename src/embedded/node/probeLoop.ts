import type { Clock } from "../../ports/clock.ts";
import type { Probe } from "./podTypes.ts";
import type { ProbeKind } from "./probeCounter.ts";
import { countProbe, isQuickRetry, nextProbeDelayMs, unprobed } from "./probeCounter.ts";
import type { HandlerTarget } from "./runHandler.ts";
import { runHandler } from "./runHandler.ts";

export type ProbeListener = {
  /** The verdict of a probe changed. */
  readonly onVerdict: (kind: ProbeKind, verdict: "success" | "failure", message: string) => void;
  /** A probe failed, whether or not that changes the verdict. */
  readonly onFailure: (kind: ProbeKind, message: string) => void;
};

type Deps = ProbeListener & {
  readonly target: HandlerTarget;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/** Probes one instance of a container until the signal is aborted: startup first, then liveness beside readiness. */
export async function runProbes(deps: Deps): Promise<void> {
  const { startupProbe, livenessProbe, readinessProbe } = deps.target.container;
  if (startupProbe !== undefined) await runProbe("startup", startupProbe, deps);
  const others: Promise<void>[] = [];
  if (livenessProbe !== undefined) others.push(runProbe("liveness", livenessProbe, deps));
  if (readinessProbe !== undefined) others.push(runProbe("readiness", readinessProbe, deps));
  await Promise.all(others);
}

async function runProbe(kind: ProbeKind, probe: Probe, deps: Deps): Promise<void> {
  const { clock, signal, startedAtMs, target } = deps;
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  let count = unprobed;
  await clock.sleep(startedAtMs + (probe.initialDelaySeconds ?? 0) * 1000 - clock.now(), signal);
  while (!signal.aborted) {
    const result = await runHandler(probe, target, { timeoutMs, clock, signal });
    if (signal.aborted) return;
    const quick = isQuickRetry(kind, count, clock.now() - startedAtMs);
    if (result.ok || !quick) {
      const before = count.verdict;
      count = countProbe(count, result.ok, probe);
      if (!result.ok) deps.onFailure(kind, result.message);
      if (count.verdict !== undefined && count.verdict !== before) deps.onVerdict(kind, count.verdict, result.message);
    }
    // A startup probe is over with its first verdict; a failed liveness probe ends the instance.
    if (kind !== "readiness" && count.verdict !== undefined && (kind === "startup" || count.verdict === "failure"))
      return;
    await clock.sleep(nextProbeDelayMs(quick, result.ok, probe), signal);
  }
}
