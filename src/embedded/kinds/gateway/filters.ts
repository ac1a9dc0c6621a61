import type { Schema } from "../../wire/resource.ts";
import {
  apiGroup,
  atomicList,
  choice,
  fields,
  kindName,
  listByKey,
  namespaceName,
  objectName,
  port,
  preciseHostname,
  rules,
  text,
} from "./parts.ts";

const headerName = text("Name of the header.", {
  minLength: 1,
  maxLength: 256,
  pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
});

const header = fields(
  "A header with its value.",
  { name: headerName, value: text("Value of the header.", { minLength: 1, maxLength: 4096 }) },
  ["name", "value"],
);

function headerModifier(what: string): Schema {
  return fields(`Changes to the headers of the ${what}.`, {
    set: listByKey("Headers to set, instead of what is there.", header, "name", 16),
    add: listByKey("Headers to add to what is there.", header, "name", 16),
    remove: {
      type: "array",
      description: "Headers to take away.",
      items: { type: "string" },
      maxItems: 16,
      "x-kubernetes-list-type": "set",
    },
  });
}

export const backendObject: Record<string, Schema> = {
  group: { ...apiGroup, default: "" },
  kind: { ...kindName, default: "Service" },
  name: objectName,
  namespace: namespaceName,
  port,
};

export const portForService: Schema = rules([
  "Must have port for Service reference",
  "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
]);

const mirror = fields(
  "Sends copies of requests to another backend, whose answers are dropped.",
  {
    backendRef: fields("Where copies go.", backendObject, ["name"], portForService),
    percent: {
      type: "integer",
      format: "int32",
      minimum: 0,
      maximum: 100,
      description: "Share of requests to copy, in percent; all by default.",
    },
    fraction: fields(
      "Share of requests to copy, as a fraction.",
      {
        numerator: { type: "integer", format: "int32", minimum: 0, description: "Requests to copy..." },
        denominator: { type: "integer", format: "int32", minimum: 1, default: 100, description: "...out of so many." },
      },
      ["numerator"],
      rules(["numerator must be less than or equal to denominator", "self.numerator <= self.denominator"]),
    ),
  },
  ["backendRef"],
  rules([
    "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter",
    "!(has(self.percent) && has(self.fraction))",
  ]),
);

const pathModifier = fields(
  "How the path changes.",
  {
    type: choice("Whether the whole path or the matched prefix is replaced.", [
      "ReplaceFullPath",
      "ReplacePrefixMatch",
    ]),
    replaceFullPath: text("The new path.", { maxLength: 1024 }),
    replacePrefixMatch: text("What comes in place of the matched prefix.", { maxLength: 1024 }),
  },
  ["type"],
  rules(
    [
      "replaceFullPath must be specified when type is set to 'ReplaceFullPath'",
      "self.type == 'ReplaceFullPath' ? has(self.replaceFullPath) : true",
    ],
    [
      "type must be 'ReplaceFullPath' when replaceFullPath is set",
      "has(self.replaceFullPath) ? self.type == 'ReplaceFullPath' : true",
    ],
    [
      "replacePrefixMatch must be specified when type is set to 'ReplacePrefixMatch'",
      "self.type == 'ReplacePrefixMatch' ? has(self.replacePrefixMatch) : true",
    ],
    [
      "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set",
      "has(self.replacePrefixMatch) ? self.type == 'ReplacePrefixMatch' : true",
    ],
  ),
);

const redirect = fields("Answers with a redirect.", {
  scheme: choice("Scheme of the new address.", ["http", "https"]),
  hostname: { ...preciseHostname, description: "Host of the new address." },
  path: pathModifier,
  port,
  statusCode: { type: "integer", description: "Status of the answer.", default: 302, enum: [301, 302, 303, 307, 308] },
});

const rewrite = fields("Changes host and path on the way to the backend.", {
  hostname: { ...preciseHostname, description: "Host that the backend sees." },
  path: pathModifier,
});

const extension = fields(
  "A filter of the implementation's own.",
  { group: apiGroup, kind: kindName, name: objectName },
  ["group", "kind", "name"],
);

const members = {
  RequestHeaderModifier: ["requestHeaderModifier", headerModifier("request")],
  ResponseHeaderModifier: ["responseHeaderModifier", headerModifier("response")],
  RequestMirror: ["requestMirror", mirror],
  RequestRedirect: ["requestRedirect", redirect],
  URLRewrite: ["urlRewrite", rewrite],
  ExtensionRef: ["extensionRef", extension],
} as const satisfies Record<string, readonly [string, Schema]>;

const memberRules = Object.entries(members).flatMap(([type, [name]]): [string, string][] => [
  [`filter.${name} must be nil if the filter.type is not ${type}`, `!(has(self.${name}) && self.type != '${type}')`],
  [`filter.${name} must be specified for ${type} filter.type`, `!(!has(self.${name}) && self.type == '${type}')`],
]);

const filter = fields(
  "One change to requests or answers.",
  { type: choice("Which change.", Object.keys(members)), ...Object.fromEntries(Object.values(members)) },
  ["type"],
  rules(...memberRules),
);

const once = ["RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite"].map(
  (type): [string, string] => [`${type} filter cannot be repeated`, `self.filter(f, f.type == '${type}').size() <= 1`],
);

export const filters = atomicList(
  "Changes to requests and answers.",
  filter,
  16,
  rules(
    [
      "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both",
      "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
    ],
    ...once,
  ),
);
