/** `meta.k8s.io/v1 Table`, as far as it is printed. */
export type Table = {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority?: number }[];
  readonly rows?:
    | readonly {
        readonly cells: readonly unknown[];
        readonly object?: { readonly metadata?: { readonly namespace?: string } };
      }[]
    | null;
};

/** Lines of a table as kubectl prints them: headings in capitals, columns three blanks apart. */
export function renderTable(table: Table, options: { readonly wide: boolean; readonly namespaces: boolean }): string[] {
  const shown = table.columnDefinitions.flatMap((column, index) =>
    (column.priority ?? 0) === 0 || options.wide ? [index] : [],
  );
  const headings = [
    ...(options.namespaces ? ["NAMESPACE"] : []),
    ...shown.map((index) => table.columnDefinitions[index]?.name.toUpperCase() ?? ""),
  ];
  const rows = (table.rows ?? []).map((row) => [
    ...(options.namespaces ? [row.object?.metadata?.namespace ?? ""] : []),
    ...shown.map((index) => cellText(row.cells[index])),
  ]);
  return alignColumns([headings, ...rows]);
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "string" ? cell : JSON.stringify(cell);
}

/** Pads every column to its widest cell. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd((widths[index] ?? 0) + 3)))
      .join("")
      .trimEnd(),
  );
}
