import type { Schema } from "../wire/resource.ts";
import {
  text,
  flag,
  int64,
  anything,
  time,
  object,
  described,
  pointer,
  must,
  atomic,
  list,
  setOf,
  listMap,
  mapOf,
  patched,
} from "./shape.ts";

const ownerReference: Schema = atomic(
  object("meta.v1.OwnerReference", {
    apiVersion: must(text),
    kind: must(text),
    name: must(text),
    uid: must(text),
    controller: pointer(flag),
    blockOwnerDeletion: pointer(flag),
  }),
);

const managedFieldsEntry: Schema = object("meta.v1.ManagedFieldsEntry", {
  manager: text,
  operation: text,
  apiVersion: text,
  time: pointer(time),
  fieldsType: text,
  fieldsV1: anything,
  subresource: text,
});

export const objectMeta: Schema = object("meta.v1.ObjectMeta", {
  name: described("Name, unique among the kind in its namespace.", text),
  generateName: described("Beginning of a name that the server completes.", text),
  namespace: described("Namespace of the object.", text),
  selfLink: text,
  uid: described("Identity of this very object.", text),
  resourceVersion: described("Opaque version of what is stored.", text),
  generation: described("Number of the wanted state.", int64),
  creationTimestamp: described("When it was created.", pointer(time)),
  deletionTimestamp: described("When deletion was asked for, with the grace period added.", pointer(time)),
  deletionGracePeriodSeconds: described("Seconds given for the end.", pointer(int64)),
  labels: described("Labels to select by.", mapOf(text)),
  annotations: described("Notes that nobody selects by.", mapOf(text)),
  ownerReferences: described(
    "Objects that this one depends on.",
    patched(listMap(ownerReference, "uid"), "merge", "uid"),
  ),
  finalizers: described("Who must agree before the object goes.", patched(setOf(text), "merge")),
  managedFields: described("Who set which fields.", atomic(list(managedFieldsEntry))),
});
