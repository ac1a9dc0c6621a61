import { median, quantile, type Figure, type Table } from "./harness.ts";

const columns = ["", "min", "median", "p99", "max", "n", "against", "ratio", "bound"] as const;

/** A table in Markdown: one line for each figure, columns that no figure uses left out. */
export function tableText({ title, note, figures }: Table): string {
  const rows = figures.map(cellsOf);
  const used = columns.map((_, column) => column === 0 || rows.some((cells) => cells[column] !== ""));
  const line = (cells: readonly string[]): string => `| ${cells.filter((_, column) => used[column]).join(" | ")} |`;
  const rule = columns.map((_, column) => (column === 0 || column === 6 || column === 8 ? "---" : "--:"));
  return [`### ${title}`, "", note, "", line(columns), line(rule), ...rows.map(line)].join("\n");
}

/** With fewer values than this, p99 is the greatest one anyway. */
const fewestForP99 = 10;

function cellsOf({ what, unit, values, reference, bound }: Figure): string[] {
  const ratio = reference === undefined ? Number.NaN : median(values) / median(reference.values);
  const one = values.length === 1;
  return [
    unit === "" ? what : `${what} (${unit})`,
    one ? "" : numberText(quantile(values, 0)),
    numberText(median(values)),
    values.length < fewestForP99 ? "" : numberText(quantile(values, 0.99)),
    one ? "" : numberText(quantile(values, 1)),
    String(values.length),
    reference === undefined ? "" : `${reference.name}: ${numberText(median(reference.values))}`,
    Number.isFinite(ratio) ? numberText(ratio) : "",
    bound === undefined ? "" : boundText(bound, values),
  ];
}

function boundText({ of, atMost }: NonNullable<Figure["bound"]>, values: readonly number[]): string {
  const reached = quantile(values, { median: 0.5, p99: 0.99, max: 1 }[of]);
  return `${of} ≤ ${numberText(atMost)}: ${reached <= atMost ? "met" : "**missed**"}`;
}

/** Three digits that count. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const digits = value === 0 ? 0 : Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const [whole = "", fraction] = value.toFixed(digits).split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined || /^0*$/.test(fraction) ? grouped : `${grouped}.${fraction}`;
}
