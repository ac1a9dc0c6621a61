import type { Stored } from "./types.ts";

/** The objects of one collection in memory, in the order of their keys. */
export class Collection {
  #byKey = new Map<string, Stored>();
  #keys: string[] = [];

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): Stored | undefined {
    return this.#byKey.get(key);
  }

  set(key: string, stored: Stored): void {
    if (!this.#byKey.has(key)) this.#keys.splice(this.#position(key), 0, key);
    this.#byKey.set(key, stored);
  }

  delete(key: string): void {
    if (this.#byKey.delete(key)) this.#keys.splice(this.#position(key), 1);
  }

  /** Entries whose key begins with the prefix, in order. */
  *entries(prefix: string): Generator<[string, Stored]> {
    for (let at = this.#position(prefix); at < this.#keys.length; at++) {
      const key = this.#keys[at];
      if (key === undefined || !key.startsWith(prefix)) return;
      const stored = this.#byKey.get(key);
      if (stored !== undefined) yield [key, stored];
    }
  }

  /** Where the key is, or would be put. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
