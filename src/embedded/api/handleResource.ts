import type { AnyObject } from "../../api/object.ts";
import type { Stored } from "../store/types.ts";
import type { UserInfo } from "../wire/resource.ts";
import type { View } from "./accept.ts";
import { parseBody, requireDocumentType } from "./body.ts";
import type { Call, Context } from "./context.ts";
import { createObject } from "./create.ts";
import { deleteObject, readDeleteOptions, type Deleted } from "./deletion.ts";
import { badRequest, methodNotAllowed, noSuchResource, notServed } from "./errors.ts";
import { recordOf } from "./json.ts";
import { finalizeNamespace } from "./namespaces.ts";
import { patchObject, patchTypeOf, requireManager } from "./patch.ts";
import { bindPod, evictPod, unservedPodSubresources } from "./podSubresources.ts";
import { includeObjectOf, presentList, presentObject, presentStored, type Presentation } from "./present.ts";
import { getObject, listObjects, selectorOf } from "./read.ts";
import { protobufMediaType } from "./protobuf/decodeProtobuf.ts";
import type { Served } from "./registry.ts";
import type { Route } from "./route.ts";
import { getScale, patchScale, replaceScale, scaleDefinition } from "./scale.ts";
import { replaceObject } from "./update.ts";
import { subresourcesOf } from "./discovery.ts";
import { isNamespace, isPod } from "./kindRules.ts";
import { readWriteParameters, type OptionsKind } from "./writeParameters.ts";

export type ResourceRoute = Extract<Route, { kind: "resource" }>;

export type ResourceRequest = {
  readonly method: string;
  readonly served: Served;
  readonly route: ResourceRoute;
  readonly query: URLSearchParams;
  readonly user: UserInfo;
  readonly userAgent: string;
  readonly mediaType: string;
  readonly body: Buffer;
  readonly view: View;
  readonly warnings: string[];
};

export type TextAnswer = { readonly code: number; readonly text: string };

/** Answers every request for resources but watches and logs, which stream. Throws ApiError. */
export function handleResource(context: Context, request: ResourceRequest): TextAnswer {
  const { method, route } = request;
  checkSubresource(request);
  if (route.name === undefined) return handleCollection(context, request);
  switch (method) {
    case "GET":
      return read(context, request);
    case "PUT":
      return replace(context, request);
    case "PATCH":
      return patch(context, request);
    case "DELETE":
      return remove(context, request);
    case "POST":
      return act(context, request);
    default:
      throw methodNotAllowed();
  }
}

function handleCollection(context: Context, request: ResourceRequest): TextAnswer {
  switch (request.method) {
    case "GET":
      return { code: 200, text: presentList(presentation(context, request), listObjects(context, readCall(request))) };
    case "POST": {
      requireDocumentType(request.mediaType, request.served.definition.builtIn);
      const call = writeCall(request, "CreateOptions");
      requireNamespace(request);
      return { code: 201, text: presented(context, request, createObject(context, call, document(request))) };
    }
    case "DELETE":
      return removeCollection(context, request);
    default:
      throw methodNotAllowed();
  }
}

/** Content of a namespaced kind is made in a namespace. */
function requireNamespace({ served, route }: ResourceRequest): void {
  if (served.definition.namespaced && route.namespace === undefined) throw methodNotAllowed();
}

function checkSubresource({ served, route }: ResourceRequest): void {
  const { subresource } = route;
  if (subresource === undefined) return;
  const known = subresourcesOf(served.definition).some(({ name }) => name === subresource);
  if (known) return;
  const first = subresource.split("/")[0] ?? "";
  const refusal = isPod(served.definition) ? unservedPodSubresources[first] : undefined;
  if (refusal !== undefined) throw notServed(refusal);
  if (served.definition.builtIn && served.definition.plural === "serviceaccounts" && first === "token") {
    throw notServed("Tidegate's embedded cluster issues no service account tokens");
  }
  if (served.definition.builtIn && first === "proxy")
    throw notServed("Tidegate's embedded cluster does not serve proxy");
  throw noSuchResource();
}

function read(context: Context, request: ResourceRequest): TextAnswer {
  const call = readCall(request);
  if (call.subresource === "scale") return scaleAnswer(context, request, getScale(context, call));
  if (call.subresource !== undefined && call.subresource !== "status") throw methodNotAllowed();
  return { code: 200, text: presentStored(presentation(context, request), getObject(context, call)) };
}

function replace(context: Context, request: ResourceRequest): TextAnswer {
  requireDocumentType(request.mediaType, request.served.definition.builtIn);
  const call = writeCall(request, "UpdateOptions");
  const body = document(request);
  if (call.subresource === "scale") return scaleAnswer(context, request, replaceScale(context, call, body));
  if (call.subresource === "finalize" && isNamespace(call.served.definition)) {
    return { code: 200, text: presented(context, request, finalizeNamespace(context, call, body)) };
  }
  if (call.subresource !== undefined && call.subresource !== "status") throw methodNotAllowed();
  const { object, created } = replaceObject(context, call, body);
  return { code: created ? 201 : 200, text: presented(context, request, object) };
}

function patch(context: Context, request: ResourceRequest): TextAnswer {
  const type = patchTypeOf(request.mediaType, request.served.definition);
  const call = writeCall(request, "PatchOptions");
  if (type === "apply") requireManager(request.query);
  const body = document(request);
  if (call.subresource === "scale") return scaleAnswer(context, request, patchScale(context, call, type, body));
  if (call.subresource !== undefined && call.subresource !== "status") throw methodNotAllowed();
  const { object, created } = patchObject(context, call, type, body);
  return { code: created ? 201 : 200, text: presented(context, request, object) };
}

function remove(context: Context, request: ResourceRequest): TextAnswer {
  if (request.route.subresource !== undefined) throw methodNotAllowed();
  const body = parseBody(request.body, request.mediaType);
  const call = writeCall(request, "DeleteOptions", recordOf(body)["dryRun"]);
  const options = readDeleteOptions(body, request.query);
  const deleted = deleteObject(context, call, options);
  const code = !deleted.gone && options.orphanDependents === false ? 202 : 200;
  if (deleted.answer === "object") return { code, text: presented(context, request, deleted.object) };
  return { code, text: `${JSON.stringify(deletedStatus(call, deleted))}\n` };
}

function deletedStatus(call: Call, { object }: Deleted): object {
  const { group, plural } = call.served.definition;
  const details = { name: call.name, ...(group === "" ? {} : { group }), kind: plural, uid: object.metadata.uid };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

function removeCollection(context: Context, request: ResourceRequest): TextAnswer {
  if (isNamespace(request.served.definition)) throw methodNotAllowed();
  const body = parseBody(request.body, request.mediaType);
  const call = writeCall(request, "DeleteOptions", recordOf(body)["dryRun"]);
  const matches = selectorOf(call);
  const options = { ...readDeleteOptions(body, request.query), uid: undefined, resourceVersion: undefined };
  const chosen = [...context.store.entries(call.served.collection, call.namespace)].map(([, stored]) => stored);
  const items: Stored[] = chosen.filter(({ object }) => matches?.(object) ?? true);
  for (const { object } of items)
    deleteObject(context, { ...call, namespace: object.metadata.namespace, name: object.metadata.name }, options);
  const meta = { resourceVersion: String(context.store.revision) };
  return { code: 200, text: presentList(presentation(context, request), { items, meta }) };
}

function act(context: Context, request: ResourceRequest): TextAnswer {
  const { subresource } = request.route;
  if (subresource === undefined || !isPod(request.served.definition)) throw methodNotAllowed();
  const call = writeCall(request, "CreateOptions");
  const answer = subresource === "binding" ? bindPod : subresource === "eviction" ? evictPod : undefined;
  if (answer === undefined) throw methodNotAllowed();
  return { code: 201, text: `${JSON.stringify(answer(context, call, document(request)))}\n` };
}

function document(request: ResourceRequest): unknown {
  const body = parseBody(request.body, request.mediaType);
  if (body === undefined) throw badRequest("the request has no body");
  return body;
}

/** The call of a request that changes nothing. */
export function readCall(request: ResourceRequest): Call {
  return callOf(request, { dryRun: false, fieldValidation: "Ignore", manager: "" });
}

function writeCall(request: ResourceRequest, kind: OptionsKind, bodyDryRun?: unknown): Call {
  const parameters = readWriteParameters(request.query, kind, request.userAgent, bodyDryRun);
  // Protobuf names no fields, so none can be unknown.
  return callOf(
    request,
    request.mediaType === protobufMediaType ? { ...parameters, fieldValidation: "Ignore" } : parameters,
  );
}

function callOf(request: ResourceRequest, parameters: Pick<Call, "dryRun" | "fieldValidation" | "manager">): Call {
  const { served, route, query, user, warnings } = request;
  return {
    served,
    namespace: route.namespace,
    name: route.name ?? "",
    subresource: route.subresource,
    query,
    user,
    warnings,
    ...parameters,
  };
}

function presentation(context: Context, { served, view, query }: ResourceRequest): Presentation {
  return { definition: served.definition, view, includeObject: includeObjectOf(query), now: context.clock.now() };
}

function presented(context: Context, request: ResourceRequest, object: AnyObject): string {
  return presentObject(presentation(context, request), object);
}

function scaleAnswer(context: Context, request: ResourceRequest, scale: AnyObject): TextAnswer {
  const definition = scaleDefinition(request.served.definition);
  return { code: 200, text: presentObject({ ...presentation(context, request), definition }, scale) };
}
