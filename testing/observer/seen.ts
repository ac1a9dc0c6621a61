import type { AnyObject } from "../../src/api/object.ts";

/** One revision of one object, as a watch showed it. */
export type Seen = {
  /** The cluster-wide counter at this change. */
  readonly version: bigint;
  readonly kind: string;
  readonly type: "present" | "gone";
  readonly object: AnyObject;
  /** Observer's clock, milliseconds. */
  readonly atMs: number;
};

export type Violation = {
  readonly invariant: string;
  readonly version: string;
  readonly at: string;
  readonly message: string;
};
