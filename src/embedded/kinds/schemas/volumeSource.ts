import type { Schema } from "../../wire/resource.ts";
import { labelSelector } from "./meta.ts";
import { localObjectReference, objectFieldSelector, resourceFieldSelector } from "./references.ts";
import { persistentVolumeClaimTemplate } from "./volumeClaim.ts";
import {
  text,
  flag,
  int32,
  int64,
  quantity,
  object,
  pointer,
  must,
  atomic,
  list,
  mapOf,
  withDefault,
} from "../../schema/shape.ts";

export const hostPathVolumeSource: Schema = object("core.v1.HostPathVolumeSource", {
  path: must(text),
  type: withDefault("", pointer(text)),
});

export const emptyDirVolumeSource: Schema = object("core.v1.EmptyDirVolumeSource", {
  medium: text,
  sizeLimit: pointer(quantity),
});

const keyToPath: Schema = object("core.v1.KeyToPath", {
  key: must(text),
  path: must(text),
  mode: pointer(int32),
});

export const secretVolumeSource: Schema = object("core.v1.SecretVolumeSource", {
  secretName: text,
  items: atomic(list(keyToPath)),
  defaultMode: withDefault(420, pointer(int32)),
  optional: pointer(flag),
});

export const configMapVolumeSource: Schema = object("core.v1.ConfigMapVolumeSource", {
  name: text,
  items: atomic(list(keyToPath)),
  defaultMode: withDefault(420, pointer(int32)),
  optional: pointer(flag),
});

const secretProjection: Schema = object("core.v1.SecretProjection", {
  name: text,
  items: atomic(list(keyToPath)),
  optional: pointer(flag),
});

const downwardAPIVolumeFile: Schema = object("core.v1.DownwardAPIVolumeFile", {
  path: must(text),
  fieldRef: pointer(objectFieldSelector),
  resourceFieldRef: pointer(resourceFieldSelector),
  mode: pointer(int32),
});

const downwardAPIProjection: Schema = object("core.v1.DownwardAPIProjection", {
  items: atomic(list(downwardAPIVolumeFile)),
});

const configMapProjection: Schema = object("core.v1.ConfigMapProjection", {
  name: text,
  items: atomic(list(keyToPath)),
  optional: pointer(flag),
});

const serviceAccountTokenProjection: Schema = object("core.v1.ServiceAccountTokenProjection", {
  audience: text,
  expirationSeconds: withDefault(3600, pointer(int64)),
  path: must(text),
});

const clusterTrustBundleProjection: Schema = object("core.v1.ClusterTrustBundleProjection", {
  name: pointer(text),
  signerName: pointer(text),
  labelSelector: pointer(labelSelector),
  optional: pointer(flag),
  path: must(text),
});

const podCertificateProjection: Schema = object("core.v1.PodCertificateProjection", {
  signerName: text,
  keyType: text,
  maxExpirationSeconds: pointer(int32),
  credentialBundlePath: text,
  keyPath: text,
  certificateChainPath: text,
  userAnnotations: mapOf(text),
});

const volumeProjection: Schema = object("core.v1.VolumeProjection", {
  secret: pointer(secretProjection),
  downwardAPI: pointer(downwardAPIProjection),
  configMap: pointer(configMapProjection),
  serviceAccountToken: pointer(serviceAccountTokenProjection),
  clusterTrustBundle: pointer(clusterTrustBundleProjection),
  podCertificate: pointer(podCertificateProjection),
});

export const projectedVolumeSource: Schema = object("core.v1.ProjectedVolumeSource", {
  sources: atomic(list(volumeProjection)),
  defaultMode: withDefault(420, pointer(int32)),
});

export const downwardAPIVolumeSource: Schema = object("core.v1.DownwardAPIVolumeSource", {
  items: atomic(list(downwardAPIVolumeFile)),
  defaultMode: withDefault(420, pointer(int32)),
});

export const nfsVolumeSource: Schema = object("core.v1.NFSVolumeSource", {
  server: must(text),
  path: must(text),
  readOnly: flag,
});

export const csiVolumeSource: Schema = object("core.v1.CSIVolumeSource", {
  driver: must(text),
  readOnly: pointer(flag),
  fsType: pointer(text),
  volumeAttributes: mapOf(text),
  nodePublishSecretRef: pointer(localObjectReference),
});

export const ephemeralVolumeSource: Schema = object("core.v1.EphemeralVolumeSource", {
  volumeClaimTemplate: pointer(persistentVolumeClaimTemplate),
});

export const imageVolumeSource: Schema = object("core.v1.ImageVolumeSource", {
  reference: text,
  pullPolicy: text,
});

export const persistentVolumeClaimVolumeSource: Schema = object("core.v1.PersistentVolumeClaimVolumeSource", {
  claimName: must(text),
  readOnly: flag,
});
