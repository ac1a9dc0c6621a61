import { X509Certificate } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { connect } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Certificates } from "../embedded/api/certificates.ts";
import { loadCertificates } from "../embedded/api/certificates.ts";
import { resources } from "../api/resources.ts";
import { createClient } from "./client.ts";
import type { ClusterConfig } from "./clusterConfig.ts";

const sockets = new Set<Socket>();
let connections = 0;
let own: Certificates;
let folder: string;
let base: ClusterConfig;
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "kube-tls-"));
  own = loadCertificates(folder, ["api.test"], Date.now());
  const options = { cert: own.certPem, key: own.keyPem, ca: own.caPem, requestCert: true, rejectUnauthorized: false };
  server = createServer(options, (request, response) => {
    const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject ?? {};
    response.end(JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: CN ?? "anonymous" } }));
  });
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  base = {
    server: `https://127.0.0.1:${port}`,
    namespace: "default",
    tls: { caPem: own.caPem, serverName: "api.test" },
  };
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await rm(folder, { recursive: true });
});

async function get(more: Partial<ClusterConfig> = {}): Promise<string> {
  const client = createClient({ ...base, ...more });
  try {
    return (await client.get(resources.pods, { namespace: "default", name: "a" })).metadata.name;
  } finally {
    client.close();
  }
}

describe("a client over TLS", () => {
  it("trusts the given authority for the given name, and presents its certificate", async () => {
    expect(await get()).toBe("anonymous");
    expect(await get({ user: { certificatePem: own.certPem, keyPem: own.keyPem } })).toBe(
      new X509Certificate(own.certPem).subject.replace(/^CN=/, ""),
    );
  });

  it("makes one handshake for many calls", async () => {
    const before = connections;
    const client = createClient(base);
    for (let count = 0; count < 10; count++) await client.get(resources.pods, { namespace: "default", name: "a" });
    client.close();
    expect(connections - before).toBe(1);
  });

  it("refuses a certificate of somebody else's, with what to do about it", async () => {
    await expect(get({ tls: { serverName: "api.test" } })).rejects.toMatchObject({
      code: "KUBE_UNREACHABLE",
      message: expect.stringContaining("give its authority as certificate-authority"),
    });
  });

  it("refuses a certificate for another name, with what to do about it", async () => {
    await expect(get({ tls: { caPem: own.caPem } })).rejects.toMatchObject({
      code: "KUBE_UNREACHABLE",
      message: expect.stringContaining("set tls-server-name"),
    });
  });

  it("takes any certificate when it is told to", async () => {
    expect(await get({ tls: { insecureSkipVerify: true } })).toBe("anonymous");
  });

  it("goes through the proxy of the kubeconfig", async () => {
    const asked: string[] = [];
    const proxy = createHttpServer().on("connect", (request, socket: Socket) => {
      asked.push(request.url ?? "");
      const [host = "", port = ""] = (request.url ?? "").split(":");
      const through = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        through.pipe(socket).pipe(through);
      });
      socket.on("error", () => through.destroy());
      through.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, "127.0.0.1", resolve);
    });
    const { port } = proxy.address() as AddressInfo;
    expect(await get({ proxyUrl: `http://127.0.0.1:${port}` })).toBe("anonymous");
    expect(asked).toEqual([new URL(base.server).host]);
    proxy.close();
    proxy.closeAllConnections();
  });
});
