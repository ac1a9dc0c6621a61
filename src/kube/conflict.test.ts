import { describe, expect, it } from "vitest";
import { TidegateError } from "../api/error.ts";
import { retryOnConflict } from "./conflict.ts";

const quick = {
  clock: { now: () => 0, schedule: () => () => {}, sleep: () => Promise.resolve() },
  random: { next: () => 0.5 },
};
const conflict = new TidegateError("KUBE_CONFLICT", "changed by somebody else");

describe("retryOnConflict", () => {
  it("calls again while somebody else was faster", async () => {
    const result = await retryOnConflict(async (attempt) => {
      if (attempt < 3) throw conflict;
      return attempt;
    }, quick);
    expect(result).toBe(3);
  });

  it("gives the conflict out after the last attempt", async () => {
    let calls = 0;
    const run = async (): Promise<never> => {
      calls++;
      throw conflict;
    };
    await expect(retryOnConflict(run, { ...quick, attempts: 4 })).rejects.toBe(conflict);
    expect(calls).toBe(4);
  });

  it("does not retry another error", async () => {
    let calls = 0;
    const run = async (): Promise<never> => {
      calls++;
      throw new TidegateError("KUBE_ALREADY_EXISTS", "is there");
    };
    await expect(retryOnConflict(run, quick)).rejects.toMatchObject({ code: "KUBE_ALREADY_EXISTS" });
    expect(calls).toBe(1);
  });

  it("stops when the caller gives up", async () => {
    const stop = new AbortController();
    const run = async (): Promise<never> => {
      stop.abort();
      throw conflict;
    };
    await expect(retryOnConflict(run, { ...quick, signal: stop.signal })).rejects.toBe(conflict);
  });
});
