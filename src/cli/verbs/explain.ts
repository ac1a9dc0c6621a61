import { tellStory } from "../../core/release/story.ts";
import { connect, type ConnectOptions } from "../connect.ts";
import { findRelease } from "../findRelease.ts";

/** `tidegate explain`: the story of a release from its object alone. */
export async function explain(given: string, options: ConnectOptions): Promise<void> {
  const { client, namespace } = await connect(options);
  try {
    console.log(tellStory(await findRelease(client, namespace, given)).join("\n"));
  } finally {
    client.close();
  }
}
