import type { AnyObject } from "../../api/object.ts";

/** The Gateway API kinds that the embedded gateway serves, as CustomResourceDefinitions. */
export const gatewayApiCustomResourceDefinitions: readonly AnyObject[] = [];
