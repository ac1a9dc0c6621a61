import type { AnyObject } from "../../api/object.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import { trackUpdate } from "../apply/trackUpdate.ts";
import { applyDefaults } from "../schema/applyDefaults.ts";
import { validateObject } from "../schema/validateObject.ts";
import type { ResourceDefinition } from "../wire/resource.ts";
import { cannotBeHandled, decodeObject, type Complaint } from "./decode.ts";
import { forbidden, invalid, notFound } from "./errors.ts";
import { cloneJson } from "./json.ts";
import type { Call, Context } from "./context.ts";
import { dedupOwners, validateMeta, validateMetaUpdate } from "./objectMeta.ts";
import { groupVersionOf } from "./registry.ts";

const namespaces = { group: "", plural: "namespaces", kind: "Namespace" };

/** Decodes, and treats unknown fields as the request wishes: refused, warned of, or ignored. */
export function decodeStrictly(
  call: Call,
  document: unknown,
  complain: Complaint = cannotBeHandled(call.served.definition),
): AnyObject {
  const { object, unknown } = decodeObject(call.served.definition, document, complain);
  const found = unknown.map((path) => `unknown field "${path}"`);
  if (found.length > 0 && call.fieldValidation === "Strict")
    throw complain(`strict decoding error: ${found.join(", ")}`);
  if (call.fieldValidation === "Warn") call.warnings.push(...found);
  return object;
}

/** The object with all defaults; takes the object over. */
export function withDefaults(definition: ResourceDefinition, object: AnyObject): AnyObject {
  const defaulted = applyDefaults(definition.schema, object) as AnyObject;
  definition.strategy.applyDefaults?.(defaulted);
  return defaulted;
}

/** The Namespace that new content goes into. Throws 404 when it does not exist, 403 when it is being deleted. */
export function admitIntoNamespace(context: Context, call: Call, name: string): AnyObject | undefined {
  const { definition } = call.served;
  if (!definition.namespaced || call.namespace === undefined) return undefined;
  const namespace = namespaceObject(context, call);
  if (namespace === undefined) throw notFound(namespaces, call.namespace);
  if (namespace.metadata.deletionTimestamp === undefined) return namespace;
  throw forbidden(
    definition,
    name,
    `unable to create new content in namespace ${call.namespace} because it is being terminated`,
    [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${call.namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  );
}

export function namespaceObject(context: Context, call: Call): AnyObject | undefined {
  return call.namespace === undefined ? undefined : context.store.get("/namespaces", undefined, call.namespace)?.object;
}

export type Admitted = Pick<AdmissionRequest, "operation" | "object" | "oldObject"> & { readonly name: string };

export function admissionRequest(context: Context, call: Call, of: Admitted): AdmissionRequest {
  return {
    ...of,
    definition: call.served.definition,
    subresource: call.subresource,
    namespace: call.namespace,
    user: call.user,
    dryRun: call.dryRun,
    namespaceObject: namespaceObject(context, call),
  };
}

/** Lets the mutating policies change the object; what they made is read and defaulted as if it had been sent. */
export function mutate(context: Context, call: Call, of: Admitted): AnyObject {
  const { definition } = call.served;
  const mutated = context.admission.mutate(admissionRequest(context, call, of));
  if (mutated === of.object) return mutated;
  return withDefaults(definition, decodeObject(definition, mutated, cannotBeHandled(definition)).object);
}

/** Throws 422 with everything that is wrong with the object. */
export function validate(definition: ResourceDefinition, object: AnyObject, old: AnyObject | undefined): void {
  const { strategy } = definition;
  const meta = old === undefined ? [] : validateMetaUpdate(object, old);
  const errors = [
    ...meta,
    ...validateMeta(object, definition),
    // Built-in kinds are judged by their own rules.
    ...(definition.builtIn ? [] : validateObject(definition.schema, object, old)),
    ...(strategy.validate?.(object) ?? []),
    ...(old === undefined ? [] : (strategy.validateUpdate?.(object, old) ?? [])),
  ];
  if (errors.length > 0) throw invalid(definition, object.metadata.name, errors);
}

/** Runs the validating policies and collects all warnings of the write. */
export function admitWrite(context: Context, call: Call, of: Admitted): void {
  call.warnings.push(...context.admission.validate(admissionRequest(context, call, of)).warnings);
  if (of.object !== undefined)
    call.warnings.push(...(call.served.definition.strategy.warnings?.(of.object, of.oldObject) ?? []));
}

export function dropDuplicateOwners(call: Call, object: AnyObject): void {
  const warning = dedupOwners(object.metadata);
  if (warning !== undefined) call.warnings.push(warning);
}

/** The object with its managed fields brought up to date. */
export function track(context: Context, call: Call, object: AnyObject, before: AnyObject | undefined): AnyObject {
  const { definition } = call.served;
  return trackUpdate({
    before,
    after: object,
    schema: definition.schema,
    manager: call.manager,
    apiVersion: groupVersionOf(definition),
    subresource: call.subresource,
    hasStatus: definition.hasStatus,
    now: context.clock.now(),
  });
}

/** A copy that may be changed, with the apiVersion of the request. */
export function editable(object: AnyObject, definition: ResourceDefinition): AnyObject {
  const copy = cloneJson(object);
  copy.apiVersion = groupVersionOf(definition);
  return copy;
}
