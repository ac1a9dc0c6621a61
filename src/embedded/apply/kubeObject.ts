import type { AnyObject } from "../../api/object.ts";
import { isObject } from "./shape.ts";

/** Whether there is at least metadata, which is what apply and admission rely on. */
export function isKubeObject(value: unknown): value is AnyObject {
  return isObject(value) && isObject(value["metadata"]);
}
