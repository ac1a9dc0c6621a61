import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { controllerUsernames, interlockPolicies, interventionPolicies } from "../../api/policies.ts";
import { ApiError } from "../wire/apiError.ts";
import type { AccessAttributes, AdmissionRequest } from "./admission.ts";
import { admissionOf, create, deployment, interventions, update, user } from "./requests.testing.ts";

const managed = { "tidegate.dev/managed": "true", app: "web" };
const why = { "tidegate.dev/held": "release shop-3 was rejected" };

const interlock = admissionOf(interlockPolicies());

/** What is stored in the end, and what the caller is told. */
function write(request: AdmissionRequest): { object: AnyObject; warnings: readonly string[] } {
  const object = interlock.mutate(request);
  return { object, ...interlock.validate({ ...request, object }) };
}

describe("the interlock", () => {
  const before = deployment({ labels: managed });
  const changed = deployment({ labels: managed, image: "web:v2" });

  it("pauses a managed Deployment in the write that changes its template", () => {
    const annotations = { "tidegate.dev/held": "template changed" };
    expect(write(update(before, changed)).object).toEqual(
      deployment({ labels: managed, annotations, image: "web:v2", paused: true }),
    );
  });

  it("leaves the mark of a pause that is there already", () => {
    const held = deployment({ labels: managed, annotations: why, paused: true });
    const next = deployment({ labels: managed, annotations: why, image: "web:v2", paused: true });
    expect(write(update(held, next)).object.metadata.annotations).toEqual(why);
  });

  it("pauses it even when the same write lifts the pause", () => {
    const paused = deployment({ labels: managed, paused: true });
    const lifted = deployment({ labels: managed, image: "web:v2", paused: false });
    expect(write(update(paused, lifted)).object["spec"]).toMatchObject({ paused: true });
  });

  it("pauses it when the label comes with the new template", () => {
    expect(write(update(deployment(), changed)).object["spec"]).toMatchObject({ paused: true });
  });

  it.each<[string, AdmissionRequest]>([
    ["the template stays", update(before, deployment({ labels: { ...managed, more: "x" } }))],
    [
      "a pause is lifted and the template stays",
      update(deployment({ labels: managed, paused: true }), deployment({ labels: managed, paused: false })),
    ],
    [
      "the Deployment is not managed",
      update(deployment({ labels: { app: "web" } }), deployment({ labels: { app: "web" }, image: "web:v2" })),
    ],
    ["the Deployment has no labels", update(deployment(), deployment({ image: "web:v2" }))],
    [
      "the label says something else",
      update(
        deployment({ labels: { "tidegate.dev/managed": "false" } }),
        deployment({ labels: { "tidegate.dev/managed": "false" }, image: "web:v2" }),
      ),
    ],
    ["the same write removes the label", update(before, deployment({ labels: { app: "web" }, image: "web:v2" }))],
    ["the same write removes all labels", update(before, deployment({ image: "web:v2" }))],
    ["only the status is written", update(before, changed, { subresource: "status" })],
    ["it is scaled", update(before, changed, { subresource: "scale" })],
    ["it is created", create(changed)],
    ...controllerUsernames.map((username): [string, AdmissionRequest] => [
      `the writer is ${username}`,
      update(before, changed, { user: { username, groups: [] } }),
    ]),
  ])("changes nothing and says nothing when %s", (_name, request) => {
    expect(write(request)).toEqual({ object: request.object, warnings: [] });
  });

  it("does not change the objects of the request", () => {
    const request = update(before, changed);
    const copy = structuredClone(request.object);
    write(request);
    expect(request.object).toEqual(copy);
  });
});

describe("the hold", () => {
  const before = deployment({ labels: managed, annotations: { ...why, other: "x" }, paused: true });
  const warning =
    "Validation failed for ValidatingAdmissionPolicy 'tidegate-hold-warning' with binding 'tidegate-hold-warning': " +
    "Tidegate holds this Deployment (release shop-3 was rejected), the pause was kept. " +
    "To take the Deployment out of Tidegate's hands, delete its Delivery.";

  it.each<[string, Parameters<typeof deployment>[0], object]>([
    ["a patch of paused", { annotations: { ...why, other: "x" }, paused: false }, { ...why, other: "x" }],
    ["a resume that removes the field", { annotations: { ...why, other: "x" } }, { ...why, other: "x" }],
    ["removing the annotation", { annotations: { other: "y" }, paused: true }, { ...why, other: "y" }],
    ["replacing it without the field and any annotation", {}, why],
  ])("keeps the pause and its reason against %s, and tells the caller", (_name, facts, annotations) => {
    const { object, warnings } = write(update(before, deployment({ labels: managed, ...facts })));
    expect(object["spec"]).toMatchObject({ paused: true });
    expect(object.metadata.annotations).toEqual(annotations);
    expect(warnings).toEqual([warning]);
  });

  it("holds against a change of the template too", () => {
    const { object } = write(update(before, deployment({ labels: managed, image: "web:v2" })));
    expect(object).toEqual(deployment({ labels: managed, image: "web:v2", annotations: why, paused: true }));
  });

  it("changes nothing in a write that leaves it held, and tells the caller", () => {
    const object = deployment({ labels: { ...managed, more: "x" }, annotations: why, paused: true });
    expect(write(update(before, object))).toEqual({ object, warnings: [warning] });
  });

  it.each<[string, AdmissionRequest]>([
    ["the label goes", update(before, deployment({ labels: { app: "web" }, paused: false }))],
    ["the label goes and the template changes", update(before, deployment({ image: "web:v2" }))],
    [
      "it was not held but paused by the user",
      update(deployment({ labels: managed, paused: true }), deployment({ labels: managed })),
    ],
    [
      "it carried the annotation but was not paused",
      update(deployment({ labels: managed, annotations: why }), deployment({ labels: managed })),
    ],
    ["only its status is written", update(before, deployment({ labels: managed }), { subresource: "status" })],
    ...controllerUsernames.map((username): [string, AdmissionRequest] => [
      `${username} lifts it`,
      update(before, deployment({ labels: managed }), { user: { username, groups: [] } }),
    ]),
  ])("lets go, and says nothing, when %s", (_name, request) => {
    expect(write(request)).toEqual({ object: request.object, warnings: [] });
  });
});

function order(spec: Record<string, unknown> | undefined, more: Partial<AdmissionRequest> = {}): AdmissionRequest {
  const metadata = { name: "i", namespace: "shop" };
  const object = {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Intervention",
    metadata,
    ...(spec === undefined ? {} : { spec }),
  };
  return create(object, { definition: interventions, ...more });
}

describe("the policies of interventions", () => {
  const asked: AccessAttributes[] = [];
  const admission = admissionOf(interventionPolicies(), (who, attributes) => {
    asked.push(attributes);
    return who.username === "ann" && attributes.verb === "promote";
  });

  function submit(request: AdmissionRequest): AnyObject {
    const object = admission.mutate(request);
    admission.validate({ ...request, object });
    return object;
  }

  const promote = { release: "shop-3", action: "promote" };
  const ann = { username: "ann", groups: ["dev", "system:authenticated"] };

  it.each([
    ["where the caller gave none", promote],
    ["over what the caller gave", { ...promote, actor: { username: "root", groups: ["system:masters"], more: 1 } }],
  ])("stamp the actor %s", (_name, spec) => {
    expect(submit(order(spec))["spec"]).toEqual({ ...promote, actor: ann });
  });

  it("leave out the groups where there are more than the schema takes", () => {
    const groups = Array.from({ length: 65 }, (_, index) => `g${index}`);
    expect(submit(order(promote, { user: { ...user, groups } }))["spec"]).toEqual({
      ...promote,
      actor: { username: "ann" },
    });
  });

  it("ask for the action as a verb on the release", () => {
    asked.length = 0;
    submit(order(promote));
    expect(asked).toMatchObject([
      { verb: "promote", group: "tidegate.dev", resource: "releases", namespace: "shop", name: "shop-3" },
    ]);
  });

  it("refuse in words what the user may not do", () => {
    const refused = order({ ...promote, action: "rollback" });
    const message =
      "ValidatingAdmissionPolicy 'tidegate-intervention-verb' with binding 'tidegate-intervention-verb' denied request: " +
      "user 'ann' may not rollback release 'shop-3': that takes the verb 'rollback' on releases.tidegate.dev in namespace 'shop'";
    expect(() => submit(refused)).toThrow(
      expect.objectContaining({
        code: 403,
        reason: "Forbidden",
        message: `interventions.tidegate.dev "i" is forbidden: ${message}`,
        details: { name: "i", group: "tidegate.dev", kind: "interventions", causes: [{ message }] },
      }),
    );
  });

  it("refuse an actor that somebody forged after the stamp", () => {
    const request = order({ ...promote, actor: { username: "root" } });
    expect(() => admission.validate(request)).toThrow(/spec.actor has to be the user who creates the Intervention/);
    expect(() => admission.validate(order(promote))).toThrow(ApiError);
  });

  it("leave updates and an object without a spec alone", () => {
    const bare = order(undefined);
    expect(admission.mutate(bare)).toBe(bare.object);
    const changed = { ...order(promote), operation: "UPDATE" as const };
    expect(admission.mutate(changed)).toBe(changed.object);
    expect(admission.validate(changed)).toEqual({ warnings: [] });
  });
});

describe("the documents", () => {
  it("are complete: every policy has a binding of its name, and every binding its policy", () => {
    const documents = [...interlockPolicies(), ...interventionPolicies()];
    const names = (kind: RegExp): string[] =>
      documents.filter((each) => kind.test(each.kind)).map((each) => each.metadata.name);
    expect(names(/Policy$/)).toEqual([
      "tidegate-interlock",
      "tidegate-hold",
      "tidegate-hold-warning",
      "tidegate-intervention-actor",
      "tidegate-intervention-verb",
    ]);
    expect(names(/Binding$/)).toEqual(names(/Policy$/));
    expect(documents.every((each) => each.apiVersion === "admissionregistration.k8s.io/v1")).toBe(true);
  });
});
