import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { bits, explicit, implicit, integer, octets, oid, sequence, set, time, truth, utf8 } from "./der.ts";

export type Certificates = { readonly caPem: string; readonly certPem: string; readonly keyPem: string };

const dayMs = 24 * 3600 * 1000;
const lifetimeMs = 3650 * dayMs;
/** A certificate is made anew when less than this is left of it. */
const renewBeforeMs = 30 * dayMs;

/** The serving certificate and its authority, kept in the state directory; made at the first start and when they expire. */
export function loadCertificates(stateDir: string, hosts: readonly string[], now: number): Certificates {
  const [ca, cert, key] = ["ca.crt", "server.crt", "server.key"].map((name) => join(stateDir, name)) as [
    string,
    string,
    string,
  ];
  if ([ca, cert, key].every((file) => existsSync(file))) {
    const certPem = readFileSync(cert, "utf8");
    if (isUsable(certPem, hosts, now))
      return { caPem: readFileSync(ca, "utf8"), certPem, keyPem: readFileSync(key, "utf8") };
  }
  const made = makeCertificates(hosts, now);
  writeFileSync(ca, made.caPem, { mode: 0o600 });
  writeFileSync(cert, made.certPem, { mode: 0o600 });
  writeFileSync(key, made.keyPem, { mode: 0o600 });
  return made;
}

function isUsable(certPem: string, hosts: readonly string[], now: number): boolean {
  try {
    const kept = new X509Certificate(certPem);
    const covers = (host: string): boolean =>
      (isIP(host) === 0 ? kept.checkHost(host) : kept.checkIP(host)) !== undefined;
    return kept.validToDate.getTime() - now > renewBeforeMs && hosts.every(covers);
  } catch {
    return false;
  }
}

type Key = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

function makeCertificates(hosts: readonly string[], now: number): Certificates {
  const [authority, serving]: [Key, Key] = [newKey(), newKey()];
  const caName = "tidegate-embedded-ca";
  const ca = certificate({
    subject: caName,
    issuer: caName,
    key: authority.publicKey,
    signer: authority.privateKey,
    now,
    extensions: caExtensions(authority),
  });
  const cert = certificate({
    subject: "tidegate-embedded-apiserver",
    issuer: caName,
    key: serving.publicKey,
    signer: authority.privateKey,
    now,
    extensions: servingExtensions(authority, hosts),
  });
  return {
    caPem: pem(ca),
    certPem: pem(cert),
    keyPem: serving.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const newKey = (): Key => generateKeyPairSync("ec", { namedCurve: "P-256" });

type Contents = {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly now: number;
  readonly extensions: readonly Buffer[];
};

/** An X.509 version 3 certificate (RFC 5280), signed with ECDSA and SHA-256. */
function certificate({ subject, issuer, key, signer, now, extensions }: Contents): Buffer {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const signed = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    commonName(issuer),
    sequence(time(now - dayMs), time(now + lifetimeMs)),
    commonName(subject),
    key.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions)),
  );
  return sequence(signed, algorithm, bits(sign("sha256", signed, signer)));
}

const commonName = (name: string): Buffer => sequence(set(sequence(oid("2.5.4.3"), utf8(name))));

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [truth()] : []), octets(value));
}

function caExtensions(authority: Key): Buffer[] {
  return [
    extension("2.5.29.19", true, sequence(truth(), integer(Buffer.from([0])))),
    // keyCertSign and cRLSign
    extension("2.5.29.15", true, bits(Buffer.from([0x06]), 1)),
    extension("2.5.29.14", false, octets(keyIdentifier(authority))),
  ];
}

function servingExtensions(authority: Key, hosts: readonly string[]): Buffer[] {
  return [
    extension("2.5.29.19", true, sequence()),
    // digitalSignature
    extension("2.5.29.15", true, bits(Buffer.from([0x80]), 7)),
    // serverAuth
    extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", false, sequence(...hosts.map(alternativeName))),
    extension("2.5.29.35", false, sequence(implicit(0, keyIdentifier(authority)))),
  ];
}

function alternativeName(host: string): Buffer {
  if (isIP(host) === 4) return implicit(7, Buffer.from(host.split(".").map(Number)));
  if (isIP(host) === 6) return implicit(7, ipv6Bytes(host));
  return implicit(2, Buffer.from(host));
}

function ipv6Bytes(host: string): Buffer {
  const [head = "", tail] = host.split("::");
  const [before = [], after = []] = [head, tail ?? ""].map((part) => part.split(":").filter((group) => group !== ""));
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function keyIdentifier({ publicKey }: Key): Buffer {
  return createHash("sha1")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest();
}

function pem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der
    .toString("base64")
    .replaceAll(/(.{64})/g, "$1\n")
    .trim()}\n-----END CERTIFICATE-----\n`;
}
