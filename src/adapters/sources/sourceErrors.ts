import { isTidegateError, TidegateError } from "../../api/error.ts";

/** Runs what interprets an answer, and puts the address before the message of what it throws. */
export function namingSource<T>(address: string, interpret: () => T): T {
  try {
    return interpret();
  } catch (cause) {
    if (!isTidegateError(cause, "SOURCE_BAD_ANSWER")) throw cause;
    throw new TidegateError(cause.code, `${withoutCredentials(address)}: ${cause.message}`, {
      retry: cause.retry,
      cause,
    });
  }
}

/** An address as it may be shown: no user, no password, no query. */
export function withoutCredentials(address: string): string {
  const url = URL.parse(address);
  return url === null ? "the metrics address" : `${url.protocol}//${url.host}${url.pathname}`;
}
