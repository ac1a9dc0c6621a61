import type { AnyObject } from "../../src/api/object.ts";
import type { Seen } from "./seen.ts";
import type { World } from "./world.ts";

/** One change, in the world after it. */
export type Moment = { readonly world: World; readonly event: Seen; readonly before: AnyObject | undefined };

/** What is broken by this change, one line each. May remember what it needs of earlier ones. */
export type Judge = (moment: Moment) => readonly string[];

/** A promise of the whole, judged at every revision from the API's objects alone. */
export type Invariant = { readonly name: string; readonly judge: () => Judge };
