import type { Answer } from "./compare.ts";
import type { Expected } from "./vectors.ts";

/**
 * A step that is compared in another way than the rest, because the embedded server does not serve all of what was
 * recorded. `instead` returns what is wrong, if anything is.
 */
export type ListedDifference = {
  readonly case: string;
  readonly step: number;
  readonly why: string;
  readonly instead: (expected: Expected, answer: Answer) => string | undefined;
};

const pathsOf = (body: unknown): string[] => (body as { paths?: string[] }).paths ?? [];

export const listedDifferences: readonly ListedDifference[] = [
  {
    case: "versions and discovery",
    step: 9,
    why: "the index of all paths names API groups, health checks and metrics that the embedded server does not have",
    instead: (expected, answer) => {
      const known = new Set(pathsOf(expected.body));
      const added = pathsOf(answer.body).filter(
        (path) => !known.has(path) && !/^\/apis\/[^/]+\.(example\.com|networking\.k8s\.io|dev)(\/|$)/.test(path),
      );
      if (answer.status !== expected.status) return `status ${answer.status}`;
      if (pathsOf(answer.body).length < 20) return "hardly any paths";
      return added.length === 0 ? undefined : `paths that the real server does not have: ${added.join(", ")}`;
    },
  },
];

export function listedDifference(caseName: string, step: number): ListedDifference | undefined {
  return listedDifferences.find((listed) => listed.case === caseName && listed.step === step);
}
