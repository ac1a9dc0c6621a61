import type { Schema } from "../../wire/resource.ts";
import { text, int64, time, object, described, must, atomic, list, mapOf } from "../../schema/shape.ts";

const labelSelectorRequirement: Schema = object("meta.v1.LabelSelectorRequirement", {
  key: described("Label.", must(text)),
  operator: described("In, NotIn, Exists or DoesNotExist.", must(text)),
  values: described("Values for In and NotIn.", atomic(list(text))),
});

export const labelSelector: Schema = atomic(
  object("meta.v1.LabelSelector", {
    matchLabels: described("Labels with their values, all of which must match.", mapOf(text)),
    matchExpressions: described(
      "Conditions on labels, all of which must hold.",
      atomic(list(labelSelectorRequirement)),
    ),
  }),
);

export const condition: Schema = object("meta.v1.Condition", {
  type: must(text),
  status: must(text),
  observedGeneration: int64,
  lastTransitionTime: time,
  reason: must(text),
  message: must(text),
});
