import { ApiError } from "../wire/apiError.ts";
import type { AdmissionRequest } from "./request.ts";

const codes: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

/** The error of a request that a policy refuses, as the real server words it. */
export function denial(request: AdmissionRequest, message: string, reason = "Invalid"): ApiError {
  const { group, plural } = request.definition;
  const resource = group === "" ? plural : `${plural}.${group}`;
  const subject = request.name === "" ? resource : `${resource} ${JSON.stringify(request.name)}`;
  return new ApiError(codes[reason] ?? 422, reason, `${subject} is forbidden: ${message}`, {
    ...(request.name === "" ? {} : { name: request.name }),
    ...(group === "" ? {} : { group }),
    kind: plural,
    causes: [{ message }],
  });
}
