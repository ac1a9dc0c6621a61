import { createServer } from "node:http";
import type { MetricsRegistry } from "./registry.ts";
import { renderMetrics } from "./render.ts";

export type MetricsServer = { readonly url: string; close(): Promise<void> };

/** Serves `/metrics` and `/healthz` on a free port of the address. */
export async function startMetricsServer(registry: MetricsRegistry, bindAddress: string): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/metrics") {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
      response.end(renderMetrics(registry.all()));
    } else if (path === "/healthz") response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
    else response.writeHead(404, { "content-type": "text/plain" }).end("Only /metrics and /healthz are served here\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, bindAddress, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://${bindAddress}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
