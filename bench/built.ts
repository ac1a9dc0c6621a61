import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import config from "../rolldown.config.ts";

const root = new URL("..", import.meta.url);

/** Builds the package as it is published into a directory; gives the path of its command. */
export async function buildPackage(directory: string): Promise<string> {
  await bundle({ main: fileURLToPath(new URL("src/cli/main.ts", root)) }, join(directory, "dist"));
  await cp(fileURLToPath(new URL("bin", root)), join(directory, "bin"), { recursive: true });
  await cp(fileURLToPath(new URL("package.json", root)), join(directory, "package.json"));
  return join(directory, "bin", "tidegate.js");
}

/** Builds a file of `bench/processes` as the package is built, since plain JavaScript needs neither the time nor the memory for taking types away. */
export async function buildProcess(name: string, directory: string): Promise<string> {
  await bundle({ [name]: fileURLToPath(new URL(`bench/processes/${name}.ts`, root)) }, directory);
  await writeFile(join(directory, "package.json"), '{"type": "module"}');
  return join(directory, `${name}.js`);
}

async function bundle(input: Record<string, string>, directory: string): Promise<void> {
  const { output, ...options } = config as { output: object };
  const build = await rolldown({ ...options, input, cwd: fileURLToPath(root), logLevel: "silent" });
  try {
    await build.write({ ...output, dir: directory, minify: false });
  } finally {
    await build.close();
  }
}
