import type { Schema } from "../../wire/resource.ts";
import { localObjectReference } from "./references.ts";
import {
  configMapVolumeSource,
  csiVolumeSource,
  downwardAPIVolumeSource,
  emptyDirVolumeSource,
  ephemeralVolumeSource,
  hostPathVolumeSource,
  imageVolumeSource,
  nfsVolumeSource,
  persistentVolumeClaimVolumeSource,
  projectedVolumeSource,
  secretVolumeSource,
} from "./volumeSource.ts";
import { text, flag, int32, object, pointer, must, atomic, list, mapOf, withDefault } from "../../schema/shape.ts";

const gcePersistentDiskVolumeSource: Schema = object("core.v1.GCEPersistentDiskVolumeSource", {
  pdName: must(text),
  fsType: text,
  partition: int32,
  readOnly: flag,
});

const awsElasticBlockStoreVolumeSource: Schema = object("core.v1.AWSElasticBlockStoreVolumeSource", {
  volumeID: must(text),
  fsType: text,
  partition: int32,
  readOnly: flag,
});

const gitRepoVolumeSource: Schema = object("core.v1.GitRepoVolumeSource", {
  repository: must(text),
  revision: text,
  directory: text,
});

const iscsiVolumeSource: Schema = object("core.v1.ISCSIVolumeSource", {
  targetPortal: must(text),
  iqn: must(text),
  lun: must(int32),
  iscsiInterface: withDefault("default", text),
  fsType: text,
  readOnly: flag,
  portals: atomic(list(text)),
  chapAuthDiscovery: flag,
  chapAuthSession: flag,
  secretRef: pointer(localObjectReference),
  initiatorName: pointer(text),
});

const glusterfsVolumeSource: Schema = object("core.v1.GlusterfsVolumeSource", {
  endpoints: must(text),
  path: must(text),
  readOnly: flag,
});

const rbdVolumeSource: Schema = object("core.v1.RBDVolumeSource", {
  monitors: must(atomic(list(text))),
  image: must(text),
  fsType: text,
  pool: withDefault("rbd", text),
  user: withDefault("admin", text),
  keyring: withDefault("/etc/ceph/keyring", text),
  secretRef: pointer(localObjectReference),
  readOnly: flag,
});

const flexVolumeSource: Schema = object("core.v1.FlexVolumeSource", {
  driver: must(text),
  fsType: text,
  secretRef: pointer(localObjectReference),
  readOnly: flag,
  options: mapOf(text),
});

const cinderVolumeSource: Schema = object("core.v1.CinderVolumeSource", {
  volumeID: must(text),
  fsType: text,
  readOnly: flag,
  secretRef: pointer(localObjectReference),
});

const cephFSVolumeSource: Schema = object("core.v1.CephFSVolumeSource", {
  monitors: must(atomic(list(text))),
  path: text,
  user: text,
  secretFile: text,
  secretRef: pointer(localObjectReference),
  readOnly: flag,
});

const flockerVolumeSource: Schema = object("core.v1.FlockerVolumeSource", {
  datasetName: text,
  datasetUUID: text,
});

const fcVolumeSource: Schema = object("core.v1.FCVolumeSource", {
  targetWWNs: atomic(list(text)),
  lun: pointer(int32),
  fsType: text,
  readOnly: flag,
  wwids: atomic(list(text)),
});

const azureFileVolumeSource: Schema = object("core.v1.AzureFileVolumeSource", {
  secretName: must(text),
  shareName: must(text),
  readOnly: flag,
});

const vsphereVirtualDiskVolumeSource: Schema = object("core.v1.VsphereVirtualDiskVolumeSource", {
  volumePath: must(text),
  fsType: text,
  storagePolicyName: text,
  storagePolicyID: text,
});

const quobyteVolumeSource: Schema = object("core.v1.QuobyteVolumeSource", {
  registry: must(text),
  volume: must(text),
  readOnly: flag,
  user: text,
  group: text,
  tenant: text,
});

const azureDiskVolumeSource: Schema = object("core.v1.AzureDiskVolumeSource", {
  diskName: must(text),
  diskURI: must(text),
  cachingMode: withDefault("ReadWrite", pointer(text)),
  fsType: withDefault("ext4", pointer(text)),
  readOnly: withDefault(false, pointer(flag)),
  kind: withDefault("Shared", pointer(text)),
});

const photonPersistentDiskVolumeSource: Schema = object("core.v1.PhotonPersistentDiskVolumeSource", {
  pdID: must(text),
  fsType: text,
});

const portworxVolumeSource: Schema = object("core.v1.PortworxVolumeSource", {
  volumeID: must(text),
  fsType: text,
  readOnly: flag,
});

const scaleIOVolumeSource: Schema = object("core.v1.ScaleIOVolumeSource", {
  gateway: must(text),
  system: must(text),
  secretRef: must(localObjectReference),
  sslEnabled: flag,
  protectionDomain: text,
  storagePool: text,
  storageMode: withDefault("ThinProvisioned", text),
  volumeName: text,
  fsType: withDefault("xfs", text),
  readOnly: flag,
});

const storageOSVolumeSource: Schema = object("core.v1.StorageOSVolumeSource", {
  volumeName: text,
  volumeNamespace: text,
  fsType: text,
  readOnly: flag,
  secretRef: pointer(localObjectReference),
});

export const volume: Schema = object("core.v1.Volume", {
  name: must(text),
  hostPath: pointer(hostPathVolumeSource),
  emptyDir: pointer(emptyDirVolumeSource),
  gcePersistentDisk: pointer(gcePersistentDiskVolumeSource),
  awsElasticBlockStore: pointer(awsElasticBlockStoreVolumeSource),
  gitRepo: pointer(gitRepoVolumeSource),
  secret: pointer(secretVolumeSource),
  nfs: pointer(nfsVolumeSource),
  iscsi: pointer(iscsiVolumeSource),
  glusterfs: pointer(glusterfsVolumeSource),
  persistentVolumeClaim: pointer(persistentVolumeClaimVolumeSource),
  rbd: pointer(rbdVolumeSource),
  flexVolume: pointer(flexVolumeSource),
  cinder: pointer(cinderVolumeSource),
  cephfs: pointer(cephFSVolumeSource),
  flocker: pointer(flockerVolumeSource),
  downwardAPI: pointer(downwardAPIVolumeSource),
  fc: pointer(fcVolumeSource),
  azureFile: pointer(azureFileVolumeSource),
  configMap: pointer(configMapVolumeSource),
  vsphereVolume: pointer(vsphereVirtualDiskVolumeSource),
  quobyte: pointer(quobyteVolumeSource),
  azureDisk: pointer(azureDiskVolumeSource),
  photonPersistentDisk: pointer(photonPersistentDiskVolumeSource),
  projected: pointer(projectedVolumeSource),
  portworxVolume: pointer(portworxVolumeSource),
  scaleIO: pointer(scaleIOVolumeSource),
  storageos: pointer(storageOSVolumeSource),
  csi: pointer(csiVolumeSource),
  ephemeral: pointer(ephemeralVolumeSource),
  image: pointer(imageVolumeSource),
});
