import type { Release } from "../../../src/api/release.ts";
import { resources } from "../../../src/api/resources.ts";
import { tellStory } from "../../../src/core/release/story.ts";
import { listOf, optional, record, text } from "../reader.ts";
import { StepFailed, stepKind } from "../step.ts";

/** What the release tells about itself. */
export const expectStory = stepKind(
  record({ release: text, contains: listOf(text), lacks: optional(listOf(text)) }),
  async ({ release, contains, lacks = [] }, { client, namespace, signal }) => {
    const story = tellStory(
      await client.get<Release>(resources.releases, { namespace, name: release }, { signal }),
    ).join("\n");
    const missing = contains.filter((words) => !story.includes(words));
    if (missing.length > 0)
      throw new StepFailed(`the story does not say ${missing.map((words) => `"${words}"`).join(", ")}`);
    const found = lacks.filter((words) => story.includes(words));
    if (found.length > 0) throw new StepFailed(`the story says ${found.map((words) => `"${words}"`).join(", ")}`);
  },
);
