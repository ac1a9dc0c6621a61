import type { Clock } from "../../ports/clock.ts";
import type { PodLogs } from "../wire/podLogs.ts";
import { readLog } from "./logReader.ts";
import type { PodRunner } from "./podRunner.ts";

/** The logs of the pods that the runners keep. Of two pods of one name the younger counts. */
export function createPodLogs(runners: ReadonlyMap<string, PodRunner>, clock: Clock): PodLogs {
  return {
    open(request, signal) {
      const named = [...runners.values()].filter(
        ({ pod }) => pod.metadata.name === request.pod && pod.metadata.namespace === request.namespace,
      );
      const log = named.at(-1)?.logOf(request.container, request.previous);
      if (log === undefined) return Promise.resolve(undefined);
      const { follow, tailLines, timestamps, limitBytes, sinceSeconds, sinceTime } = request;
      const sinceMs = sinceTime === undefined ? agoMs(sinceSeconds, clock) : Date.parse(sinceTime);
      return Promise.resolve(readLog(log, { follow, tailLines, timestamps, limitBytes, sinceMs }, signal));
    },
  };
}

function agoMs(seconds: number | undefined, clock: Clock): number | undefined {
  return seconds === undefined ? undefined : clock.now() - seconds * 1000;
}
