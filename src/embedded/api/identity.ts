import type { Random } from "../../ports/random.ts";

/** A random UUID (version 4). */
export function newUid(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random.next() * 256)));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** No vowels and nothing that looks alike, so that no words come out. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";
const longestGeneratedName = 63;

/** The prefix, cut so that the name stays short enough, and five random characters. */
export function generateName(prefix: string, random: Random): string {
  const suffix = Array.from({ length: 5 }, () => alphabet.charAt(Math.floor(random.next() * alphabet.length))).join("");
  return prefix.slice(0, longestGeneratedName - suffix.length) + suffix;
}
