import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Column } from "./printer.ts";
import { printerOf } from "./printers.ts";

type Step = { path?: string; response?: { fields?: { columnDefinitions?: Column[] } } };
type Recording = { cases: { steps: Step[] }[] };

const recording: Recording = JSON.parse(
  readFileSync(new URL("../../../testing/vectors/apiserver.json", import.meta.url), "utf8"),
);

const kinds: Readonly<Record<string, string>> = {
  deployments: "apps/Deployment",
  replicasets: "apps/ReplicaSet",
  configmaps: "/ConfigMap",
  pods: "/Pod",
  services: "/Service",
};

const tables = recording.cases
  .flatMap((each) => each.steps)
  .flatMap((step) => {
    const columns = step.response?.fields?.columnDefinitions;
    const resource = /namespaces\/[^/]+\/([a-z]+)/.exec(step.path ?? "")?.[1] ?? "";
    const kind = kinds[resource];
    return columns === undefined || kind === undefined ? [] : [{ kind, columns }];
  });

function withoutWords(columns: readonly Column[]): object[] {
  return columns.map(({ name, type, format, priority }) => ({ name, type, format, priority }));
}

describe("the columns that a real API server answered with", () => {
  it("are recorded for these kinds", () => {
    expect(new Set(tables.map((table) => table.kind))).toEqual(new Set(Object.values(kinds)));
  });

  it.each(tables)("are ours for $kind", ({ kind, columns }) => {
    const [group = "", name = ""] = kind.split("/");
    const definition = { group, kind: name };
    expect(withoutWords(printerOf(definition).columns)).toEqual(withoutWords(columns));
  });
});
