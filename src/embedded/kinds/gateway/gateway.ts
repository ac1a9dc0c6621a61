import type { Schema } from "../../wire/resource.ts";
import {
  apiGroup,
  atomicList,
  choice,
  conditions,
  controllerName,
  fields,
  group,
  hostname,
  kindName,
  labelSelector,
  labels,
  listByKey,
  namespaceName,
  objectName,
  port,
  rules,
  sectionName,
  text,
} from "./parts.ts";

const certificateRef = fields(
  "A Secret with certificate and key.",
  {
    group: { ...apiGroup, default: "" },
    kind: { ...kindName, default: "Secret" },
    name: objectName,
    namespace: namespaceName,
  },
  ["name"],
);

const tls = fields(
  "How TLS is ended.",
  {
    mode: choice("Whether the Gateway ends TLS or passes it through.", ["Terminate", "Passthrough"], {
      default: "Terminate",
    }),
    certificateRefs: atomicList("Certificates to show.", certificateRef, 64),
    options: labels("Options of the implementation.", 16),
  },
  [],
  rules([
    "certificateRefs or options must be specified when mode is Terminate",
    "self.mode == 'Terminate' ? size(self.?certificateRefs.orValue([])) > 0 || size(self.?options.orValue({})) > 0 : true",
  ]),
);

const allowedRoutes = fields(
  "Which routes may attach.",
  {
    namespaces: fields(
      "Namespaces of the routes.",
      {
        from: choice("All, those selected, or the Gateway's own.", ["All", "Selector", "Same"], { default: "Same" }),
        selector: labelSelector,
      },
      [],
      { default: { from: "Same" } },
    ),
    kinds: atomicList(
      "Kinds of the routes; all that fit the protocol by default.",
      fields("A kind.", { group: { ...apiGroup, default: group }, kind: kindName }, ["kind"]),
      8,
    ),
  },
  [],
  { default: { namespaces: { from: "Same" } } },
);

const listener = fields(
  "A port that takes connections.",
  {
    name: { ...sectionName, description: "Name of the listener, unique in the Gateway." },
    hostname: { ...hostname, description: "Hosts that the listener takes; all by default." },
    port,
    protocol: text("HTTP, HTTPS, TLS, TCP or UDP.", {
      minLength: 1,
      maxLength: 255,
      pattern:
        "^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9]+$",
    }),
    tls,
    allowedRoutes,
  },
  ["name", "port", "protocol"],
);

const listenerRules = rules(
  [
    "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
    "self.all(l, l.protocol in ['HTTP', 'TCP', 'UDP'] ? !has(l.tls) : true)",
  ],
  [
    "tls mode must be Terminate for protocol HTTPS",
    "self.all(l, (l.protocol == 'HTTPS' && has(l.tls)) ? (l.tls.mode == '' || l.tls.mode == 'Terminate') : true)",
  ],
  [
    "hostname must not be specified for protocols ['TCP', 'UDP']",
    "self.all(l, l.protocol in ['TCP', 'UDP'] ? (!has(l.hostname) || l.hostname == '') : true)",
  ],
  ["Listener name must be unique within the Gateway", "self.all(l1, self.exists_one(l2, l1.name == l2.name))"],
  [
    "Combination of port, protocol and hostname must be unique for each listener",
    "self.all(l1, self.exists_one(l2, l1.port == l2.port && l1.protocol == l2.protocol && (has(l1.hostname) && has(l2.hostname) ? l1.hostname == l2.hostname : !has(l1.hostname) && !has(l2.hostname))))",
  ],
);

const address = fields("An address of the Gateway.", {
  type: text("IPAddress or Hostname.", { default: "IPAddress", minLength: 1, maxLength: 253 }),
  value: text("The address.", { maxLength: 253 }),
});

const parametersRef = { group: apiGroup, kind: kindName, name: objectName };

const infrastructure = fields("What is made for the Gateway.", {
  labels: labels("Labels of it.", 8),
  annotations: labels("Annotations of it.", 8),
  parametersRef: fields("Settings of it.", parametersRef, ["group", "kind", "name"]),
});

const spec = fields(
  "Where the Gateway listens.",
  {
    gatewayClassName: { ...objectName, description: "GatewayClass that says who runs the Gateway." },
    listeners: listByKey("Ports that take connections.", listener, "name", 64, { minItems: 1, ...listenerRules }),
    addresses: atomicList("Addresses asked for.", address, 16),
    infrastructure,
  },
  ["gatewayClassName", "listeners"],
);

const listenerStatus = fields(
  "What became of a listener.",
  {
    name: sectionName,
    supportedKinds: atomicList(
      "Kinds of routes that it takes.",
      fields("A kind.", { group: { ...apiGroup, default: group }, kind: kindName }, ["kind"]),
      8,
    ),
    attachedRoutes: { type: "integer", format: "int32", description: "Number of routes attached." },
    conditions: conditions(),
  },
  ["name", "attachedRoutes", "conditions"],
);

const status = fields(
  "What became of the Gateway.",
  {
    addresses: atomicList("Addresses that it has.", { ...address, required: ["value"] }, 16),
    conditions: conditions("Accepted", "Programmed"),
    listeners: listByKey("By listener.", listenerStatus, "name", 64),
  },
  [],
  { default: { conditions: conditions("Accepted", "Programmed").default } },
);

export const gatewaySchema: Schema = fields("Listens for connections that routes attach to.", { spec, status }, [
  "spec",
]);

const classSpec = fields(
  "Who runs Gateways of the class.",
  {
    controllerName: { ...controllerName, ...rules(["Value is immutable", "self == oldSelf"]) },
    description: text("What the class is, for humans.", { maxLength: 64 }),
    parametersRef: fields("Settings of the class.", { ...parametersRef, namespace: namespaceName }, [
      "group",
      "kind",
      "name",
    ]),
  },
  ["controllerName"],
);

const classStatus = fields(
  "What became of the class.",
  {
    conditions: conditions("Accepted"),
    supportedFeatures: listByKey(
      "Features of the implementation.",
      fields("A feature.", { name: text("Its name.") }, ["name"]),
      "name",
      64,
    ),
  },
  [],
  { default: { conditions: conditions("Accepted").default } },
);

export const gatewayClassSchema: Schema = fields(
  "A kind of Gateways, by who runs them.",
  { spec: classSpec, status: classStatus },
  ["spec"],
);

const from = fields("Who may refer.", { group: apiGroup, kind: kindName, namespace: namespaceName }, [
  "group",
  "kind",
  "namespace",
]);
const to = fields("To what.", { group: apiGroup, kind: kindName, name: objectName }, ["group", "kind"]);

export const referenceGrantSchema: Schema = fields("Lets objects of other namespaces refer to some of this one.", {
  spec: fields(
    "Who may refer to what.",
    {
      from: atomicList("Who may refer.", from, 16, { minItems: 1 }),
      to: atomicList("To what.", to, 16, { minItems: 1 }),
    },
    ["from", "to"],
  ),
});
