import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IncomingMessage } from "node:http";
import { ApiError } from "../wire/apiError.ts";
import type { UserInfo } from "../wire/resource.ts";

const masters = "system:masters";
const authenticated = "system:authenticated";
const anonymous: UserInfo = { username: "system:anonymous", groups: ["system:unauthenticated"] };

/** Who may ask: the bearer tokens that are let in, and the users whom the administrator may stand in for. */
export class Users {
  readonly adminToken: string;
  readonly #byToken = new Map<string, UserInfo>();

  constructor(adminToken: string) {
    this.adminToken = adminToken;
    this.add(adminToken, { username: "tidegate-admin", groups: [masters] });
  }

  add(token: string, user: UserInfo): void {
    this.#byToken.set(token, { ...user, groups: [...new Set([...user.groups, authenticated])] });
  }

  /** Who sent the request. Throws 401 for a token that nobody has, 403 for an impersonation that is not allowed. */
  authenticate(request: IncomingMessage): UserInfo {
    const user = this.#bearer(request.headers.authorization);
    const impersonated = request.headers["impersonate-user"];
    if (typeof impersonated !== "string" || impersonated === "") return user;
    if (!user.groups.includes(masters)) {
      const message = `users "${impersonated}" is forbidden: User "${user.username}" cannot impersonate resource "users" in API group "" at the cluster scope`;
      throw new ApiError(403, "Forbidden", message, { name: impersonated, kind: "users" });
    }
    return impersonatedUser(impersonated, request);
  }

  #bearer(header: string | undefined): UserInfo {
    const token = /^Bearer\s+(\S+)$/i.exec(header ?? "")?.[1];
    if (token === undefined) return anonymous;
    const user = this.#byToken.get(token);
    if (user === undefined) throw new ApiError(401, "Unauthorized", "Unauthorized");
    return user;
  }

  /** Users with a token may do everything; somebody who was only named in an impersonation may do nothing. */
  readonly mayAct = (user: UserInfo): boolean => {
    if (user.groups.includes(masters)) return true;
    return [...this.#byToken.values()].some((known) => known.username === user.username);
  };
}

function impersonatedUser(username: string, request: IncomingMessage): UserInfo {
  const groups = request.headersDistinct["impersonate-group"] ?? [];
  return { username, groups: [...new Set([...groups, authenticated])] };
}

/** The administrator's token, kept in the state directory and made at the first start. */
export function loadAdminToken(stateDir: string): string {
  const file = join(stateDir, "admin.token");
  const kept = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (kept !== "") return kept;
  const token = randomBytes(24).toString("base64url");
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return token;
}
