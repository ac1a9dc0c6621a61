import { createServer } from "node:net";

import { TidegateError } from "../../api/error.ts";
import type { Random } from "../../ports/random.ts";

export type AddressRange = { readonly first: number; readonly size: number };

/** Hands out addresses of a range, each to one pod at a time. */
export interface AddressPool {
  /** A free address that this machine can bind. Throws NODE_ADDRESS_UNAVAILABLE. */
  take(signal: AbortSignal): Promise<string>;
  /** Claims the address that a pod had before; false when it is not of the range, taken, or cannot be bound. */
  claim(address: string): Promise<boolean>;
  release(address: string): void;
}

/** Parses `a.b.c.d/n` with n from 8 to 30. Throws NODE_ADDRESS_UNAVAILABLE with what is wrong. */
export function parseRange(cidr: string): AddressRange {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/u.exec(cidr);
  const base = match?.[1] === undefined ? undefined : toNumber(match[1]);
  const bits = Number(match?.[2]);
  if (base === undefined || bits < 8 || bits > 30) {
    throw new TidegateError(
      "NODE_ADDRESS_UNAVAILABLE",
      `"${cidr}" is not a range of pod addresses: write an IPv4 range from /8 to /30, for example 127.64.0.0/10`,
    );
  }
  const size = 2 ** (32 - bits);
  return { first: base - (base % size), size };
}

/** Addresses come in turn from a random begin, so that a freed one is not used again soon. */
export function createAddressPool(cidr: string, random: Random, canBind = isBindable): AddressPool {
  const range = parseRange(cidr);
  const taken = new Set<string>();
  let cursor = Math.floor(random.next() * range.size);

  function next(): string | undefined {
    for (let tries = 0; tries < Math.min(range.size, 4096); tries++) {
      const address = toText(range.first + (cursor++ % range.size));
      if (isHost(address) && !taken.has(address)) return address;
    }
    return undefined;
  }

  async function claim(address: string): Promise<boolean> {
    const number = toNumber(address);
    if (number === undefined || number < range.first || number >= range.first + range.size) return false;
    if (taken.has(address)) return false;
    taken.add(address);
    if (await canBind(address)) return true;
    taken.delete(address);
    return false;
  }

  return {
    async take(signal) {
      for (let tries = 0; tries < 3 && !signal.aborted; tries++) {
        const address = next();
        if (address === undefined)
          throw new TidegateError("NODE_ADDRESS_UNAVAILABLE", `no address of ${cidr} is free`, { retry: "later" });
        if (await claim(address)) return address;
      }
      throw new TidegateError("NODE_ADDRESS_UNAVAILABLE", unbindable(cidr), { retry: "later" });
    },
    claim,
    release: (address) => void taken.delete(address),
  };
}

function unbindable(cidr: string): string {
  return `this machine cannot bind addresses of ${cidr}: make the range local first (Linux: ip route add local ${cidr} dev lo) or choose another`;
}

function isHost(address: string): boolean {
  return !address.endsWith(".0") && !address.endsWith(".255") && address !== "127.0.0.1";
}

/** True when a socket can listen on the address. */
export function isBindable(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: address, port: 0 }, () => server.close(() => resolve(true)));
  });
}

function toNumber(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
