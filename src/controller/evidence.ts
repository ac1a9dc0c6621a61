import { messageOf } from "../api/error.ts";
import { parseDuration, parseTime } from "../api/duration.ts";
import type { Delivery } from "../api/delivery.ts";
import type { Release } from "../api/release.ts";
import { differenceSamples } from "../core/judge/index.ts";
import type { EvidenceLook } from "../core/release/observation.ts";
import type { Clock } from "../ports/clock.ts";
import type { MetricSource, Sample, SampleRequest } from "../ports/metricSource.ts";

/** The last sample of each release on its way; a restart loses it, and with it at most one window. */
export type Evidence = {
  look(
    release: Release,
    delivery: Delivery,
    source: MetricSource | undefined,
    request: SampleRequest,
    signal: AbortSignal,
  ): Promise<EvidenceLook | undefined>;
  /** Milliseconds until the next look is due. */
  dueInMs(release: Release, delivery: Delivery): number;
  forget(releaseUid: string): void;
};

type Memory = { readonly sample: Sample | undefined; readonly step: number; readonly lookedAtMs: number };

/** Reads the counters of both tracks at the Delivery's interval, and at once when a step's weight was confirmed. */
export function createEvidence(clock: Clock): Evidence {
  const memories = new Map<string, Memory>();

  function dueInMs(release: Release, delivery: Delivery): number {
    const memory = memories.get(release.metadata.uid ?? "");
    const confirmedAt = release.status?.step?.confirmedAt;
    if (
      memory === undefined ||
      confirmedAt === undefined ||
      memory.step !== release.status?.step?.index ||
      memory.lookedAtMs < parseTime(confirmedAt)
    )
      return 0;
    return memory.lookedAtMs + (parseDuration(delivery.spec.metrics.interval) ?? 5_000) - clock.now();
  }

  return {
    dueInMs,
    forget: (uid) => {
      memories.delete(uid);
    },
    async look(release, delivery, source, request, signal) {
      if (dueInMs(release, delivery) > 0) return undefined;
      const uid = release.metadata.uid ?? "";
      const step = release.status?.step?.index ?? 0;
      const before = memories.get(uid);
      const remember = (sample: Sample | undefined): void => {
        memories.set(uid, { sample, step, lookedAtMs: clock.now() });
      };
      if (source === undefined) {
        remember(undefined);
        return {
          kind: "error",
          message:
            "no source of metrics: the Gateway has no annotation tidegate.dev/metrics-url and spec.metrics names no other",
        };
      }
      try {
        const sample = await source.read(request, signal);
        remember(sample);
        if (before?.sample === undefined || before.step !== step) return undefined;
        return { kind: "window", window: differenceSamples(before.sample, sample, { step, weightConfirmed: true }) };
      } catch (error) {
        remember(undefined);
        return { kind: "error", message: messageOf(error).slice(0, 1_000) };
      }
    },
  };
}
