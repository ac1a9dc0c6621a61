import type { Schema } from "../../wire/resource.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import { podSpec } from "./podSpec.ts";
import { podStatus } from "./podStatus.ts";
import { object, described, struct } from "../../schema/shape.ts";

export const pod: Schema = described(
  "One or more containers that run together on one node.",
  object("core.v1.Pod", {
    metadata: struct(objectMeta),
    spec: described("What is wanted of the pod.", struct(podSpec)),
    status: described("What was seen of the pod; written by its node.", struct(podStatus)),
  }),
);
