import { TidegateError } from "../../api/error.ts";
import { labels } from "../../api/names.ts";
import type { AnyObject } from "../../api/object.ts";
import { isFinished, type Release } from "../../api/release.ts";
import { resources } from "../../api/resources.ts";
import { createInformer } from "../../kube/informer.ts";
import { connect, type ConnectOptions } from "../connect.ts";
import { progressLine, screen } from "../watch/describe.ts";
import { createLiveView } from "../watch/liveView.ts";

export type WatchOptions = ConnectOptions & { readonly untilFinished?: boolean; readonly release?: string };

const patienceMs = 5_000;

/** `tidegate watch`: the newest release of a Delivery as it happens. */
export async function watch(delivery: string, options: WatchOptions): Promise<void> {
  const { client, namespace } = await connect(options);
  await client.get(resources.deliveries, { namespace, name: delivery });
  const ending = new AbortController();
  const interrupted = (): void => ending.abort();
  process.once("SIGINT", interrupted);
  const informer = createInformer<Release>(client, {
    resource: resources.releases,
    namespace,
    labelSelector: `${labels.delivery}=${delivery}`,
    transform: (object: AnyObject) => object as unknown as Release,
  });
  const live = process.stdout.isTTY ? createLiveView(process.stdout) : undefined;
  let lastLine = "";
  let finished: Release | undefined;
  // A release that has ended already may be the one before: a new one may be about to begin.
  const sawRunning = new Set<string>(options.release === undefined ? [] : [options.release]);
  const patienceEnds = Date.now() + patienceMs;
  const show = (): void => {
    const release = chosen(informer.store.list(), options.release);
    if (release === undefined) return;
    live?.draw(screen(release, Date.now()));
    const line = progressLine(release);
    if (live === undefined && line !== lastLine) console.log(line);
    lastLine = line;
    if (!isFinished(release.status?.phase)) sawRunning.add(release.metadata.name);
    if (
      options.untilFinished === true &&
      isFinished(release.status?.phase) &&
      (sawRunning.has(release.metadata.name) || Date.now() > patienceEnds)
    ) {
      finished = release;
      ending.abort();
    }
  };
  informer.onChange(show);
  informer.start(ending.signal);
  const ticker = setInterval(show, 250);
  try {
    await informer.waitForSync(10_000);
    if (informer.store.size === 0)
      console.error(`Delivery ${delivery} has no release in namespace ${namespace} yet; waiting`);
    await aborted(ending.signal);
  } finally {
    clearInterval(ticker);
    live?.end();
    process.off("SIGINT", interrupted);
    client.close();
  }
  if (finished !== undefined && finished.status?.phase !== "Promoted") {
    throw new TidegateError(
      "RELEASE_NOT_PROMOTED",
      `release ${finished.metadata.name} ended as ${finished.status?.phase ?? "unknown"}: ${finished.status?.message ?? ""}`,
    );
  }
}

function chosen(releases: readonly Release[], name: string | undefined): Release | undefined {
  if (name !== undefined) return releases.find((release) => release.metadata.name === name);
  return releases.toSorted((a, b) => a.spec.number - b.spec.number).at(-1);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
