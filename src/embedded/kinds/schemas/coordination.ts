import type { Schema } from "../../wire/resource.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import { text, int32, microTime, object, described, pointer, struct } from "../../schema/shape.ts";

const leaseSpec: Schema = object("coordination.v1.LeaseSpec", {
  holderIdentity: described("Who holds the lease.", pointer(text)),
  leaseDurationSeconds: described("Seconds after the last renewal for which the claim holds.", pointer(int32)),
  acquireTime: described("When the holder took it.", pointer(microTime)),
  renewTime: described("Last renewal.", pointer(microTime)),
  leaseTransitions: described("How often it changed hands.", pointer(int32)),
  strategy: pointer(text),
  preferredHolder: pointer(text),
});

export const lease: Schema = described(
  "A claim on a role that expires unless it is renewed.",
  object("coordination.v1.Lease", {
    metadata: struct(objectMeta),
    spec: struct(leaseSpec),
  }),
);
