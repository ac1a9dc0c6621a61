import type { StoreEvent } from "./types.ts";

/** The last events of all collections, so that a watch can go on where it was. Bounded. */
export class EventLog {
  readonly #capacity: number;
  #events: StoreEvent[] = [];
  #horizon: number;

  /** `horizon`: the revision up to which nothing is known. */
  constructor(horizon: number, capacity: number) {
    this.#horizon = horizon;
    this.#capacity = capacity;
  }

  /** Events up to this revision are gone. */
  get horizon(): number {
    return this.#horizon;
  }

  append(event: StoreEvent): void {
    this.#events.push(event);
    // Cut in blocks, so that an append costs the same on average.
    if (this.#events.length < this.#capacity * 1.25) return;
    const cut = this.#events.length - this.#capacity;
    this.#horizon = this.#events[cut - 1]?.revision ?? this.#horizon;
    this.#events = this.#events.slice(cut);
  }

  /** Forgets everything. */
  compact(revision: number): void {
    this.#events = [];
    this.#horizon = revision;
  }

  /** Events of the collection after the revision, oldest first; undefined when some of them are gone. */
  since(collection: string, revision: number): StoreEvent[] | undefined {
    if (revision < this.#horizon) return undefined;
    return this.#events.slice(this.#firstAfter(revision)).filter((event) => event.collection === collection);
  }

  #firstAfter(revision: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
