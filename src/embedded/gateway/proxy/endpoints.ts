import { Agent } from "node:http";
import type { Endpoint, RouteTable } from "../routeTable.ts";

/** One endpoint with its own pool of kept connections. */
export type EndpointPool = {
  readonly key: string;
  readonly address: string;
  readonly port: number;
  readonly agent: Agent;
  /** Requests under way. */
  inFlight: number;
  /** No table names it any more. */
  removed: boolean;
};

export type ServicePool = { endpoints: readonly EndpointPool[]; turn: number };

export type EndpointPools = {
  /** Undefined for a service that no table named. */
  service(key: string): ServicePool | undefined;
  /** Takes the endpoints of the table; those gone finish what they have under way and lose their idle connections. */
  swap(table: RouteTable): void;
  release(endpoint: EndpointPool): void;
  close(): void;
};

/** Idle connections are given up before common servers do (5 s), so that a request seldom meets one that just closes. */
const idleMs = 4000;
const maxIdleConnections = 128;

export function createEndpointPools(): EndpointPools {
  let services = new Map<string, ServicePool>();
  let pools = new Map<string, EndpointPool>();

  function retire(pool: EndpointPool): void {
    if (pool.removed && pool.inFlight === 0) pool.agent.destroy();
  }

  return {
    service: (key) => services.get(key),
    swap(table) {
      const nextPools = new Map<string, EndpointPool>();
      const nextServices = new Map<string, ServicePool>();
      for (const [key, endpoints] of table.services) {
        // A service keeps its pool object, so that a request under way retries among the endpoints of now.
        const service = services.get(key) ?? { endpoints: [], turn: 0 };
        service.endpoints = endpoints.map((endpoint) => {
          const poolKey = `${endpoint.address} ${endpoint.port}`;
          const pool = nextPools.get(poolKey) ?? pools.get(poolKey) ?? openPool(endpoint, poolKey);
          nextPools.set(poolKey, pool);
          return pool;
        });
        nextServices.set(key, service);
      }
      const gone = [...pools.values()].filter((pool) => !nextPools.has(pool.key));
      pools = nextPools;
      services = nextServices;
      for (const pool of gone) {
        pool.removed = true;
        closeIdle(pool.agent);
        retire(pool);
      }
    },
    release(endpoint) {
      endpoint.inFlight--;
      retire(endpoint);
    },
    close() {
      for (const pool of pools.values()) pool.agent.destroy();
    },
  };
}

function openPool({ address, port }: Endpoint, key: string): EndpointPool {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: maxIdleConnections, scheduling: "lifo", timeout: idleMs });
  return { key, address, port, agent, inFlight: 0, removed: false };
}

function closeIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
