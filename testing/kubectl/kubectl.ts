import { spawn } from "node:child_process";
import { until } from "../fakes/until.ts";
import type { FoundKubectl } from "./findKubectl.ts";

export type Answer = { readonly code: number | string; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  readonly stdin?: string | object | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
};

/** Blanks divide arguments; those that hold blanks themselves are given in a list. */
export type Arguments = string | readonly string[];

/** One kubectl in one namespace of one cluster. */
export type Kubectl = {
  readonly namespace: string;
  readonly minor: number;
  /** Ends whatever the outcome; `code` is the signal's name when the deadline of 30 s ended it. */
  run(args: Arguments, options?: RunOptions): Promise<Answer>;
  /** What it printed. Throws when it failed. */
  ok(args: Arguments, options?: RunOptions): Promise<string>;
  /** What it said when it refused. Throws when it did not fail, or ran out of time. */
  refused(args: Arguments, options?: RunOptions): Promise<string>;
  /** A kubectl that goes on, such as `get -w`. */
  start(args: Arguments): Following;
};

/**
 * What it printed once it matched every pattern: for what controllers and nodes write a moment later. When it never
 * does within 15 s, what it printed last.
 */
export async function eventually(kubectl: Kubectl, args: Arguments, patterns: readonly RegExp[]): Promise<string> {
  let text = "";
  const matches = async (): Promise<boolean> => {
    text = await kubectl.ok(args);
    return patterns.every((pattern) => pattern.test(text));
  };
  await until(matches, () => text);
  return text;
}

export type Following = {
  output(): string;
  /** Resolves when the output matches. */
  shows(pattern: RegExp): Promise<void>;
  /** Resolves with the exit code when it ends by itself. */
  readonly ended: Promise<number | string>;
  stop(): Promise<void>;
};

export type Surroundings = {
  readonly kubeconfig: string;
  /** Where kubectl keeps what it found out; of its own, so that versions do not read each other's. */
  readonly home: string;
  readonly namespace: string;
};

const deadlineMs = 30_000;

export function createKubectl(found: FoundKubectl, surroundings: Surroundings): Kubectl {
  const run = async (args: Arguments, options: RunOptions = {}): Promise<Answer> => {
    const started = launch(found, surroundings, args, options);
    const code = await started.ended;
    return { code, ...started.texts() };
  };
  return {
    namespace: surroundings.namespace,
    minor: found.minor,
    run,
    ok: async (args, options) => {
      const answer = await run(args, options);
      if (answer.code !== 0) throw new Error(told(args, answer));
      return answer.stdout;
    },
    refused: async (args, options) => {
      const answer = await run(args, options);
      if (typeof answer.code !== "number" || answer.code === 0) throw new Error(told(args, answer));
      return answer.stderr;
    },
    start: (args) => following(launch(found, surroundings, args, {})),
  };
}

type Launched = {
  readonly ended: Promise<number | string>;
  texts(): { stdout: string; stderr: string };
  kill(): void;
};

function launch({ path }: FoundKubectl, around: Surroundings, args: Arguments, options: RunOptions): Launched {
  const list = typeof args === "string" ? args.split(" ") : args;
  const env = { PATH: process.env["PATH"], HOME: around.home, KUBECONFIG: around.kubeconfig, ...options.env };
  const child = spawn(path, [`--namespace=${around.namespace}`, ...list], { env, timeout: deadlineMs });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  // A kubectl that ends early does not read what it is sent.
  child.stdin.on("error", () => undefined);
  child.stdin.end(typeof options.stdin === "object" ? JSON.stringify(options.stdin) : (options.stdin ?? ""));
  return { ended, texts: () => ({ stdout, stderr }), kill: () => void child.kill() };
}

function following(launched: Launched): Following {
  const output = (): string => launched.texts().stdout;
  return {
    output,
    shows: (pattern) =>
      until(
        () => pattern.test(output()),
        () => launched.texts(),
      ),
    ended: launched.ended,
    stop: async () => {
      launched.kill();
      await launched.ended;
    },
  };
}

function told(args: Arguments, { code, stdout, stderr }: Answer): string {
  return `kubectl ${typeof args === "string" ? args : args.join(" ")}: exit ${code}\n${stdout}\n${stderr}`;
}
