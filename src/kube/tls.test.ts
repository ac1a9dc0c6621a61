import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { connect } from "node:net";
import { createServer as createHttpServer } from "node:http";
import * as x509 from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resources } from "../api/resources.ts";
import { createClient } from "./client.ts";
import type { ClusterConfig } from "./clusterConfig.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
type Issued = { certificatePem: string; keyPem: string; certificate: x509.X509Certificate; keys: CryptoKeyPair };

async function issue(name: string, issuer?: Issued): Promise<Issued> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: issuer === undefined ? "01" : "02",
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(issuer === undefined, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    certificatePem: certificate.toString("pem"),
    keyPem: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
    certificate,
    keys,
  };
}

const sockets = new Set<Socket>();
let connections = 0;
let authority: Issued;
let person: Issued;
let base: ClusterConfig;
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  authority = await issue("authority");
  const [own, someone] = await Promise.all([issue("api.test", authority), issue("jo", authority)]);
  person = someone;
  const options = {
    cert: own.certificatePem,
    key: own.keyPem,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
  };
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
    tls: { caPem: authority.certificatePem, serverName: "api.test" },
  };
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => {
    server.close(resolve);
  });
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
    expect(await get({ user: { certificatePem: person.certificatePem, keyPem: person.keyPem } })).toBe("jo");
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
    await expect(get({ tls: { caPem: authority.certificatePem } })).rejects.toMatchObject({
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
