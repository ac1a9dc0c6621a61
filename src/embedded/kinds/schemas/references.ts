import type { Schema } from "../../wire/resource.ts";
import { text, flag, quantity, object, pointer, must, atomic, withDefault } from "../../schema/shape.ts";

export const objectReference: Schema = atomic(
  object("core.v1.ObjectReference", {
    kind: text,
    namespace: text,
    name: text,
    uid: text,
    apiVersion: text,
    resourceVersion: text,
    fieldPath: text,
  }),
);

export const localObjectReference: Schema = atomic(
  object("core.v1.LocalObjectReference", {
    name: text,
  }),
);

export const typedLocalObjectReference: Schema = atomic(
  object("core.v1.TypedLocalObjectReference", {
    apiGroup: pointer(text),
    kind: must(text),
    name: must(text),
  }),
);

export const typedObjectReference: Schema = object("core.v1.TypedObjectReference", {
  apiGroup: pointer(text),
  kind: must(text),
  name: must(text),
  namespace: pointer(text),
});

export const objectFieldSelector: Schema = atomic(
  object("core.v1.ObjectFieldSelector", {
    apiVersion: withDefault("v1", text),
    fieldPath: must(text),
  }),
);

export const resourceFieldSelector: Schema = atomic(
  object("core.v1.ResourceFieldSelector", {
    containerName: text,
    resource: must(text),
    divisor: quantity,
  }),
);

export const configMapKeySelector: Schema = atomic(
  object("core.v1.ConfigMapKeySelector", {
    name: text,
    key: must(text),
    optional: pointer(flag),
  }),
);

export const secretKeySelector: Schema = atomic(
  object("core.v1.SecretKeySelector", {
    name: text,
    key: must(text),
    optional: pointer(flag),
  }),
);

export const fileKeySelector: Schema = atomic(
  object("core.v1.FileKeySelector", {
    volumeName: must(text),
    path: must(text),
    key: must(text),
    optional: pointer(flag),
  }),
);
