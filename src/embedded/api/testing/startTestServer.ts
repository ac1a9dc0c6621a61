import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtInDefinitions } from "../../kinds/builtInDefinitions.ts";
import { systemClock } from "../../../ports/clock.ts";
import { systemRandom } from "../../../ports/random.ts";
import { startApiServer, type ApiServer, type ApiServerOptions } from "../server.ts";
import { HttpCalls } from "./httpCalls.ts";

export type TestServer = {
  readonly server: ApiServer;
  readonly calls: HttpCalls;
  readonly stateDir: string;
  /** Closes the server and starts it again on what it left. */
  restart(): Promise<TestServer>;
  /** Closes the server and removes what it left. */
  dispose(): Promise<void>;
};

/** A server of its own in a new directory, on any port. */
export async function startTestServer(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "tidegate-api-"));
  const server = await startApiServer({
    port: 0,
    clock: systemClock,
    random: systemRandom,
    definitions: builtInDefinitions,
    ...options,
    stateDir,
  });
  const calls = new HttpCalls(server);
  const close = async (): Promise<void> => {
    calls.close();
    await server.close();
  };
  return {
    server,
    calls,
    stateDir,
    restart: async () => {
      await close();
      return startTestServer({ ...options, stateDir });
    },
    dispose: async () => {
      await close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
