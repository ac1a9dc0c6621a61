import { messageOf, TidegateError } from "../api/error.ts";

const certificateRemedies: Record<string, string> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name; set tls-server-name or use a name that it covers",
  CERT_HAS_EXPIRED: "its certificate has expired; have it renewed",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted; give its authority as certificate-authority",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted; give its authority as certificate-authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted; give its authority as certificate-authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not trusted; give its authority as certificate-authority",
};

export function codeOfCause(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** Several addresses were tried: their messages are in `errors`, the outer one is empty. */
function plainMessage(error: unknown): string {
  if (error instanceof AggregateError && error.message === "")
    return [...new Set(error.errors.map(messageOf))].join(", ");
  return messageOf(error);
}

/** The connection could not be made, or broke before the answer was complete. */
export function unreachable(call: string, host: string, cause: unknown): TidegateError {
  const remedy =
    certificateRemedies[codeOfCause(cause) ?? ""] ?? "check that the cluster runs and the address is right";
  return new TidegateError("KUBE_UNREACHABLE", `${call}: no answer from ${host} (${plainMessage(cause)}); ${remedy}`, {
    retry: "later",
    cause,
  });
}

export function tooSlow(call: string, host: string, timeoutMs: number): TidegateError {
  return new TidegateError(
    "KUBE_TIMEOUT",
    `${call}: ${host} did not answer within ${timeoutMs} ms; it may still have been done`,
    { retry: "later" },
  );
}

export function gaveUp(call: string, cause?: unknown): TidegateError {
  return new TidegateError("KUBE_ABORTED", `${call}: given up by the caller`, { cause });
}
