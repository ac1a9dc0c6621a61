const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/**
 * A span in the words of `kubectl get`: fewer units the longer it is. Two seconds into the future count as now, for
 * clocks that differ.
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * minute) return `${seconds}s`;
  if (seconds < 10 * minute) return inTwo(seconds, [minute, "m"], [1, "s"]);
  if (seconds < 3 * hour) return `${Math.floor(seconds / minute)}m`;
  if (seconds < 8 * hour) return inTwo(seconds, [hour, "h"], [minute, "m"]);
  if (seconds < 2 * day) return `${Math.floor(seconds / hour)}h`;
  if (seconds < 8 * day) return inTwo(seconds, [day, "d"], [hour, "h"]);
  if (seconds < 2 * year) return `${Math.floor(seconds / day)}d`;
  if (seconds < 8 * year) return inTwo(seconds, [year, "y"], [day, "d"]);
  return `${Math.floor(seconds / year)}y`;
}

/** How long ago that was; `<unknown>` when there is no time, `<invalid>` when it is none. */
export function humanAge(time: unknown, now: number): string {
  if (typeof time !== "string" || time === "") return "<unknown>";
  const then = Date.parse(time);
  return Number.isNaN(then) ? "<invalid>" : humanDuration(now - then);
}

type Unit = readonly [seconds: number, name: string];

function inTwo(seconds: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((seconds % large) / small);
  const whole = `${Math.floor(seconds / large)}${largeName}`;
  return rest === 0 ? whole : `${whole}${rest}${smallName}`;
}
