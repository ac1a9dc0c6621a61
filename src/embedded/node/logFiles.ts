import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../../ports/clock.ts";
import type { ContainerLog } from "./containerLog.ts";
import { createContainerLog, olderPath, openEndedLog } from "./containerLog.ts";

/** The log files of one pod: for each container those of its last run and of the one before. */
export interface LogFiles {
  /** Opens the log of a new run and removes those that are too old. Runs count from 0. */
  begin(container: string, run: number): ContainerLog;
  /** The log of a run that has ended; undefined when there is none. */
  reopen(container: string, run: number): ContainerLog | undefined;
}

export function createLogFiles(directory: string, clock: Clock): LogFiles {
  const pathOf = (container: string, run: number): string => join(directory, container, `${run}.log`);
  return {
    begin(container, run) {
      const outdated = pathOf(container, run - 2);
      for (const path of [outdated, olderPath(outdated)]) void rm(path, { force: true }).catch(() => undefined);
      return createContainerLog(pathOf(container, run), clock);
    },
    reopen: (container, run) => (run < 0 ? undefined : openEndedLog(pathOf(container, run))),
  };
}
