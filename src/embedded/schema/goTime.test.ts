import { describe, expect, it } from "vitest";
import { goTime, goTimeError } from "./goTime.ts";

describe("goTime", () => {
  it.each<[string, 0 | 6, string | undefined]>([
    ["2026-01-02T03:04:05Z", 0, "2026-01-02T03:04:05Z"],
    ["2026-01-02T03:04:05.987+02:00", 0, "2026-01-02T01:04:05Z"],
    ["2026-01-02T03:04:05.1Z", 6, "2026-01-02T03:04:05.100000Z"],
    ["yesterday", 0, undefined],
    ["2026-13-02T03:04:05Z", 0, undefined],
  ])("writes %s with %i digits as %s", (text, digits, expected) => {
    expect(goTime(text, digits)).toBe(expected);
  });

  it("says which part does not fit", () => {
    expect(goTimeError("2026-01-02T03:04:05Z", 0)).toBeUndefined();
    expect(goTimeError("yesterday", 0)).toBe(
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    );
    expect(goTimeError("2026-01-02 03:04", 0)).toContain('cannot parse " 03:04" as "T"');
  });
});
