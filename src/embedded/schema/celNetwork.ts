import { isIP, isIPv4 } from "node:net";
import type { Environment } from "@marcbachmann/cel-js";

class CelUrl {
  readonly url: URL;

  constructor(url: URL) {
    this.url = url;
  }
}

class CelIp {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The common part of Kubernetes' URL and IP libraries. */
export function registerNetwork(environment: Environment): void {
  environment.registerType("URL", { ctor: CelUrl, fields: {} });
  environment.registerFunction("isURL(string): bool", (text: string) => readUrl(text) !== undefined);
  environment.registerFunction("url(string): URL", (text: string) => {
    const url = readUrl(text);
    if (url === undefined)
      throw new Error(`URL parse error during conversion from string: parse "${text}": invalid URI for request`);
    return new CelUrl(url);
  });
  environment.registerFunction("URL.getScheme(): string", ({ url }: CelUrl) => url.protocol.replace(":", ""));
  environment.registerFunction("URL.getHost(): string", ({ url }: CelUrl) => url.host);
  environment.registerFunction("URL.getHostname(): string", ({ url }: CelUrl) => url.hostname);
  environment.registerFunction("URL.getPort(): string", ({ url }: CelUrl) => url.port);
  environment.registerFunction("URL.getEscapedPath(): string", ({ url }: CelUrl) => url.pathname);
  registerAddresses(environment);
}

function registerAddresses(environment: Environment): void {
  environment.registerType("IP", { ctor: CelIp, fields: {} });
  environment.registerFunction("isIP(string): bool", (text: string) => isIP(text) !== 0);
  environment.registerFunction("ip(string): IP", (text: string) => {
    if (isIP(text) === 0) throw new Error(`IP Address "${text}" parse error during conversion from string`);
    return new CelIp(text);
  });
  environment.registerFunction("IP.family(): int", ({ text }: CelIp) => (isIPv4(text) ? 4n : 6n));
  environment.registerFunction("IP.isLoopback(): bool", ({ text }: CelIp) => text.startsWith("127.") || text === "::1");
  environment.registerFunction("string(IP): string", ({ text }: CelIp) => text);
}

function readUrl(text: string): URL | undefined {
  if (text.startsWith("/")) return URL.canParse(text, "http://none") ? new URL(text, "http://none") : undefined;
  return URL.canParse(text) ? new URL(text) : undefined;
}
