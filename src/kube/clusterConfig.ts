/** One cluster and how to be somebody there: what `createClient` needs. Certificates and keys are PEM text. */
export type ClusterConfig = {
  /** `https://host:port[/prefix]`; `http://` is accepted for loopback test servers and `kubectl proxy`. */
  readonly server: string;
  /** Of the context; `default` when it names none. */
  readonly namespace: string;
  readonly context?: string | undefined;
  readonly tls?: TlsConfig | undefined;
  readonly user?: UserConfig | undefined;
  /** `http://[user:password@]host:port` of a proxy that understands CONNECT. */
  readonly proxyUrl?: string | undefined;
  /** Where it was read, for messages. */
  readonly source?: string | undefined;
};

export type TlsConfig = {
  readonly caPem?: string | undefined;
  /** The name to expect in the server's certificate, where it is not the host of `server`. */
  readonly serverName?: string | undefined;
  readonly insecureSkipVerify?: boolean | undefined;
};

/** All that is there applies; of several ways to send an `Authorization` header the first of this order wins. */
export type UserConfig = {
  readonly exec?: ExecConfig | undefined;
  /** Read again each minute, because kubelets rotate it. */
  readonly tokenFile?: string | undefined;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly certificatePem?: string | undefined;
  readonly keyPem?: string | undefined;
  readonly impersonate?: Impersonation | undefined;
};

export type Impersonation = {
  readonly user: string;
  readonly uid?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
};

/** A credential plugin of client.authentication.k8s.io. */
export type ExecConfig = {
  readonly apiVersion: "client.authentication.k8s.io/v1" | "client.authentication.k8s.io/v1beta1";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly interactiveMode: "Never" | "IfAvailable" | "Always";
  readonly provideClusterInfo: boolean;
  readonly installHint?: string | undefined;
  /** The cluster's `client.authentication.k8s.io/exec` extension, handed through. */
  readonly clusterExtension?: unknown;
};
