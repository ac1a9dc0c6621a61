import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { creatingCases } from "./cases/creating.ts";
import { applyingCases } from "./cases/applying.ts";
import { changingCases } from "./cases/changing.ts";
import { deletingCases } from "./cases/deleting.ts";
import { describingCases } from "./cases/describing.ts";
import { explainingCases } from "./cases/explaining.ts";
import { interlockCases } from "./cases/interlock.ts";
import { listingCases } from "./cases/listing.ts";
import { loggingCases } from "./cases/logging.ts";
import { refusedCases } from "./cases/refused.ts";
import { rolloutCases } from "./cases/rollout.ts";
import { waitingCases } from "./cases/waiting.ts";
import { findKubectls, isKubectlRequired, missingKubectl } from "./findKubectl.ts";
import { openSession, type Session } from "./session.ts";
import { startTestCluster, type TestCluster } from "./testCluster.ts";

const found = findKubectls();
const missing = missingKubectl(found);
const suites = [
  listingCases,
  describingCases,
  explainingCases,
  creatingCases,
  applyingCases,
  changingCases,
  deletingCases,
  waitingCases,
  rolloutCases,
  loggingCases,
  refusedCases,
];
// What the server does whatever the client is, is shown with one version.
const suitesOnce = [interlockCases];

if (missing !== undefined && !isKubectlRequired()) console.warn(`The kubectl suite does not run: ${missing}.`);

describe("the kubectls of this suite", () => {
  it.skipIf(missing !== undefined && !isKubectlRequired())("are there", () => {
    expect(missing).toBeUndefined();
  });
});

describe.skipIf(found.length === 0)("on the embedded cluster", () => {
  let cluster: TestCluster | undefined;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(() => cluster?.stop());

  describe.concurrent.each(found)("kubectl $version", (kubectl) => {
    let session: Session | undefined;
    beforeAll(async () => {
      if (cluster !== undefined) session = await openSession(kubectl, cluster);
    });
    for (const suite of kubectl === found[0] ? [...suites, ...suitesOnce] : suites) {
      suite(() => {
        if (session === undefined) throw new Error("the cluster did not start");
        return session;
      });
    }
  });
});
