/** The part of a package-lock.json (version 3) that this is about. */
export type Lockfile = { packages: Record<string, LockedPackage> };

export type LockedPackage = {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

const systems = ["darwin", "android", "win32", "linux", "freebsd", "openharmony", "openbsd", "netbsd"];
const processors = ["arm64", "x64", "ia32", "ppc64", "riscv64", "s390x", "loong64", "wasm32", "arm"];

/**
 * Adds the packages of other platforms that npm leaves out of a lockfile when the registry at hand does not carry
 * them, and without which `npm ci` refuses the lockfile. Returns their paths; the lockfile is changed.
 */
export function completeLockfile(lockfile: Lockfile): string[] {
  const added: string[] = [];
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lockfile.packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      if (isFound(lockfile, path, name)) continue;
      const at = `node_modules/${name}`;
      lockfile.packages[at] = {
        version: range.replace(/^[\^~]/, ""),
        ...(dev === true ? { dev } : {}),
        optional: true,
        ...platformOf(name),
      };
      added.push(at);
    }
  }
  lockfile.packages = Object.fromEntries(Object.entries(lockfile.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return added;
}

/** As Node looks a package up: beside the dependent, then further and further out. */
function isFound({ packages }: Lockfile, path: string, name: string): boolean {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf("node_modules/") - 1))) {
    if (packages[`${base === "" ? "" : `${base}/`}node_modules/${name}`] !== undefined) return true;
    if (base === "") return false;
  }
}

/** Packages with native code are named after what they run on. */
function platformOf(name: string): Pick<LockedPackage, "os" | "cpu" | "libc"> {
  const words = (name.split("/").at(-1) ?? "").split("-");
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  const libc =
    os !== "linux"
      ? undefined
      : words.some((word) => word.includes("musl"))
        ? "musl"
        : words.some((word) => word.includes("gnu"))
          ? "glibc"
          : undefined;
  return {
    ...(os === undefined ? {} : { os: [os] }),
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
  };
}
