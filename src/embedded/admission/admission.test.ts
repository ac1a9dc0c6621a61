import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { ApiError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import type { AdmissionRequest } from "./admission.ts";
import { createAdmission } from "./admission.ts";
import { admissionOf, create, definition, deployment, deployments, update } from "./requests.testing.ts";

const constraints = {
  resourceRules: [
    {
      apiGroups: ["apps"],
      apiVersions: ["v1"],
      operations: ["CREATE", "UPDATE", "DELETE"],
      resources: ["deployments"],
    },
  ],
};

type Part = Record<string, unknown>;

function policy(kind: string, name: string, spec: Part, metadata: object = {}): AnyObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: { name, ...metadata },
    spec: { matchConstraints: constraints, ...spec },
  };
}

function binding(kind: string, name: string, spec: Part = {}): AnyObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: { name: `${name}-b` },
    spec: { policyName: name, ...spec },
  };
}

function validating(spec: Part, { bind = {}, name = "p" }: { bind?: Part; name?: string } = {}): AnyObject[] {
  return [
    policy("ValidatingAdmissionPolicy", name, spec),
    binding("ValidatingAdmissionPolicyBinding", name, { validationActions: ["Deny"], ...bind }),
  ];
}

function mutating(
  expression: string,
  { name = "m", spec = {}, bind = {} }: { name?: string; spec?: Part; bind?: Part } = {},
): AnyObject[] {
  const mutations = [{ patchType: "JSONPatch", jsonPatch: { expression } }];
  return [
    policy("MutatingAdmissionPolicy", name, { mutations, ...spec }),
    binding("MutatingAdmissionPolicyBinding", name, bind),
  ];
}

function refusal(documents: AnyObject[], request: AdmissionRequest): ApiError | undefined {
  try {
    admissionOf(documents).validate(request);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

const web = create(deployment());
const never = [{ expression: "false" }];

describe("a validating policy", () => {
  it("refuses as the real server words it", () => {
    const message = "ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: too many";
    const error = refusal(
      validating({ validations: [{ expression: "object.spec.replicas <= 2", message: "too many" }] }),
      web,
    );
    expect(error?.toStatus()).toMatchObject({
      code: 422,
      reason: "Invalid",
      message: `deployments.apps "web" is forbidden: ${message}`,
      details: { name: "web", group: "apps", kind: "deployments", causes: [{ message }] },
    });
  });

  it.each<[string, Part, string]>([
    [
      "the expression, where there is no message",
      { expression: " object.spec.replicas <= 2 " },
      "failed expression: object.spec.replicas <= 2",
    ],
    [
      "the computed message",
      { expression: "false", messageExpression: "'it has ' + string(object.spec.replicas)", message: "m" },
      "it has 3",
    ],
    [
      "the fixed message, where the computed one fails",
      { expression: "false", messageExpression: "object.spec.none", message: "m" },
      "m",
    ],
    [
      "the fixed message, where the computed one is no line",
      { expression: "false", messageExpression: String.raw`'a\nb'`, message: "m" },
      "m",
    ],
    [
      "the fixed message, where the computed one does not compile",
      { expression: "false", messageExpression: "'a", message: "m" },
      "m",
    ],
  ])("says %s", (_name, validation, expected) => {
    expect(refusal(validating({ validations: [validation] }), web)?.details?.causes?.[0]?.message).toBe(
      `ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: ${expected}`,
    );
  });

  it.each([
    ["Unauthorized", 401],
    ["Forbidden", 403],
    ["RequestEntityTooLarge", 413],
    ["Invalid", 422],
  ])("answers with the reason that it names: %s", (reason, code) => {
    expect(refusal(validating({ validations: [{ expression: "false", reason }] }), web)).toMatchObject({
      code,
      reason,
    });
  });

  it("only warns, or only counts, where its binding says so", () => {
    const spec = { validations: [{ expression: "false", message: "careful" }] };
    const warn = admissionOf(validating(spec, { bind: { validationActions: ["Warn", "Audit"] } }));
    expect(warn.validate(web)).toEqual({
      warnings: ["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p-b': careful"],
    });
    expect(admissionOf(validating(spec, { bind: { validationActions: ["Audit"] } })).validate(web)).toEqual({
      warnings: [],
    });
  });

  it("is not in force without a binding", () => {
    const [alone] = validating({ validations: never });
    expect(refusal(alone === undefined ? [] : [alone], web)).toBeUndefined();
  });

  it("names the first of several that refuse", () => {
    const documents = [
      ...validating({ validations: never }, { name: "z" }),
      ...validating({ validations: never }, { name: "a" }),
    ];
    expect(refusal(documents, web)?.message).toContain("ValidatingAdmissionPolicy 'a' with");
  });

  it.each<[string, Part, string]>([
    [
      "fails",
      { validations: [{ expression: "object.spec.none > 1" }] },
      "expression 'object.spec.none > 1' resulted in error: no such key: none",
    ],
    [
      "fails and is ignored",
      { failurePolicy: "Ignore", validations: [{ expression: "object.spec.none > 1" }] },
      "nothing",
    ],
    ["does not compile", { validations: [{ expression: "object.spec +" }] }, "resulted in error: compilation failed"],
    [
      "has a condition that fails",
      { validations: never, matchConditions: [{ name: "c", expression: "object.none" }] },
      'matchCondition "c" resulted in error',
    ],
    [
      "has a condition that fails and one that is false",
      {
        validations: never,
        matchConditions: [
          { name: "c", expression: "object.none" },
          { name: "d", expression: "false" },
        ],
      },
      "nothing",
    ],
    [
      "takes parameters",
      { validations: [{ expression: "true" }], paramKind: { apiVersion: "v1", kind: "ConfigMap" } },
      "paramKind is not supported",
    ],
  ])("that %s", (_name, spec, expected) => {
    expect(refusal(validating(spec), web)?.message ?? "nothing").toContain(expected);
  });

  it("sees variables, each when it is used, in terms of each other", () => {
    const variables = [
      { name: "broken", expression: "object.none" },
      { name: "replicas", expression: "object.spec.replicas" },
      { name: "twice", expression: "variables.replicas * 2" },
    ];
    const expression = "variables.twice == 6 || variables.broken";
    expect(refusal(validating({ variables, validations: [{ expression }] }), web)).toBeUndefined();
    expect(refusal(validating({ variables, validations: [{ expression: "variables.broken" }] }), web)).toBeDefined();
  });

  it.each([
    "request.operation == 'CREATE' && request.userInfo.username == 'ann' && 'dev' in request.userInfo.groups",
    "request.name == 'web' && request.namespace == 'shop' && !request.dryRun && request.subResource == ''",
    "request.kind.kind == 'Deployment' && request.resource.resource == 'deployments' && request.resource.group == 'apps'",
    "oldObject == null && namespaceObject.metadata.labels.team == 'a'",
  ])("sees the request: %s", (expression) => {
    expect(refusal(validating({ validations: [{ expression }] }), web)).toBeUndefined();
  });

  it("sees the old object alone on delete", () => {
    const request: AdmissionRequest = { ...web, operation: "DELETE", object: undefined, oldObject: deployment() };
    const expression = "object == null && oldObject.spec.replicas == 3";
    expect(refusal(validating({ validations: [{ expression }] }), request)).toBeUndefined();
  });

  it("does not look at policies themselves", () => {
    const everything = {
      matchConstraints: {
        resourceRules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] }],
      },
    };
    const own = create(policy("ValidatingAdmissionPolicy", "q", {}), {
      definition: definition(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
      ),
    });
    expect(refusal(validating({ ...everything, validations: never }), web)).toBeDefined();
    expect(refusal(validating({ ...everything, validations: never }), own)).toBeUndefined();
  });
});

describe("what a policy looks at", () => {
  const labelled = deployment({ labels: { a: "b" } });
  const rule = constraints.resourceRules[0];
  const scale = { ...web, subresource: "scale" };

  it.each<[string, Part, AdmissionRequest, boolean]>([
    ["another group", { resourceRules: [{ ...rule, apiGroups: [""] }] }, web, false],
    ["another version", { resourceRules: [{ ...rule, apiVersions: ["v2"] }] }, web, false],
    ["another operation", { resourceRules: [{ ...rule, operations: ["UPDATE"] }] }, web, false],
    ["any operation", { resourceRules: [{ ...rule, operations: ["*"] }] }, web, true],
    ["any resource", { resourceRules: [{ ...rule, resources: ["*"] }] }, web, true],
    ["any resource, asked of a subresource", { resourceRules: [{ ...rule, resources: ["*"] }] }, scale, false],
    ["any resource and subresource", { resourceRules: [{ ...rule, resources: ["*/*"] }] }, scale, true],
    ["one subresource", { resourceRules: [{ ...rule, resources: ["deployments/scale"] }] }, scale, true],
    [
      "one subresource, asked of the main resource",
      { resourceRules: [{ ...rule, resources: ["deployments/scale"] }] },
      web,
      false,
    ],
    ["one subresource of any resource", { resourceRules: [{ ...rule, resources: ["*/scale"] }] }, scale, true],
    ["all subresources", { resourceRules: [{ ...rule, resources: ["deployments/*"] }] }, scale, true],
    ["a name", { resourceRules: [{ ...rule, resourceNames: ["web"] }] }, web, true],
    ["another name", { resourceRules: [{ ...rule, resourceNames: ["db"] }] }, web, false],
    ["namespaced resources", { resourceRules: [{ ...rule, scope: "Namespaced" }] }, web, true],
    ["cluster resources", { resourceRules: [{ ...rule, scope: "Cluster" }] }, web, false],
    ["all but this", { ...constraints, excludeResourceRules: [rule] }, web, false],
    ["objects with a label", { ...constraints, objectSelector: { matchLabels: { a: "b" } } }, create(labelled), true],
    [
      "objects with a label, which this lacks",
      { ...constraints, objectSelector: { matchLabels: { a: "b" } } },
      web,
      false,
    ],
    [
      "objects with a label, which this loses",
      { ...constraints, objectSelector: { matchLabels: { a: "b" } } },
      update(labelled, deployment()),
      true,
    ],
    ["namespaces with a label", { ...constraints, namespaceSelector: { matchLabels: { team: "a" } } }, web, true],
    [
      "namespaces with another label",
      { ...constraints, namespaceSelector: { matchExpressions: [{ key: "team", operator: "NotIn", values: ["a"] }] } },
      web,
      false,
    ],
  ])("%s", (_name, match, request, looked) => {
    const byPolicy = refusal(validating({ matchConstraints: match, validations: never }), request);
    const everything = { resourceRules: [{ ...rule, resources: ["*/*"] }] };
    const byBinding = refusal(
      validating({ matchConstraints: everything, validations: never }, { bind: { matchResources: match } }),
      request,
    );
    expect([byPolicy !== undefined, byBinding !== undefined]).toEqual([looked, looked]);
  });
});

function adding(name: string, path: string, value: string): AnyObject[] {
  return mutating(`[JSONPatch{op: "add", path: "${path}", value: ${value}}]`, { name });
}

describe("a mutating policy", () => {
  const pause = '[JSONPatch{op: "add", path: "/spec/paused", value: true}]';

  it("changes a copy", () => {
    const before = structuredClone(web.object);
    expect(admissionOf(mutating(pause)).mutate(web)["spec"]).toMatchObject({ paused: true });
    expect(web.object).toEqual(before);
  });

  it("gives the request's own object where nothing looks at it", () => {
    expect(admissionOf([]).mutate(web)).toBe(web.object);
  });

  it("does not run on delete", () => {
    const request: AdmissionRequest = { ...web, operation: "DELETE", object: undefined, oldObject: deployment() };
    expect(admissionOf(mutating(pause)).mutate(request)).toBe(request.oldObject);
  });

  it("merges an apply configuration by the kind's schema", () => {
    const items: Schema = {
      type: "object",
      properties: { name: { type: "string" }, image: { type: "string" }, tty: { type: "boolean" } },
    };
    const containers: Schema = {
      type: "array",
      items,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    };
    const podSpec: Schema = { type: "object", properties: { containers } };
    const template: Schema = { type: "object", properties: { metadata: { type: "object" }, spec: podSpec } };
    const schema: Schema = {
      type: "object",
      properties: { spec: { type: "object", properties: { replicas: { type: "integer" }, template } } },
    };
    const expression =
      'Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: "c", tty: true}]}}}}';
    const spec = { mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression } }] };
    const object = admissionOf(mutating("", { spec })).mutate({ ...web, definition: { ...deployments, schema } });
    expect(object["spec"]).toMatchObject({
      replicas: 3,
      template: { spec: { containers: [{ name: "c", image: "web:v1", tty: true }] } },
    });
  });

  it("lets each see what those before it made, by name", () => {
    const documents = [
      ...adding("b", "/spec/two", "object.spec.one + 1"),
      ...adding("a", "/spec/one", "object.spec.replicas + 1"),
    ];
    expect(admissionOf(documents).mutate(web)["spec"]).toMatchObject({ one: 4, two: 5 });
  });

  it("is invoked again when a later one changed the object, if it wants to", () => {
    const copy = (reinvocationPolicy: string): AnyObject[] =>
      mutating('[JSONPatch{op: "add", path: "/spec/seen", value: object.spec.replicas}]', {
        name: "a",
        spec: { reinvocationPolicy },
      });
    const raise = mutating('[JSONPatch{op: "replace", path: "/spec/replicas", value: 9}]', { name: "b" });
    expect(admissionOf([...copy("IfNeeded"), ...raise]).mutate(web)["spec"]).toMatchObject({ seen: 9, replicas: 9 });
    expect(admissionOf([...copy("Never"), ...raise]).mutate(web)["spec"]).toMatchObject({ seen: 3, replicas: 9 });
  });

  it.each<[string, string, Part]>([
    ["an expression fails", "object.spec.none", {}],
    ["a path is not there", '[JSONPatch{op: "remove", path: "/spec/none"}]', {}],
    ["it answers with no list", "1", {}],
    ["it takes the object away", '[JSONPatch{op: "replace", path: "", value: 1}]', {}],
    ["the type of its patch is unknown", pause, { mutations: [{ patchType: "Guess" }] }],
    ["a condition fails", pause, { matchConditions: [{ name: "c", expression: "object.none" }] }],
    ["it takes parameters", pause, { paramKind: { apiVersion: "v1", kind: "ConfigMap" } }],
  ])("refuses the write when %s, unless failures are to be ignored", (_name, expression, spec) => {
    const run = (more: Part): AnyObject =>
      admissionOf(mutating(expression, { spec: { ...spec, ...more } })).mutate(web);
    expect(() => run({})).toThrow(expect.objectContaining({ code: 422, reason: "Invalid" }));
    expect(() => run({})).toThrow(
      /deployments.apps "web" is forbidden: policy 'm' with binding 'm-b' denied request: /,
    );
    expect(run({ failurePolicy: "Ignore" })).toEqual(web.object);
  });
});

describe("policies that change", () => {
  it("take effect with the next request, told by their generation", () => {
    let stored = validating({ validations: never });
    const admission = createAdmission({
      read: () => ({
        mutatingPolicies: [],
        mutatingBindings: [],
        validatingPolicies: stored.slice(0, 1),
        validatingBindings: stored.slice(1),
      }),
      authorize: () => true,
    });
    const put = (expression: string, generation: number): void => {
      const [made, ...bound] = validating({ validations: [{ expression }] });
      stored = made === undefined ? [] : [{ ...made, metadata: { name: "p", uid: "u", generation } }, ...bound];
    };
    const denied = (): boolean => {
      try {
        admission.validate(web);
        return false;
      } catch {
        return true;
      }
    };
    put("false", 1);
    expect(denied()).toBe(true);
    put("true", 2);
    expect(denied()).toBe(false);
    // The same generation again is what was compiled for it.
    put("true", 1);
    expect(denied()).toBe(true);
  });
});
