import { Command } from "commander";
import { isTidegateError, messageOf } from "../api/error.ts";
import { interventionActions, type InterventionAction } from "../api/intervention.ts";
import { version } from "./version.ts";

/** The `tidegate` command. Verbs are loaded when they are called. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  if (!isTidegateError(error)) return `error: ${messageOf(error)}`;
  return `error: ${error.message} (${error.code})`;
}

function createProgram(): Command {
  const program = new Command("tidegate")
    .description("Progressive delivery for Kubernetes that needs nothing but Kubernetes")
    .version(version())
    .showHelpAfterError();
  addClusterVerbs(program);
  addObjectVerbs(program);
  for (const action of interventionActions) addOrder(program, action);
  return program;
}

function addClusterVerbs(program: Command): void {
  program
    .command("up")
    .description("start an embedded cluster with Tidegate in it")
    .option("--state-dir <dir>", "where everything is kept (default: $TIDEGATE_STATE_DIR or .tidegate)")
    .option("--port <port>", "port of the API server (default: that of the last start, or a free one)")
    .option("--foreground", "stay in the foreground until Ctrl-C")
    .option("--verbose", "print what the cluster and the controller do")
    .action(async (options) => (await import("./verbs/up.ts")).up(options));
  program
    .command("down")
    .description("end the embedded cluster and its pods")
    .option("--state-dir <dir>", "as for up")
    .option("--purge", "delete its state too")
    .action(async (options) => (await import("./verbs/down.ts")).down(options));
  connected(program.command("controller").description("run the controller against a cluster, until SIGTERM"))
    .option("--verbose", "one line for every pass that changes something")
    .action(async (options) => (await import("./verbs/controller.ts")).controller(options));
}

function addObjectVerbs(program: Command): void {
  connected(program.command("apply").description("apply manifests server-side, like kubectl apply --server-side"))
    .requiredOption("-f, --filename <file...>", "files of manifests, - for standard input")
    .option("--dry-run", "let the API server check them and keep nothing")
    .option("--force-conflicts", "take over fields that somebody else manages")
    .action(async (options) => (await import("./verbs/apply.ts")).apply(options));
  connected(program.command("get").description("list deliveries, releases, interventions or any other kind"))
    .argument("[kind]", "kind, plural or short name, or kind/name", "deliveries")
    .argument("[name]", "one object")
    .option("-A, --all-namespaces", "in all namespaces")
    .option("-o, --output <format>", "wide, yaml, json or name")
    .action(async (kind: string, name: string | undefined, options) =>
      (await import("./verbs/get.ts")).get(kind, name, options),
    );
  connected(program.command("watch").description("follow a delivery: live on a terminal, line by line elsewhere"))
    .argument("<delivery>", "name of the Delivery")
    .option("--until-finished", "end when the newest release has ended; exit status 1 unless it was promoted")
    .option("--release <name>", "follow this release")
    .action(async (delivery: string, options) => (await import("./verbs/watch.ts")).watch(delivery, options));
  connected(program.command("explain").description("tell the story of a release, decision by decision"))
    .argument("<release>", "name of the Release, also as release/NAME; with a Delivery's name its newest release")
    .option("--replay", "recompute the statistics from the recorded windows and say whether they agree")
    .action(async (release: string, options) => (await import("./verbs/explain.ts")).explain(release, options));
}

const orderWords: Readonly<Record<InterventionAction, string>> = {
  promote: "end what a release waits for now: its approval, time or evidence",
  pause: "stop all moves forward of a release",
  resume: "let a paused release go on",
  skip: "end the step of a release, without giving approval",
  rollback: "take a release back",
  retry: "try a revision again that was taken back",
};

function addOrder(program: Command, action: InterventionAction): void {
  const command = connected(program.command(action).description(orderWords[action]))
    .argument("<release>", "name of the Release, or of the Delivery for its newest one")
    .option("--reason <words>", "why; it goes into the record")
    .option("--no-wait", "do not wait for the answer");
  if (action === "promote") command.option("--full", "through all remaining steps at once");
  command.action(async (release: string, options) =>
    (await import("./verbs/order.ts")).order(action, release, options),
  );
}

/** Options of every verb that talks to a cluster. */
function connected(command: Command): Command {
  return command
    .option(
      "--kubeconfig <file>",
      "kubeconfig (default: $KUBECONFIG, else the embedded cluster that runs here, else ~/.kube/config)",
    )
    .option("--context <name>", "context of the kubeconfig")
    .option("--state-dir <dir>", "state directory of the embedded cluster")
    .option("-n, --namespace <name>", "namespace");
}
