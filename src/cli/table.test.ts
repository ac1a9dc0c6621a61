import { describe, expect, it } from "vitest";
import { alignColumns, renderTable, type Table } from "./table.ts";

const table: Table = {
  columnDefinitions: [{ name: "Name" }, { name: "Weight" }, { name: "Image", priority: 1 }],
  rows: [
    { cells: ["shop-1", 100, "shop:v1"], object: { metadata: { namespace: "prod" } } },
    { cells: ["shop-12", null, "shop:v2"], object: { metadata: { namespace: "test" } } },
  ],
};

describe("a server's table", () => {
  it("is printed with headings in capitals and without columns of low priority", () => {
    expect(renderTable(table, { wide: false, namespaces: false })).toEqual([
      "NAME      WEIGHT",
      "shop-1    100",
      "shop-12",
    ]);
  });

  it("shows every column when wide, and the namespace when there are several", () => {
    expect(renderTable(table, { wide: true, namespaces: true })).toEqual([
      "NAMESPACE   NAME      WEIGHT   IMAGE",
      "prod        shop-1    100      shop:v1",
      "test        shop-12            shop:v2",
    ]);
  });

  it("is a heading alone when there are no rows", () => {
    expect(renderTable({ ...table, rows: null }, { wide: false, namespaces: false })).toEqual(["NAME   WEIGHT"]);
  });

  it("aligns columns of different length", () => {
    expect(
      alignColumns([
        ["a", "b"],
        ["long", "c"],
      ]),
    ).toEqual(["a      b", "long   c"]);
  });
});
