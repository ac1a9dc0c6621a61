import { stringify } from "yaml";

/** A kubeconfig with one cluster, one user and one context, everything inside. */
export function kubeconfigText(of: { readonly url: string; readonly caPem: string; readonly token: string }): string {
  const name = "tidegate";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name, cluster: { server: of.url, "certificate-authority-data": Buffer.from(of.caPem).toString("base64") } },
    ],
    users: [{ name: "tidegate-admin", user: { token: of.token } }],
    contexts: [{ name, context: { cluster: name, user: "tidegate-admin", namespace: "default" } }],
    "current-context": name,
  });
}
