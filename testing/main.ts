import { runSuites, type Suite } from "./suites/run.ts";

/**
 * `npm test`: everything that a machine with Node and npm can run. `-- --slow` runs instead what takes longer or needs
 * more: the suites of `.ci/run` after `npm test`.
 */
const quick: readonly Suite[] = [
  { name: "types", command: ["tsc", "--noEmit"], counts: "exitStatus" },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"], counts: "exitStatus" },
  { name: "format", command: ["oxfmt", "--check", "."], counts: "exitStatus" },
  { name: "generated files", command: ["node", "testing/generate/main.ts", "--check"], counts: "exitStatus" },
  { name: "unit", command: ["vitest", "run", "--project", "unit"], counts: "vitest" },
  { name: "embedded", command: ["vitest", "run", "--project", "embedded"], counts: "vitest" },
  { name: "scenarios", command: ["node", "testing/scenarios/main.ts"], counts: "closingLine" },
];

const slow: readonly Suite[] = [
  { name: "kubectl, built from source", command: ["node", "testing/kubectl/build.ts"], counts: "exitStatus" },
  {
    name: "kubectl",
    command: ["vitest", "run", "--project", "embedded", "testing/kubectl"],
    counts: "vitest",
    environment: { TIDEGATE_REQUIRE_KUBECTL: "1" },
  },
  { name: "unused code", command: ["knip"], counts: "exitStatus" },
  { name: "bundle", command: ["npm", "run", "build"], counts: "exitStatus" },
  {
    name: "bundled command",
    command: [
      "node",
      "--input-type=module",
      "-e",
      "const { main } = await import('./dist/main.js'); await main(['node', 'tidegate', '--version'])",
    ],
    counts: "exitStatus",
  },
  { name: "the shop's story", command: ["npm", "start", "--", "--once"], counts: "exitStatus" },
];

const major = Number(process.versions.node.split(".")[0]);
if (major !== 24) {
  console.error(
    `The tests run on Node 24, which npm ci installs into the project, and this is ${process.versions.node}: run them by npm test, without --ignore-scripts.`,
  );
  process.exit(1);
}
const { passed, failed } = await runSuites(process.argv.includes("--slow") ? slow : quick);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
