import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Tally = { readonly passed: number; readonly failed: number };

export type Suite = {
  readonly name: string;
  /** An npm script or a program of the project, with its arguments. */
  readonly command: readonly string[];
  /** How it is counted: a test runner's report, its closing line `N passed, N failed`, or once by its exit status. */
  readonly counts: "vitest" | "closingLine" | "exitStatus";
  readonly environment?: Readonly<Record<string, string>>;
};

/** Runs the suites one after the other, whatever the ones before gave, and sums them up. */
export async function runSuites(suites: readonly Suite[]): Promise<Tally> {
  let sum: Tally = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const suite of suites) {
    const startedAt = performance.now();
    console.log(`\n== ${suite.name}: ${suite.command.join(" ")}`);
    const tally = await runSuite(suite);
    sum = { passed: sum.passed + tally.passed, failed: sum.failed + tally.failed };
    lines.push(
      `${suite.name}: ${tally.passed} passed, ${tally.failed} failed in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`,
    );
  }
  console.log(`\n${lines.map((line) => `   ${line}`).join("\n")}`);
  return sum;
}

async function runSuite({ command, counts, environment }: Suite): Promise<Tally> {
  const directory = mkdtempSync(join(tmpdir(), "tidegate-suite-"));
  const report = join(directory, "report.json");
  const extra = counts === "vitest" ? ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`] : [];
  try {
    const { code, output } = await run([...command, ...extra], environment ?? {});
    if (counts === "exitStatus") return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
    const tally = tallyOf(counts, output, report);
    // A runner that fails without a failed test (a file that does not load, a process that dies) has failed once.
    return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function tallyOf(counts: "vitest" | "closingLine", output: string, report: string): Tally {
  if (counts === "closingLine") {
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output.trimEnd()) ?? [];
    return passed === undefined ? { passed: 0, failed: 1 } : { passed: Number(passed), failed: Number(failed) };
  }
  try {
    const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(readFileSync(report, "utf8")) as {
      numPassedTests: number;
      numFailedTests: number;
      numTotalTests: number;
    };
    const skipped = numTotalTests - numPassedTests - numFailedTests;
    if (skipped > 0) console.log(`   ${skipped} tests were not run; the suite says above why`);
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function run(
  [program = "", ...words]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    let output = "";
    child.stdout.on("data", (part: Buffer) => {
      process.stdout.write(part);
      output = (output + part.toString()).slice(-10_000);
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
