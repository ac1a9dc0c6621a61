import { readFileSync } from "node:fs";

/** What a request must answer; only the parts that are there are compared. */
export type Expected = {
  readonly status: number;
  readonly body?: unknown;
  /** Values by dotted path; null: absent. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly warning?: string;
  readonly events?: readonly { readonly type: string; readonly object: unknown }[];
};

export type RequestStep = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Another bearer token than the administrator's; empty: none. */
  readonly token?: string;
  readonly save?: Readonly<Record<string, string>>;
  readonly until?: string;
  readonly response: Expected;
};

export type Step =
  | RequestStep
  | { readonly watch: string; readonly as: string }
  | { readonly events: string; readonly response: Expected }
  | { readonly sleep: number };

export type Case = { readonly name: string; readonly area: string; readonly steps: readonly Step[] };

/** The recorded cases of a real API server. */
export function loadCases(): readonly Case[] {
  const text = readFileSync(new URL("../vectors/apiserver.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { cases: Case[] }).cases;
}
