import { startLoad } from "../../load/startLoad.ts";
import type { LoadReport } from "../../load/report.ts";
import { mapOf, optional, record, text, wholeNumber, span } from "../reader.ts";
import { StepFailed, stepKind, until } from "../step.ts";
import type { ScenarioContext } from "../context.ts";

const loadShape = {
  as: optional(text),
  requestsPerSecond: wholeNumber,
  headers: optional(mapOf(text)),
  path: optional(text),
  reachable: optional(span),
};

/** Starts the load as soon as the gateway answers; what it does before that is not counted. */
export const startLoadStep = stepKind(
  record(loadShape),
  async ({ as = "users", reachable = 20_000, ...target }, context) => {
    await until(() => gatewayProblems(context), reachable, context.signal);
    context.loads.set(as, startLoad({ ...target, url: context.url, signal: context.signal }));
  },
);

async function gatewayProblems({ url, signal }: ScenarioContext): Promise<string[]> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) });
    await answer.arrayBuffer();
    return answer.ok ? [] : [`the gateway answers ${answer.status}`];
  } catch (error) {
    return [`the gateway does not answer: ${String(error)}`];
  }
}

export const stopLoad = stepKind(record({ as: optional(text) }), async ({ as = "users" }, context) => {
  const load = context.loads.get(as);
  if (load === undefined) throw new StepFailed(`there is no load ${as} that could be stopped`);
  context.loadReports.set(as, await load.stop());
});

const versionShape = record({
  atLeast: optional(wholeNumber),
  atMost: optional(wholeNumber),
  sharePercent: optional(record({ atLeast: optional(wholeNumber), atMost: optional(wholeNumber) })),
});
const expectShape = {
  as: optional(text),
  failed: optional(wholeNumber),
  requests: optional(record({ atLeast: wholeNumber })),
  versions: optional(mapOf(versionShape)),
};

/** What the load has counted: `failed` are the requests that failed for any other reason than a version's own faults. */
export const expectLoad = stepKind(
  record(expectShape),
  async ({ as = "users", failed = 0, requests, versions = {} }, context) => {
    const report = context.loadReports.get(as) ?? context.loads.get(as)?.report();
    if (report === undefined) throw new StepFailed(`there is no load ${as}`);
    const problems = [
      ...(report.foreignFailures === failed
        ? []
        : [
            `${report.foreignFailures} of ${report.requests} requests failed for other reasons than a version's own faults, not ${failed}: ${report.examples.map(({ at, what }) => `${at} ${what}`).join("; ")}`,
          ]),
      ...(requests === undefined || report.requests >= requests.atLeast
        ? []
        : [`only ${report.requests} requests were sent, not ${requests.atLeast}`]),
      ...Object.entries(versions).flatMap(([version, wanted]) => versionProblems(report, version, wanted)),
    ];
    if (problems.length > 0) throw new StepFailed(problems.join("; "));
  },
);

type WantedVersion = { atLeast?: number; atMost?: number; sharePercent?: { atLeast?: number; atMost?: number } };

function versionProblems(report: LoadReport, version: string, wanted: WantedVersion): string[] {
  const count = report.versions[version]?.requests ?? 0;
  const share = report.requests === 0 ? 0 : (count / report.requests) * 100;
  return [
    ...bounds(`version ${version} answered`, count, wanted),
    ...(wanted.sharePercent === undefined
      ? []
      : bounds(`percent that version ${version} answered:`, Math.round(share * 10) / 10, wanted.sharePercent)),
  ];
}

function bounds(
  what: string,
  value: number,
  { atLeast = -Infinity, atMost = Infinity }: { atLeast?: number; atMost?: number },
): string[] {
  if (value < atLeast) return [`${what} ${value}, less than ${atLeast}`];
  return value > atMost ? [`${what} ${value}, more than ${atMost}`] : [];
}
