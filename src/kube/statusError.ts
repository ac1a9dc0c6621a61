import { TidegateError } from "../api/error.ts";
import type { ErrorCode } from "../api/errorCodes.ts";
import type { Status } from "../api/object.ts";

/** Parses a `metav1.Status`; undefined when it is something else. */
export function asStatus(value: unknown): Status | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return "kind" in value && value.kind === "Status" ? (value as Status) : undefined;
}

/** `Retry-After` in milliseconds: seconds, or a date against `nowMs`. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (header.trim() !== "" && Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function codeOf(http: number, reason: string | undefined): ErrorCode {
  if (http === 401) return "KUBE_UNAUTHORIZED";
  if (http === 403) return "KUBE_FORBIDDEN";
  if (http === 404) return "KUBE_NOT_FOUND";
  if (http === 409) return reason === "AlreadyExists" ? "KUBE_ALREADY_EXISTS" : "KUBE_CONFLICT";
  if (http === 410) return "KUBE_GONE";
  if (http === 422) return "KUBE_INVALID";
  if (http === 429) return "KUBE_TOO_MANY_REQUESTS";
  if (http >= 500) return "KUBE_SERVER_ERROR";
  return "KUBE_BAD_REQUEST";
}

const remedies: Partial<Record<ErrorCode, string>> = {
  KUBE_UNAUTHORIZED: "log in again, or choose another context",
  KUBE_FORBIDDEN: "ask for the right, or act as somebody who has it",
  KUBE_CONFLICT: "read it again and retry",
};

export type ErrorAnswer = {
  readonly status: number;
  /** Method and object: `get Deployment.apps prod/shop`. */
  readonly call: string;
  readonly text: string;
  readonly retryAfterMs?: number | undefined;
};

/** The answer of a server that refused, as an error that names the call and the server's own reason. */
export function errorOfAnswer(answer: ErrorAnswer): TidegateError {
  const status = statusOfText(answer.text);
  return errorOfStatus(status ?? { message: shorten(answer.text) }, answer, status);
}

/** As `errorOfAnswer` for a Status that came inside a watch stream. */
export function errorOfEvent(object: unknown, call: string): TidegateError {
  const status = asStatus(object);
  return errorOfStatus(
    status ?? { message: "an ERROR event without a Status" },
    { status: status?.code ?? 500, call, text: "" },
    status,
  );
}

function errorOfStatus(
  said: { readonly message?: string; readonly reason?: string },
  { status: http, call, retryAfterMs: asked }: ErrorAnswer,
  status: Status | undefined,
): TidegateError {
  const code = codeOf(http, said.reason);
  const reason = [String(http), said.reason].filter((part) => part !== undefined && part !== "").join(" ");
  const remedy = remedies[code] === undefined ? "" : `; ${remedies[code]}`;
  const detailsMs =
    status?.details?.retryAfterSeconds === undefined ? undefined : status.details.retryAfterSeconds * 1_000;
  const retryAfterMs = asked ?? detailsMs;
  return new TidegateError(code, `${call}: ${said.message || "refused without a reason"} (${reason})${remedy}`, {
    retry:
      code === "KUBE_TOO_MANY_REQUESTS" || code === "KUBE_SERVER_ERROR" || code === "KUBE_CONFLICT" ? "later" : "never",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === undefined ? {} : { status }),
  });
}

function statusOfText(text: string): Status | undefined {
  try {
    return asStatus(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}
