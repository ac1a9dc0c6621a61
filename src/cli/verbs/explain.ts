import { TidegateError } from "../../api/error.ts";
import type { Release } from "../../api/release.ts";
import { replayEvidence } from "../../core/release/replayEvidence.ts";
import { tellStory } from "../../core/release/story.ts";
import { connect, type ConnectOptions } from "../connect.ts";
import { findRelease } from "../findRelease.ts";

export type ExplainOptions = ConnectOptions & { readonly replay?: boolean };

/** `tidegate explain`: the story of a release from its object alone. */
export async function explain(given: string, options: ExplainOptions): Promise<void> {
  const { client, namespace } = await connect(options);
  try {
    const release = await findRelease(client, namespace, given);
    console.log(tellStory(release).join("\n"));
    if (options.replay === true) console.log(`\n${replayLine(release)}`);
  } finally {
    client.close();
  }
}

function replayLine(release: Release): string {
  const replay = replayEvidence(release);
  if (replay.kind === "nothing") return "Replay: nothing was counted, so there is nothing to compute again.";
  const windows = `${replay.windows} recorded windows${replay.folded ? ", after a base into which older ones were folded" : ""}`;
  if (replay.kind === "agrees") return `Replay: computed again from ${windows}; the statistics agree bit for bit.`;
  throw new TidegateError(
    "REPLAY_DIFFERS",
    `release ${release.metadata.name}: computed again from ${windows}, the statistics differ from the recorded ones; the record was changed, or this is another version of tidegate than the one that judged`,
  );
}
