import { rmSync } from "node:fs";
import { TidegateError } from "../../api/error.ts";
import { endProcess, forgetProcess, isRunning } from "../clusterProcess.ts";
import { stateDirOf } from "../connect.ts";

const endTimeoutMs = 20_000;

/** `tidegate down`: ends the embedded cluster and its pods; with `--purge` its state goes too. */
export async function down(options: { readonly stateDir?: string; readonly purge?: boolean }): Promise<void> {
  const stateDir = stateDirOf(options.stateDir);
  const wasRunning = isRunning(stateDir);
  if (!(await endProcess(stateDir, endTimeoutMs))) {
    throw new TidegateError(
      "CLUSTER_NOT_STOPPED",
      `the cluster of ${stateDir} did not end in ${endTimeoutMs / 1_000} s; its process is written down in ${stateDir}/process.json`,
    );
  }
  forgetProcess(stateDir);
  if (options.purge === true) rmSync(stateDir, { recursive: true, force: true });
  console.log(
    `${wasRunning ? "The cluster has ended" : "No cluster was running"}${options.purge === true ? ", its state is gone" : ""}.`,
  );
}
