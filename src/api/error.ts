import type { ErrorCode } from "./errorCodes.ts";
import type { Status } from "./object.ts";

export type Retry = "never" | "later";

export type ErrorFacts = {
  readonly retry?: Retry;
  /** How long the other side asked to wait, from `Retry-After`. */
  readonly retryAfterMs?: number;
  /** The API server's own words, where it answered. */
  readonly status?: Status;
  readonly cause?: unknown;
};

/**
 * The one error class of all I/O. `message` says what happened, to which object, and what the user can do;
 * it never holds a secret. `code` is documented in docs/errors.md.
 */
export class TidegateError extends Error {
  readonly code: ErrorCode;
  readonly retry: Retry;
  readonly retryAfterMs: number | undefined;
  readonly status: Status | undefined;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "TidegateError";
    this.code = code;
    this.retry = facts.retry ?? "never";
    this.retryAfterMs = facts.retryAfterMs;
    this.status = facts.status;
  }
}

export function isTidegateError(error: unknown, ...codes: ErrorCode[]): error is TidegateError {
  return error instanceof TidegateError && (codes.length === 0 || codes.includes(error.code));
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
