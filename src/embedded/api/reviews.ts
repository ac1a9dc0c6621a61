import { timestamp, type Authorize } from "./context.ts";
import type { Clock } from "../../ports/clock.ts";
import type { UserInfo } from "../wire/resource.ts";
import { badRequest } from "./errors.ts";
import { isRecord, recordOf, type Json } from "./json.ts";

type ReviewKind = { readonly plural: string; readonly kind: string };

/** Kinds that are asked and never stored. */
export const reviewGroups: ReadonlyMap<string, readonly ReviewKind[]> = new Map([
  ["authentication.k8s.io", [{ plural: "selfsubjectreviews", kind: "SelfSubjectReview" }]],
  [
    "authorization.k8s.io",
    [
      { plural: "selfsubjectaccessreviews", kind: "SelfSubjectAccessReview" },
      { plural: "selfsubjectrulesreviews", kind: "SelfSubjectRulesReview" },
      { plural: "subjectaccessreviews", kind: "SubjectAccessReview" },
    ],
  ],
]);

export function findReview(group: string, version: string, plural: string): ReviewKind | undefined {
  return version === "v1" ? reviewGroups.get(group)?.find((known) => known.plural === plural) : undefined;
}

/** Everybody who is known may ask about himself. */
export function isOpenTo(user: UserInfo, { kind }: ReviewKind): boolean {
  return kind.startsWith("SelfSubject") && user.groups.includes("system:authenticated");
}

export type Reviewer = { readonly user: UserInfo; readonly authorize: Authorize; readonly clock: Clock };

/** Answers who the caller is, or what somebody may do. Throws 400. */
export function review(group: string, { kind }: ReviewKind, body: unknown, by: Reviewer): Json {
  if (!isRecord(body) || (body["kind"] !== undefined && body["kind"] !== kind))
    throw badRequest(`the body is no ${kind}`);
  const head = { kind, apiVersion: `${group}/v1` };
  if (kind === "SelfSubjectReview") {
    return {
      ...head,
      metadata: { creationTimestamp: timestamp(by.clock.now()) },
      status: { userInfo: { ...by.user } },
    };
  }
  const spec = recordOf(body["spec"]);
  if (kind === "SelfSubjectRulesReview") return { ...head, metadata: {}, spec, status: rulesOf(by) };
  const subject = kind === "SubjectAccessReview" ? subjectOf(spec) : by.user;
  return { ...head, metadata: {}, spec, status: { allowed: isAllowed(spec, subject, by.authorize) } };
}

/** What the caller may do: everything, or no more than to ask. */
function rulesOf({ user, authorize }: Reviewer): Json {
  const everything = ["*"];
  const any = { verb: "*", group: "*", resource: "*", subresource: undefined, namespace: undefined, name: undefined };
  const mayAll = authorize(user, any);
  const questions = [...reviewGroups].map(([group, kinds]) => ({
    verbs: ["create"],
    apiGroups: [group],
    resources: kinds.filter((kind) => isOpenTo(user, kind)).map(({ plural }) => plural),
  }));
  return {
    resourceRules: mayAll ? [{ verbs: everything, apiGroups: everything, resources: everything }] : questions,
    nonResourceRules: [
      mayAll ? { verbs: everything, nonResourceURLs: everything } : { verbs: ["get"], nonResourceURLs: openPaths },
    ],
    incomplete: false,
  };
}

const openPaths = [
  "/api",
  "/api/*",
  "/apis",
  "/apis/*",
  "/healthz",
  "/livez",
  "/openapi",
  "/openapi/*",
  "/readyz",
  "/version",
];

function subjectOf(spec: Json): UserInfo {
  const groups = Array.isArray(spec["groups"]) ? spec["groups"].filter((group) => typeof group === "string") : [];
  return { username: typeof spec["user"] === "string" ? spec["user"] : "", groups };
}

function isAllowed(spec: Json, user: UserInfo, authorize: Authorize): boolean {
  const asked = recordOf(spec["resourceAttributes"]);
  const text = (field: string): string => (typeof asked[field] === "string" ? asked[field] : "");
  return authorize(user, {
    verb: text("verb"),
    group: text("group"),
    resource: text("resource"),
    subresource: text("subresource"),
    namespace: text("namespace"),
    name: text("name"),
  });
}
