import type { EndpointSlice } from "../apiTypes.ts";
import type { Endpoint } from "../routeTable.ts";
import { compareText } from "./precedence.ts";

/**
 * The endpoints of one Service port. Ready ones; only when there is none, those that end but still serve.
 * An absent `ready` counts as ready, as the EndpointSlice API says.
 */
export function endpointsOf(slices: readonly EndpointSlice[], portName: string | undefined): Endpoint[] {
  const ready = new Map<string, Endpoint>();
  const ending = new Map<string, Endpoint>();
  for (const slice of slices) {
    const port = slice.ports?.find((candidate) => (candidate.name ?? "") === (portName ?? ""))?.port;
    if (port === undefined || slice.addressType === "FQDN") continue;
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      const [address] = addresses;
      if (address === undefined) continue;
      if (conditions?.ready !== false) ready.set(`${address} ${port}`, { address, port });
      else if (conditions.serving === true && conditions.terminating === true)
        ending.set(`${address} ${port}`, { address, port });
    }
  }
  const chosen = ready.size > 0 ? ready : ending;
  return [...chosen.values()].toSorted((a, b) => compareText(a.address, b.address) || a.port - b.port);
}
