import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { startLoad, type Load } from "../../../testing/load/startLoad.ts";
import { openShop, type ShopCluster } from "./cluster.ts";
import { createCommands, type Commands } from "./commands.ts";
import { freePort } from "./port.ts";
import { compare, failures, rollbackLines } from "./summary.ts";

const root = join(import.meta.dirname, "../../..");
const shop = "examples/shop";
const usualPort = 8480;
const requestsPerSecond = 250;

type Stage = {
  readonly commands: Commands;
  readonly cluster: ShopCluster;
  readonly load: Load;
  readonly readySeconds: number;
};

/** Plays the whole story; resolves with the exit status. Ctrl-C ends everything at any moment. */
export async function runDemo({ once, port }: { once: boolean; port: number | undefined }): Promise<number> {
  const stateDir = join(root, ".tidegate-shop");
  const commands = createCommands(stateDir);
  const interrupted = awaitInterruption(commands);
  try {
    const told = await Promise.race([play(commands, stateDir, port), interrupted.happened.then(() => undefined)]);
    if (told === undefined) return 130;
    if (!once) {
      hints(stateDir, told.url);
      await interrupted.happened;
    }
    await told.load.stop();
    return told.ok ? 0 : 1;
  } finally {
    interrupted.ignore();
    await commands.run(["down"]);
    say("\nThe cluster has ended.");
  }
}

/** How the story ended. The load goes on, so that what the user tries next is judged too. */
type Told = { readonly ok: boolean; readonly url: string; readonly load: Load };

type Interruption = { readonly happened: Promise<void>; ignore(): void };

/** Ctrl-C. The process stays alive until it comes or is ignored, for a signal handler alone does not keep it so. */
function awaitInterruption(commands: Commands): Interruption {
  const alive = setInterval(() => undefined, 60_000);
  const { promise: happened, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    commands.stop();
    resolve();
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return { happened, ignore: () => clearInterval(alive) };
}

async function play(commands: Commands, stateDir: string, wantedPort: number | undefined): Promise<Told> {
  say("A Kubernetes cluster in one process comes up, with Tidegate in it.");
  if (existsSync(stateDir)) await must(commands, ["down", "--purge"]);
  await must(commands, ["up"]);
  const port = await freePort(wantedPort ?? usualPort);
  if (port !== (wantedPort ?? usualPort))
    say(`Port ${wantedPort ?? usualPort} is in use, so the shop listens on ${port}.`);
  const url = `http://127.0.0.1:${port}/`;
  const cluster = await openShop(join(stateDir, "kubeconfig"));
  let load: Load | undefined;
  try {
    const appliedAt = performance.now();
    await applyFile(commands, "shop.yaml", (text) => text.replace(`port: ${usualPort}`, `port: ${port}`));
    await cluster.routeAnswers(url);
    const readySeconds = (performance.now() - appliedAt) / 1_000;
    await applyFile(commands, "delivery.yaml");
    await cluster.deliveryReady();
    say(`The shop, three pods of shop:v1, serves at ${url}; ${requestsPerSecond} requests a second come in.`);
    load = startLoad({ url, requestsPerSecond });
    const stage: Stage = { commands, cluster, load, readySeconds };
    const good = await releaseGood(stage);
    const bad = await releaseBad(stage);
    const total = load.report();
    say(
      `\nIn all ${total.requests} requests, ${failures(total)} failed; for any other reason than version 3's own fault: ${total.foreignFailures}.`,
    );
    for (const example of total.examples) say(`  ${example.at} ${example.what}`);
    return { ok: good && bad && total.foreignFailures === 0, url, load };
  } catch (error) {
    await load?.stop().catch(() => undefined);
    throw error;
  } finally {
    cluster.close();
  }
}

/** Version 2 goes through its steps and is handed over, with the very pods that were tested. */
async function releaseGood({ commands, cluster }: Stage): Promise<boolean> {
  say("\nVersion 2 is applied. It is good.");
  await applyFile(commands, "v2.yaml");
  const code = await commands.show(["watch", "shop", "-n", "shop", "--release", "shop-2", "--until-finished"]);
  const release = await cluster.newestRelease();
  const pods = await cluster.pods();
  const restarts = [...pods.values()].reduce((sum, count) => sum + count, 0);
  const ok = code === 0 && release.status?.phase === "Promoted" && restarts === 0 && pods.size === 3;
  say(
    ok
      ? `Promoted: the ${pods.size} pods that were tested are the Deployment's own now; ${restarts} were restarted for the hand-over.`
      : `Version 2 should have been promoted: ${release.status?.message ?? ""}`,
  );
  return ok;
}

/** Version 3 fails 5 % of its requests. */
async function releaseBad({ commands, cluster, load, readySeconds }: Stage): Promise<boolean> {
  say("\nVersion 3 is applied. It answers 5 % of its requests with 500.");
  const before = load.report();
  await applyFile(commands, "v3.yaml");
  await commands.show(["watch", "shop", "-n", "shop", "--release", "shop-3", "--until-finished"]);
  const release = await cluster.newestRelease();
  if (release.status?.phase !== "RolledBack") {
    say(`Version 3 should have been taken back: ${release.status?.message ?? ""}`);
    return false;
  }
  for (const line of rollbackLines(
    release,
    compare(release, { before, after: load.report(), requestsPerSecond, readySeconds }),
  ))
    say(line);
  return true;
}

async function applyFile(
  commands: Commands,
  name: string,
  change: (text: string) => string = (text) => text,
): Promise<void> {
  const text = change(readFileSync(join(root, shop, name), "utf8"));
  say(`$ tidegate apply -f ${shop}/${name}`);
  await must(commands, ["apply", "-f", "-"], text);
}

async function must(commands: Commands, words: readonly string[], input?: string): Promise<void> {
  const { code, output } = await commands.run(words, input);
  if (code !== 0) throw new Error(`tidegate ${words.join(" ")} failed:\n${output}`);
}

function hints(stateDir: string, url: string): void {
  const kubeconfig = relative(process.cwd(), join(stateDir, "kubeconfig"));
  say("\nThe cluster and the load stay up until Ctrl-C. In a second terminal, in this directory:");
  say(`  export KUBECONFIG=${kubeconfig}`);
  say("  kubectl get deliveries,releases,pods -n shop");
  say("  kubectl rollout status deployment/shop -n shop");
  say("  npm run -s tidegate -- explain release/shop-3 -n shop");
  say("  npm run -s tidegate -- apply -f examples/shop/v2.yaml     # back to the good version");
  say(`  curl -i ${url}`);
}

function say(line: string): void {
  console.log(line);
}
