/** Every code that a TidegateError can carry. Each has its entry in docs/errors.md; a test checks both ways. */
export const errorCodes = {
  KUBE_UNREACHABLE: "the API server could not be reached",
  KUBE_TIMEOUT: "the API server did not answer before the deadline",
  KUBE_BAD_REQUEST: "the API server did not understand the request (400, 405, 406, 415)",
  KUBE_UNAUTHORIZED: "the API server does not know who asks (401)",
  KUBE_FORBIDDEN: "the caller may not do this (403)",
  KUBE_NOT_FOUND: "the object or the kind does not exist (404)",
  KUBE_CONFLICT: "the object was changed by somebody else (409 Conflict)",
  KUBE_ALREADY_EXISTS: "an object of that name exists (409 AlreadyExists)",
  KUBE_GONE: "the resource version is too old (410)",
  KUBE_INVALID: "the object was refused by validation (422)",
  KUBE_TOO_MANY_REQUESTS: "the API server asks to slow down (429)",
  KUBE_SERVER_ERROR: "the API server failed (5xx)",
  KUBE_BAD_ANSWER: "the API server's answer could not be parsed",
  KUBECONFIG_INVALID: "the kubeconfig cannot be used",
  KUBECONFIG_EXEC_FAILED: "the credential plugin of the kubeconfig failed",
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof errorCodes;
