import type { LogUnits } from "./types.ts";

const unitsPerNat = 1e12;
/** Beyond e^±4000 nothing is decided any more; the bound keeps every sum a safe integer. */
const limit = 4_000 * unitsPerNat;

export function toLogUnits(nats: number): LogUnits {
  return clamp(Math.round(nats * unitsPerNat));
}

export function toNats(units: LogUnits): number {
  return units / unitsPerNat;
}

/** Adds windows' contributions, element by element. Whole numbers: the order of the windows leaves no trace. */
export function addLogUnits(sums: readonly LogUnits[], nats: readonly number[]): LogUnits[] {
  return sums.map((sum, index) => clamp(sum + toLogUnits(nats[index] ?? 0)));
}

function clamp(units: number): LogUnits {
  // `+ 0` turns -0 into 0, which JSON could not carry.
  return Math.min(limit, Math.max(-limit, units)) + 0;
}
