import { connect } from "node:net";
import type { Clock } from "../../../ports/clock.ts";
import type { EndpointPool } from "./endpoints.ts";

const probeTimeoutMs = 500;

/**
 * Whether the endpoint takes connections. Tells a server that has gone, whose waiting connections the system resets,
 * from one that closes them by a fault of its own. Never rejects.
 */
export function stillListens(endpoint: Pick<EndpointPool, "address" | "port">, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(endpoint.port, endpoint.address);
    const cancel = clock.schedule(probeTimeoutMs, () => settle(false));
    function settle(listens: boolean): void {
      cancel();
      socket.destroy();
      resolve(listens);
    }
    socket.once("connect", () => settle(true));
    socket.on("error", () => settle(false));
  });
}
