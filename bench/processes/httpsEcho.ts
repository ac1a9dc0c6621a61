import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadCertificates } from "../../src/embedded/api/certificates.ts";
import { kubeconfigText } from "../../src/embedded/api/kubeconfig.ts";
import { closeServer, listen } from "./listen.ts";
import { serveParent } from "./parent.ts";

/** A bare HTTPS server that answers what it was sent, and to a GET what it was sent last; the argument is a directory for its certificate. */
const [, , directory = ""] = process.argv;
const { caPem, certPem, keyPem } = loadCertificates(directory, ["127.0.0.1"], Date.now());
let last = "{}";

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  if (request.method !== "GET") last = JSON.stringify(JSON.parse(text));
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(last) });
  response.end(last);
}

const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
  echo(request, response).catch(() => response.destroy());
});
const port = await listen(server);
const kubeconfigPath = join(directory, "kubeconfig");
await writeFile(kubeconfigPath, kubeconfigText({ url: `https://127.0.0.1:${port}`, caPem, token: "anybody" }), {
  mode: 0o600,
});
serveParent({ kubeconfigPath }, {}, () => closeServer(server));
