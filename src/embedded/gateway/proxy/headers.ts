import type { HeaderModifier } from "../routeTable.ts";

/** Names and values in turns, as `rawHeaders` of node:http and as it takes them. */
export type RawHeaders = string[];

/** What a header means for forwarding. */
type Kind = "pass" | "hop" | "framing" | "host" | "connection" | "trailer" | "replaced";

const kinds: Readonly<Record<string, Kind>> = {
  connection: "connection",
  "proxy-connection": "hop",
  "keep-alive": "hop",
  te: "hop",
  upgrade: "hop",
  "proxy-authenticate": "hop",
  "proxy-authorization": "hop",
  "transfer-encoding": "hop",
  "content-length": "framing",
  host: "host",
  trailer: "trailer",
  "x-forwarded-for": "replaced",
  "x-forwarded-proto": "replaced",
  "x-forwarded-host": "replaced",
};

const cache = new Map<string, Kind>();
const maxCached = 1000;

function kindOf(name: string): Kind {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  const kind = Object.hasOwn(kinds, lower) ? (kinds[lower] ?? "pass") : "pass";
  if (cache.size < maxCached) cache.set(name, kind);
  return kind;
}

/** Headers named by `Connection` are for this hop alone; none of those that frame or address a message can be named. */
function connectionNames(raw: readonly string[]): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (kindOf(raw[index] ?? "") !== "connection") continue;
    const value = (raw[index + 1] ?? "").toLowerCase();
    if (value === "keep-alive" || value === "close") continue;
    for (const name of value.split(",")) (names ??= new Set()).add(name.trim());
  }
  return names;
}

export type Forwarded = {
  readonly host: string;
  readonly clientAddress: string;
  /** The body comes in chunks. */
  readonly chunked: boolean;
  /** `Upgrade` of a request that changes protocol. */
  readonly upgrade: string | undefined;
  /** Replaces the Host that the client sent. */
  readonly newHost: string | undefined;
  /** Sent where a method that usually has a body comes without one. */
  readonly emptyBody: boolean;
};

/** The headers for a backend: those of this hop left out, the X-Forwarded ones added. */
export function requestHeaders(raw: readonly string[], facts: Forwarded): RawHeaders {
  const named = connectionNames(raw);
  const out: RawHeaders = ["Host", facts.newHost ?? facts.host];
  let forwardedFor = "";
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const value = raw[index + 1] ?? "";
    const kind = kindOf(name);
    if (kind === "pass") {
      if (named?.has(name.toLowerCase()) !== true) out.push(name, value);
    } else if (kind === "framing") {
      if (!facts.chunked) out.push(name, value);
    } else if (kind === "trailer") {
      if (facts.chunked) out.push(name, value);
    } else if (kind === "replaced" && name.length === 15 && value !== "") {
      // 15 is the length of X-Forwarded-For, the only one of the three that keeps what was in it.
      forwardedFor = forwardedFor === "" ? value : `${forwardedFor}, ${value}`;
    }
  }
  out.push("X-Forwarded-For", forwardedFor === "" ? facts.clientAddress : `${forwardedFor}, ${facts.clientAddress}`);
  out.push("X-Forwarded-Proto", "http", "X-Forwarded-Host", facts.host);
  if (facts.chunked) out.push("Transfer-Encoding", "chunked");
  else if (facts.emptyBody) out.push("Content-Length", "0");
  if (facts.upgrade !== undefined) out.push("Connection", "Upgrade", "Upgrade", facts.upgrade);
  return out;
}

/** The headers for the client. `Transfer-Encoding` is left to node:http, which knows what the client can read. */
export function responseHeaders(raw: readonly string[], options: { close: boolean; trailers: boolean }): RawHeaders {
  const named = connectionNames(raw);
  const out: RawHeaders = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const kind = kindOf(name);
    if (kind === "hop" || kind === "connection" || (kind === "trailer" && !options.trailers)) continue;
    if (kind === "pass" && named?.has(name.toLowerCase()) === true) continue;
    out.push(name, raw[index + 1] ?? "");
  }
  if (options.close) out.push("Connection", "close");
  return out;
}

/** Trailers that may be passed on: none of those that frame, route or authenticate a message. */
export function forwardedTrailers(raw: readonly string[]): [string, string][] {
  const out: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (kindOf(name) === "pass") out.push([name, raw[index + 1] ?? ""]);
  }
  return out;
}

/** Applies the modifiers in their order. Headers that frame a message or belong to one hop are never touched. */
export function modifyHeaders(headers: RawHeaders, modifiers: readonly HeaderModifier[]): RawHeaders {
  let current = headers;
  for (const { set, add, drop } of modifiers) {
    const next: RawHeaders = [];
    for (let index = 0; index + 1 < current.length; index += 2) {
      const name = current[index] ?? "";
      if (!drop.has(name.toLowerCase()) || isProtected(name)) next.push(name, current[index + 1] ?? "");
    }
    for (const [name, value] of [...set, ...add]) if (!isProtected(name)) next.push(name, value);
    current = next;
  }
  return current;
}

function isProtected(name: string): boolean {
  const kind = kindOf(name);
  return kind === "hop" || kind === "framing" || kind === "connection" || kind === "host" || kind === "trailer";
}
