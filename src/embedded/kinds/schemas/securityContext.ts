import type { Schema } from "../../wire/resource.ts";
import { text, flag, int64, object, pointer, must, atomic, list } from "../../schema/shape.ts";

const capabilities: Schema = object("core.v1.Capabilities", {
  add: atomic(list(text)),
  drop: atomic(list(text)),
});

const seLinuxOptions: Schema = object("core.v1.SELinuxOptions", {
  user: text,
  role: text,
  type: text,
  level: text,
});

const windowsSecurityContextOptions: Schema = object("core.v1.WindowsSecurityContextOptions", {
  gmsaCredentialSpecName: pointer(text),
  gmsaCredentialSpec: pointer(text),
  runAsUserName: pointer(text),
  hostProcess: pointer(flag),
});

const seccompProfile: Schema = object("core.v1.SeccompProfile", {
  type: must(text),
  localhostProfile: pointer(text),
});

const appArmorProfile: Schema = object("core.v1.AppArmorProfile", {
  type: must(text),
  localhostProfile: pointer(text),
});

export const securityContext: Schema = object("core.v1.SecurityContext", {
  capabilities: pointer(capabilities),
  privileged: pointer(flag),
  seLinuxOptions: pointer(seLinuxOptions),
  windowsOptions: pointer(windowsSecurityContextOptions),
  runAsUser: pointer(int64),
  runAsGroup: pointer(int64),
  runAsNonRoot: pointer(flag),
  readOnlyRootFilesystem: pointer(flag),
  allowPrivilegeEscalation: pointer(flag),
  procMount: pointer(text),
  seccompProfile: pointer(seccompProfile),
  appArmorProfile: pointer(appArmorProfile),
});

const sysctl: Schema = object("core.v1.Sysctl", {
  name: must(text),
  value: must(text),
});

export const podSecurityContext: Schema = object("core.v1.PodSecurityContext", {
  seLinuxOptions: pointer(seLinuxOptions),
  windowsOptions: pointer(windowsSecurityContextOptions),
  runAsUser: pointer(int64),
  runAsGroup: pointer(int64),
  runAsNonRoot: pointer(flag),
  supplementalGroups: atomic(list(int64)),
  supplementalGroupsPolicy: pointer(text),
  fsGroup: pointer(int64),
  sysctls: atomic(list(sysctl)),
  fsGroupChangePolicy: pointer(text),
  seccompProfile: pointer(seccompProfile),
  appArmorProfile: pointer(appArmorProfile),
  seLinuxChangePolicy: pointer(text),
});
