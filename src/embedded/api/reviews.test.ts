import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../../testing/fakes/clock.ts";
import type { UserInfo } from "../wire/resource.ts";
import { findReview, isOpenTo, review } from "./reviews.ts";

const admin: UserInfo = { username: "admin", groups: ["system:masters", "system:authenticated"] };
const bob: UserInfo = { username: "bob", groups: ["system:authenticated"] };
const nobody: UserInfo = { username: "system:anonymous", groups: ["system:unauthenticated"] };
const authorization = "authorization.k8s.io";

function ask(plural: string, user: UserInfo, spec: object = {}): unknown {
  const kind = findReview(authorization, "v1", plural);
  if (kind === undefined) throw new Error(`${plural} is not served`);
  const by = { user, authorize: (who: UserInfo): boolean => who.username === "admin", clock: createFakeClock() };
  return review(authorization, kind, { spec }, by);
}

describe("reviews", () => {
  it("tell everybody what he may do himself", () => {
    const spec = { resourceAttributes: { verb: "get", resource: "pods" } };
    expect(ask("selfsubjectaccessreviews", bob, spec)).toMatchObject({ status: { allowed: false } });
    expect(ask("selfsubjectaccessreviews", admin, spec)).toMatchObject({ status: { allowed: true } });
  });

  it("tell of somebody else", () => {
    expect(ask("subjectaccessreviews", bob, { user: "admin" })).toMatchObject({ status: { allowed: true } });
    expect(ask("subjectaccessreviews", admin, { user: "bob" })).toMatchObject({ status: { allowed: false } });
  });

  it("list all rights of those who have all", () => {
    const all = ["*"];
    expect(ask("selfsubjectrulesreviews", admin)).toMatchObject({
      status: { resourceRules: [{ verbs: all, apiGroups: all, resources: all }], incomplete: false },
    });
  });

  it("list the questions for those who may only ask", () => {
    expect(ask("selfsubjectrulesreviews", bob)).toMatchObject({
      status: {
        resourceRules: [
          { apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
          { apiGroups: [authorization], resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"] },
        ],
      },
    });
  });

  it.each([
    ["bob about himself", "selfsubjectaccessreviews", bob, true],
    ["bob about others", "subjectaccessreviews", bob, false],
    ["nobody about himself", "selfsubjectaccessreviews", nobody, false],
  ])("are open to: %s", (_who, plural, user, expected) => {
    const kind = findReview(authorization, "v1", plural);
    expect(kind !== undefined && isOpenTo(user, kind)).toBe(expected);
  });
});
