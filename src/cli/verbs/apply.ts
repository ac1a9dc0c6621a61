import { fieldManager } from "../../api/names.ts";
import { applyManifest, parseManifests } from "../../kube/applyManifests.ts";
import { createResourceMapper } from "../../kube/discovery.ts";
import { connect, readText, type ConnectOptions } from "../connect.ts";

export type ApplyOptions = ConnectOptions & { readonly filename: readonly string[]; readonly dryRun?: boolean };

/** `tidegate apply -f`: every manifest is read and parsed before the first is sent. */
export async function apply(options: ApplyOptions): Promise<void> {
  const objects = options.filename.flatMap((file) =>
    parseManifests(readText(file), file === "-" ? "standard input" : file),
  );
  const { client, namespace } = await connect(options);
  try {
    const mapper = createResourceMapper(client);
    for (const object of objects) {
      const { result, resource } = await applyManifest(client, mapper, object, {
        fieldManager: `${fieldManager}-cli`,
        namespace,
        ...(options.dryRun === true ? { dryRun: true } : {}),
      });
      const group = resource.group === "" ? "" : `.${resource.group}`;
      console.log(
        `${resource.kind.toLowerCase()}${group}/${object.metadata.name} ${result}${options.dryRun === true ? " (dry run)" : ""}`,
      );
    }
  } finally {
    client.close();
  }
}
