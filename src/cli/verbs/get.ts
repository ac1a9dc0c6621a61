import { stringify } from "yaml";
import { TidegateError } from "../../api/error.ts";
import type { AnyObject, ResourceType } from "../../api/object.ts";
import { createResourceMapper } from "../../kube/discovery.ts";
import { resourcePath } from "../../kube/paths.ts";
import { connect, type ConnectOptions } from "../connect.ts";
import { renderTable, type Table } from "../table.ts";

export type GetOptions = ConnectOptions & { readonly allNamespaces?: boolean; readonly output?: string };

const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const formats = ["wide", "yaml", "json", "name"];

/** `tidegate get`: the server's own table, as kubectl prints it. */
export async function get(kindOrPath: string, givenName: string | undefined, options: GetOptions): Promise<void> {
  const { output } = options;
  if (output !== undefined && !formats.includes(output))
    throw new TidegateError("USAGE", `-o ${output} is not a format; use ${formats.join(", ")}`);
  const [kind = "", pathName] = kindOrPath.split("/");
  const name = givenName ?? pathName;
  const { client, namespace } = await connect(options);
  try {
    const resource = await createResourceMapper(client).byName(kind);
    const where = scopeOf(resource, namespace, options, name);
    const path = resourcePath(resource, { namespace: where, ...(name === undefined ? {} : { name }) });
    const asTable = output === undefined || output === "wide";
    const answer = await client.raw("GET", path, asTable ? { accept: tableAccept } : {});
    if (asTable)
      print(
        renderTable(answer as Table, {
          wide: output === "wide",
          namespaces: resource.namespaced && where === undefined,
        }),
        resource,
        where,
      );
    else printObjects(answer as AnyObject & { items?: AnyObject[] }, output, resource);
  } finally {
    client.close();
  }
}

function scopeOf(
  resource: ResourceType,
  namespace: string,
  options: GetOptions,
  name: string | undefined,
): string | undefined {
  if (!resource.namespaced) return undefined;
  if (options.allNamespaces === true && name !== undefined)
    throw new TidegateError("USAGE", "a name and --all-namespaces do not go together; name the namespace with -n");
  return options.allNamespaces === true ? undefined : namespace;
}

function print(lines: readonly string[], resource: ResourceType, namespace: string | undefined): void {
  if (lines.length > 1) console.log(lines.join("\n"));
  else console.error(`No ${resource.plural} found${namespace === undefined ? "" : ` in namespace ${namespace}`}.`);
}

function printObjects(answer: AnyObject & { items?: AnyObject[] }, format: string, resource: ResourceType): void {
  if (format === "json") console.log(JSON.stringify(answer, null, 2));
  else if (format === "yaml") process.stdout.write(stringify(answer, { lineWidth: 0 }));
  else for (const object of answer.items ?? [answer]) console.log(`${resource.plural}/${object.metadata.name}`);
}
