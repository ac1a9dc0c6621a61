import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const cli = join(import.meta.dirname, "../../bin/tidegate.js");

type Result = { readonly code: number; readonly output: string };

/** The real command, with nothing of this machine's configuration. */
function tidegate(directory: string, ...words: string[]): Promise<Result> {
  return new Promise((resolve) => {
    const env = { PATH: process.env["PATH"] ?? "", HOME: directory, TIDEGATE_STATE_DIR: join(directory, "state") };
    execFile(process.execPath, [cli, ...words], { cwd: directory, env, timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}

let directory = "";
let silent: Server;
let silentPort = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "tidegate-cli-"));
  silent = createServer();
  await new Promise<void>((resolve) => {
    silent.listen(0, "127.0.0.1", resolve);
  });
  const address = silent.address();
  silentPort = typeof address === "object" && address !== null ? address.port : 0;
});

afterAll(() => {
  silent.close();
  rmSync(directory, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function kubeconfigFor(port: number): string {
  const text = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "http://127.0.0.1:${port}"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
  return file(`kubeconfig-${port}`, text);
}

describe("the command refuses in words", () => {
  it.each<[string, string, RegExp]>([
    ["a manifest that is not YAML", "a: [1, 2\nb: }", /bad\.yaml.*document 1.*line \d/s],
    ["a manifest without a kind", "apiVersion: v1\nmetadata: {name: a}\n", /bad\.yaml.*kind/s],
    ["a manifest without a name", "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n", /bad\.yaml.*name/s],
  ])("%s", async (_case, text, words) => {
    const { code, output } = await tidegate(directory, "apply", "-f", file("bad.yaml", text));
    expect(output).toMatch(words);
    expect(output).toContain("MANIFEST_INVALID");
    expect(code).toBe(1);
  });

  it("a cluster that cannot be reached", async () => {
    const { code, output } = await tidegate(directory, "get", "--kubeconfig", kubeconfigFor(1));
    expect(output).toMatch(/127\.0\.0\.1:1\b.*check that the cluster runs.*KUBE_UNREACHABLE/s);
    expect(code).toBe(1);
  });

  it("a kubeconfig that does not exist", async () => {
    const { code, output } = await tidegate(directory, "get", "--kubeconfig", join(directory, "nowhere"));
    expect(output).toMatch(/nowhere.*KUBECONFIG_INVALID/s);
    expect(code).toBe(1);
  });

  it("a port that is no port", async () => {
    const { code, output } = await tidegate(directory, "up", "--foreground", "--port", "99999");
    expect(output).toMatch(/--port 99999.*0 to 65535/s);
    expect(code).toBe(1);
  });

  it("a port that is taken", async () => {
    const { code, output } = await tidegate(directory, "up", "--port", String(silentPort));
    expect(output).toContain(String(silentPort));
    expect(output).toMatch(/ADDRESS_IN_USE/);
    expect(code).toBe(1);
  });

  it("an output format that there is not", async () => {
    const { code, output } = await tidegate(directory, "get", "-o", "xml", "--kubeconfig", kubeconfigFor(1));
    expect(output).toMatch(/-o xml.*wide, yaml, json, name/s);
    expect(code).toBe(1);
  });

  it("a verb that there is not", async () => {
    const { code, output } = await tidegate(directory, "deliver");
    expect(output).toMatch(/unknown command 'deliver'/);
    expect(code).toBe(1);
  });

  it("a state directory whose database is damaged, and leaves it as it is", async () => {
    const state = mkdtempSync(join(directory, "damaged-"));
    writeFileSync(
      join(state, "state.db"),
      "this is not a database, and it is long enough to be looked at ".repeat(100),
    );
    const { code, output } = await tidegate(directory, "up", "--state-dir", state);
    expect(output).toMatch(/state\.db.*STATE_DAMAGED/s);
    expect(code).toBe(1);
  });
});

describe("the embedded cluster as a command", () => {
  it("comes up in the background, answers, says so when it is up already, and goes down", async () => {
    const state = mkdtempSync(join(directory, "up-"));
    const up = await tidegate(directory, "up", "--state-dir", state);
    expect(up).toMatchObject({ code: 0, output: expect.stringContaining("The cluster is up") });
    const again = await tidegate(directory, "up", "--state-dir", state);
    expect(again.output).toContain("is running already");
    const namespaces = await tidegate(directory, "get", "namespaces", "-o", "name", "--state-dir", state);
    expect(namespaces.output.split("\n")).toContain("namespaces/default");
    const missing = await tidegate(directory, "explain", "nothing", "--state-dir", state);
    expect(missing).toMatchObject({
      code: 1,
      output: expect.stringContaining("neither a Release nor a Delivery nothing"),
    });
    const down = await tidegate(directory, "down", "--state-dir", state, "--purge");
    expect(down).toMatchObject({ code: 0, output: expect.stringContaining("its state is gone") });
  });
});
