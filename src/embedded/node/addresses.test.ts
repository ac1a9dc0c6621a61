import { describe, expect, it } from "vitest";

import { createAddressPool, isBindable, parseRange } from "./addresses.ts";

const signal = new AbortController().signal;
const everything = (): Promise<boolean> => Promise.resolve(true);
const from = (value: number): { next(): number } => ({ next: () => value });

describe("parseRange", () => {
  it("rounds down to the range's begin", () => {
    expect(parseRange("127.65.3.9/16")).toEqual({ first: 127 * 2 ** 24 + 65 * 2 ** 16, size: 65_536 });
  });

  it.each(["", "127.0.0.1", "300.0.0.0/8", "127.0.0.0/31", "127.0.0.0/7", "::1/64"])("refuses %o", (cidr) => {
    expect(() => parseRange(cidr)).toThrow(/not a range of pod addresses/u);
  });
});

describe("createAddressPool", () => {
  it("gives every pod another address and leaves out network and broadcast addresses", async () => {
    const pool = createAddressPool("10.9.0.0/22", from(0), everything);
    const seen = new Set<string>();
    for (let count = 0; count < 1000; count++) seen.add(await pool.take(signal));
    expect(seen.size).toBe(1000);
    expect([...seen].filter((address) => /\.(?:0|255)$/u.test(address))).toEqual([]);
    expect([...seen].every((address) => /^10\.9\.[0-3]\./u.test(address))).toBe(true);
  });

  it("says that none is free, and goes on after one was released", async () => {
    const pool = createAddressPool("10.9.0.0/30", from(0.99), everything);
    const first = [await pool.take(signal), await pool.take(signal), await pool.take(signal)];
    await expect(pool.take(signal)).rejects.toThrow("no address of 10.9.0.0/30 is free");
    pool.release(first[1] ?? "");
    expect(await pool.take(signal)).toBe(first[1]);
  });

  it("does not use a freed address again at once", async () => {
    const pool = createAddressPool("10.9.0.0/24", from(0), everything);
    const first = await pool.take(signal);
    pool.release(first);
    expect(await pool.take(signal)).not.toBe(first);
  });

  it("claims the address that a pod had, once, and only of its range", async () => {
    const pool = createAddressPool("10.9.0.0/24", from(0), everything);
    expect(await pool.claim("10.9.0.1")).toBe(true);
    expect(await pool.claim("10.9.0.1")).toBe(false);
    expect(await pool.claim("10.8.0.1")).toBe(false);
    expect(await pool.take(signal)).toBe("10.9.0.2");
  });

  it("tells what to do when the machine cannot bind the range", async () => {
    const pool = createAddressPool("10.9.0.0/24", from(0), () => Promise.resolve(false));
    await expect(pool.take(signal)).rejects.toThrow("ip route add local 10.9.0.0/24 dev lo");
  });
});

describe("isBindable", () => {
  it("tells an address of this machine from another", async () => {
    expect(await isBindable("127.0.0.1")).toBe(true);
    expect(await isBindable("192.0.2.1")).toBe(false);
  });
});
