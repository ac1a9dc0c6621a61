import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { interlockPolicies } from "../../api/policies.ts";
import { deployment, paths } from "./testing/objects.ts";
import { startTestServer, type TestServer } from "./testing/startTestServer.ts";

const merge = "application/merge-patch+json";
const policies = "/apis/admissionregistration.k8s.io/v1";
const plurals: Readonly<Record<string, string>> = {
  MutatingAdmissionPolicy: "mutatingadmissionpolicies",
  MutatingAdmissionPolicyBinding: "mutatingadmissionpolicybindings",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
  ValidatingAdmissionPolicyBinding: "validatingadmissionpolicybindings",
};

describe("admission policies that are stored in the server", () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
    for (const policy of interlockPolicies()) {
      const made = await test.calls.call("POST", `${policies}/${plurals[policy.kind]}`, { body: policy });
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    }
    const web = deployment("web");
    await test.calls.call("POST", paths.deployments, {
      body: { ...web, metadata: { ...web.metadata, labels: { "tidegate.dev/managed": "true" } } },
    });
  });
  afterAll(() => test.dispose());

  it("change an object in the very write that they are about, and claim no ownership for the writer", async () => {
    const body = { spec: { template: { spec: { containers: [{ name: "main", image: "shop:2" }] } } } };
    const answer = await test.calls.call("PATCH", `${paths.deployments}/web?fieldManager=me`, { body, type: merge });
    expect(answer).toMatchObject({ status: 200, body: { spec: { paused: true }, metadata: { generation: 2 } } });
    const mine = answer.body.metadata.managedFields.find((entry: { manager: string }) => entry.manager === "me");
    expect(mine.fieldsV1["f:spec"]).toHaveProperty("f:template");
    expect(mine.fieldsV1["f:spec"]).not.toHaveProperty("f:paused");
  });

  it("leave alone what does not concern them", async () => {
    const free = await test.calls.call("POST", paths.deployments, { body: deployment("free") });
    const body = { spec: { template: { spec: { containers: [{ name: "main", image: "shop:2" }] } } } };
    const answer = await test.calls.call("PATCH", `${paths.deployments}/free`, { body, type: merge });
    expect(free.status).toBe(201);
    expect(answer.body.spec.paused).toBeUndefined();
  });

  it("are asked again after they changed", async () => {
    await test.calls.call("DELETE", `${policies}/mutatingadmissionpolicybindings`);
    await test.calls.call("PATCH", `${paths.deployments}/web`, { body: { spec: { paused: null } }, type: merge });
    const body = { spec: { template: { spec: { containers: [{ name: "main", image: "shop:3" }] } } } };
    const answer = await test.calls.call("PATCH", `${paths.deployments}/web`, { body, type: merge });
    expect(answer.body.spec.paused).toBeUndefined();
  });
});
