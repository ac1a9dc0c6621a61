import type { Schema } from "../../wire/resource.ts";
import { labelSelector } from "./meta.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import { typedLocalObjectReference, typedObjectReference } from "./references.ts";
import { text, quantity, object, pointer, struct, must, atomic, list, mapOf, withDefault } from "../../schema/shape.ts";

const volumeResourceRequirements: Schema = object("core.v1.VolumeResourceRequirements", {
  limits: mapOf(quantity),
  requests: mapOf(quantity),
});

const persistentVolumeClaimSpec: Schema = object("core.v1.PersistentVolumeClaimSpec", {
  accessModes: atomic(list(text)),
  selector: pointer(labelSelector),
  resources: struct(volumeResourceRequirements),
  volumeName: text,
  storageClassName: pointer(text),
  volumeMode: withDefault("Filesystem", pointer(text)),
  dataSource: pointer(typedLocalObjectReference),
  dataSourceRef: pointer(typedObjectReference),
  volumeAttributesClassName: pointer(text),
});

export const persistentVolumeClaimTemplate: Schema = object("core.v1.PersistentVolumeClaimTemplate", {
  metadata: struct(objectMeta),
  spec: must(struct(persistentVolumeClaimSpec)),
});
