import { isTidegateError, TidegateError } from "../../api/error.ts";
import { fieldManager } from "../../api/names.ts";
import type { AnyObject } from "../../api/object.ts";
import { applyManifest, parseManifests, type Applied } from "../../kube/applyManifests.ts";
import { createResourceMapper } from "../../kube/discovery.ts";
import { connect, readText, type ConnectOptions } from "../connect.ts";

export type ApplyOptions = ConnectOptions & {
  readonly filename: readonly string[];
  readonly dryRun?: boolean;
  readonly forceConflicts?: boolean;
};

/** `tidegate apply -f`: every manifest is read and parsed before the first is sent. */
export async function apply(options: ApplyOptions): Promise<void> {
  const objects = options.filename.flatMap((file) =>
    parseManifests(readText(file), file === "-" ? "standard input" : file),
  );
  const { client, namespace } = await connect(options);
  const settings = {
    fieldManager: `${fieldManager}-cli`,
    namespace,
    dryRun: options.dryRun === true,
    force: options.forceConflicts === true,
  };
  try {
    const mapper = createResourceMapper(client);
    for (const object of objects) {
      const applied = await withRemedy(object, () => applyManifest(client, mapper, object, settings));
      console.log(`${nameOf(object, applied)} ${applied.result}${settings.dryRun ? " (dry run)" : ""}`);
    }
  } finally {
    client.close();
  }
}

function nameOf(object: AnyObject, { resource }: Applied): string {
  const group = resource.group === "" ? "" : `.${resource.group}`;
  return `${resource.kind.toLowerCase()}${group}/${object.metadata.name}`;
}

/** Fields that others manage are theirs until the user says otherwise. */
async function withRemedy(object: AnyObject, run: () => Promise<Applied>): Promise<Applied> {
  try {
    return await run();
  } catch (error) {
    const causes = isTidegateError(error, "KUBE_CONFLICT") ? (error.status?.details?.causes ?? []) : [];
    const fields = causes.filter((cause) => cause.reason === "FieldManagerConflict");
    if (fields.length === 0) throw error;
    const list = fields.map(({ field, message }) => `  ${field ?? ""}: ${message ?? ""}`).join("\n");
    throw new TidegateError(
      "APPLY_CONFLICT",
      `${object.kind} ${object.metadata.name} was not applied, because others manage some of its fields:\n${list}\nLeave these fields out of the manifest, or take them over with --force-conflicts`,
      { cause: error },
    );
  }
}
