import type { AnyObject } from "../../api/object.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { AccessAttributes, Admission } from "../admission/admission.ts";
import type { Store } from "../store/store.ts";
import type { PodLogs } from "../wire/podLogs.ts";
import type { UserInfo } from "../wire/resource.ts";
import type { Registry, Served } from "./registry.ts";

export type Authorize = (user: UserInfo, attributes: AccessAttributes) => boolean;

/** What request handlers work with. */
export type Context = {
  readonly store: Store;
  readonly registry: Registry;
  readonly admission: Admission;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly random: Random;
  readonly podLogs: () => PodLogs | undefined;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
};

export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** One request for a resource, read and authorised. */
export type Call = {
  readonly served: Served;
  readonly namespace: string | undefined;
  /** Empty for requests to the collection. */
  readonly name: string;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly user: UserInfo;
  /** The field manager of a write: as asked for, or from the user agent. */
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Texts of the `Warning` headers to answer with. */
  readonly warnings: string[];
};

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The object with the apiVersion of the request; shared when it has it already. */
export function inVersion(object: AnyObject, apiVersion: string): AnyObject {
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
