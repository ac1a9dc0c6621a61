import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDir, cachedKubectl, isCached } from "./cache.ts";
import { parseVersion } from "./versions.ts";

const run = promisify(execFile);
const buildDeadlineMs = 20 * 60_000;

const program = `package main

import (
	"os"

	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		os.Exit(1)
	}
}
`;

/**
 * Path of a kubectl of that version (`1.36.3`): the cached one, or else one built from its Go modules, which takes a
 * few minutes and the `go` program. The cache only ever holds whole binaries. Throws when the build fails.
 */
export async function buildKubectl(version: string, signal: AbortSignal): Promise<string> {
  if (isCached(version)) return cachedKubectl(version);
  await mkdir(cacheDir(), { recursive: true });
  const workDir = await mkdtemp(join(cacheDir(), `building-${version}-`));
  try {
    const built = await compile(version, workDir, signal);
    await chmod(built, 0o755);
    await rename(built, cachedKubectl(version));
    return cachedKubectl(version);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function compile(version: string, workDir: string, signal: AbortSignal): Promise<string> {
  await writeFile(join(workDir, "go.mod"), moduleText(version));
  await writeFile(join(workDir, "main.go"), program);
  const go = async (...args: string[]): Promise<void> => {
    const options = { cwd: workDir, env: goEnvironment(), timeout: buildDeadlineMs, signal, maxBuffer: 32 << 20 };
    await run("go", args, options);
  };
  await go("mod", "tidy");
  const binary = join(workDir, "kubectl");
  await go("build", "-trimpath", "-ldflags", linkerFlags(version), "-o", binary, ".");
  return binary;
}

function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod", GOWORK: "off" };
}

/** The libraries of Kubernetes 1.x.y are released as v0.x.y. */
function moduleText(version: string): string {
  const { minor, patch } = checked(version);
  const libraries = ["client-go", "component-base", "kubectl"];
  const lines = libraries.map((name) => `\tk8s.io/${name} v0.${minor}.${patch}`);
  return `module tidegate.dev/kubectl\n\ngo 1.21\n\nrequire (\n${lines.join("\n")}\n)\n`;
}

/** Without a version linked in, kubectl calls itself v0.0.0 and warns about its age. */
function linkerFlags(version: string): string {
  const { major, minor } = checked(version);
  const set = (name: string, value: string | number): string => `-X k8s.io/component-base/version.${name}=${value}`;
  return ["-s -w", set("gitVersion", `v${version}`), set("gitMajor", major), set("gitMinor", minor)].join(" ");
}

function checked(version: string): NonNullable<ReturnType<typeof parseVersion>> {
  const parsed = parseVersion(version);
  if (parsed === undefined) throw new Error(`${JSON.stringify(version)} is no version of kubectl, such as 1.36.3`);
  return parsed;
}
