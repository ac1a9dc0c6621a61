/** Whole numbers from 0 to 2^53-1, seven bits a byte, the lowest first. */
export function writeVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

export type ByteReader = { readonly bytes: Uint8Array; at: number };

/** Throws a RangeError at the end of the bytes. */
export function readVarint(reader: ByteReader): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined || scale > 2 ** 49) throw new RangeError("a recorded number is cut off");
    value += (byte % 128) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
}

/** Base64 without padding. */
export function toBase64(bytes: readonly number[]): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}

/** Throws a RangeError where the text is not base64. */
export function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    throw new RangeError("a recorded window is not base64", { cause });
  }
}

/** Counts with the runs of zeros shortened: a zero is followed by how many more follow it. */
export function writeCounts(out: number[], counts: readonly number[]): void {
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0;
    writeVarint(out, count);
    if (count !== 0) continue;
    const start = index;
    while (index + 1 < counts.length && counts[index + 1] === 0) index++;
    writeVarint(out, index - start);
  }
}

export function readCounts(reader: ByteReader, length: number): number[] {
  const counts: number[] = [];
  while (counts.length < length) {
    const count = readVarint(reader);
    counts.push(count);
    if (count !== 0) continue;
    for (let more = readVarint(reader); more > 0 && counts.length < length; more--) counts.push(0);
  }
  return counts;
}
