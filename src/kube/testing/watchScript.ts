import type { ServerResponse } from "node:http";
import type { ScriptedServer, Seen } from "./scriptedServer.ts";
import { json, startScriptedServer } from "./scriptedServer.ts";

export type OpenWatch = {
  readonly seen: Seen;
  /** Sends events, each as one line. */
  send(...events: { type: string; object: unknown }[]): void;
  /** Sends anything. */
  write(text: string): void;
  end(): void;
  reset(): void;
};

export type WatchServer = ScriptedServer & {
  /** The watches that were opened, in order. */
  readonly watches: readonly OpenWatch[];
  readonly lists: readonly Seen[];
  /** What the next requests of a kind get instead of the usual: the current list, an open stream. */
  readonly nextWatch: ((response: ServerResponse) => void)[];
  readonly nextList: ((response: ServerResponse, seen: Seen) => void)[];
  /** What a list gives. */
  list: object;
};

function openWatch(response: ServerResponse, seen: Seen): OpenWatch {
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  return {
    seen,
    send: (...events) => void response.write(events.map((event) => `${JSON.stringify(event)}\n`).join("")),
    write: (text) => void response.write(text),
    end: () => void response.end(),
    reset: () => response.socket?.resetAndDestroy(),
  };
}

/** A server of one collection, whose lists and watches a test scripts. */
export async function startWatchServer(list: object): Promise<WatchServer> {
  const watches: OpenWatch[] = [];
  const lists: Seen[] = [];
  const nextWatch: WatchServer["nextWatch"] = [];
  const nextList: WatchServer["nextList"] = [];
  const current = { list };
  const server = await startScriptedServer((response, seen) => {
    if (seen.query.get("watch") === "true") {
      const special = nextWatch.shift();
      if (special === undefined) watches.push(openWatch(response, seen));
      else special(response);
      return;
    }
    lists.push(seen);
    const special = nextList.shift();
    if (special === undefined) json(response, 200, current.list);
    else special(response, seen);
  });
  return {
    ...server,
    get connections() {
      return server.connections;
    },
    watches,
    lists,
    nextWatch,
    nextList,
    get list() {
      return current.list;
    },
    set list(next) {
      current.list = next;
    },
  };
}
