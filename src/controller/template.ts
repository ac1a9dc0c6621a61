import { createHash } from "node:crypto";
import { labels } from "../api/names.ts";
import { canonical } from "../api/canonical.ts";
import type { PodTemplate } from "./kinds.ts";

/** Digest of a pod template, the same for the Deployment's and for those of its ReplicaSets, which carry one label more. */
export function templateHashOf(template: PodTemplate): string {
  return createHash("sha256")
    .update(canonical(withoutHash(template)))
    .digest("hex")
    .slice(0, 10);
}

export function withoutHash(template: PodTemplate): PodTemplate {
  const { [labels.podTemplateHash]: _hash, ...rest } = template.metadata?.labels ?? {};
  const { creationTimestamp: _none, ...metadata } = (template.metadata ?? {}) as Record<string, unknown>;
  return { ...template, metadata: { ...metadata, labels: rest } };
}

export function imagesOf(template: PodTemplate): string[] {
  return template.spec.containers.map((container) => container.image ?? "").slice(0, 32);
}

const sourceKeys: Readonly<Record<string, string>> = {
  "app.kubernetes.io/version": "version",
  "org.opencontainers.image.source": "repository",
  "org.opencontainers.image.revision": "commit",
  "tidegate.dev/repository": "repository",
  "tidegate.dev/path": "path",
  "tidegate.dev/commit": "commit",
};

/** Where a template comes from, as its labels and annotations tell. */
export function sourceOf(template: PodTemplate): Record<string, string> {
  const told = { ...template.metadata?.labels, ...template.metadata?.annotations };
  return Object.fromEntries(
    Object.entries(sourceKeys).flatMap(([key, name]) =>
      told[key] === undefined ? [] : [[name, told[key].slice(0, 2_048)]],
    ),
  );
}
