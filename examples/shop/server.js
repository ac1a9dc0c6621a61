// The shop: one HTTP service that counts its own requests. What a version does wrong is told by its environment, as a
// bug would be told by its code.
import { createServer } from "node:http";

const { POD_IP = "127.0.0.1", PORT = "8080", VERSION = "1", ERROR_RATE = "0", EXTRA_LATENCY_MS = "0" } = process.env;
const errorRate = Number(ERROR_RATE);
const extraLatencyMs = Number(EXTRA_LATENCY_MS);
const boundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const buckets = [...boundaries, Infinity].map(() => 0);
const requests = { 200: 0, 500: 0 };
let seconds = 0;

const server = createServer((request, response) => {
  if (request.url === "/healthz") {
    response.end("ok\n");
    return;
  }
  if (request.url === "/metrics") {
    response.end(metrics());
    return;
  }
  const started = performance.now();
  // An order takes a few milliseconds, sometimes ten times as many.
  const workMs = 2 + Math.random() * 4 + (Math.random() < 0.02 ? 30 : 0) + extraLatencyMs;
  setTimeout(() => answer(response, started), workMs);
});

function answer(response, started) {
  const code = Math.random() < errorRate ? 500 : 200;
  response.writeHead(code, { "content-type": "application/json", "x-shop-version": VERSION });
  response.end(
    `${JSON.stringify(code === 200 ? { shop: "open", version: VERSION } : { error: "the basket is on fire", version: VERSION })}\n`,
  );
  const took = (performance.now() - started) / 1_000;
  requests[code] += 1;
  seconds += took;
  const bucket = boundaries.findIndex((boundary) => took <= boundary);
  buckets[bucket === -1 ? boundaries.length : bucket] += 1;
}

function metrics() {
  const lines = ["# TYPE http_requests_total counter"];
  for (const [code, count] of Object.entries(requests)) lines.push(`http_requests_total{code="${code}"} ${count}`);
  lines.push("# TYPE http_request_duration_seconds histogram");
  let sum = 0;
  boundaries.forEach((boundary, index) => {
    sum += buckets[index];
    lines.push(`http_request_duration_seconds_bucket{le="${boundary}"} ${sum}`);
  });
  const all = sum + buckets[boundaries.length];
  lines.push(
    `http_request_duration_seconds_bucket{le="+Inf"} ${all}`,
    `http_request_duration_seconds_sum ${seconds}`,
    `http_request_duration_seconds_count ${all}`,
  );
  return `${lines.join("\n")}\n`;
}

server.keepAliveTimeout = 60_000;
server.listen(Number(PORT), POD_IP, () => console.log(`shop ${VERSION} listens on ${POD_IP}:${PORT}`));

// Requests under way are answered; the gateway learns from the readiness of the pod that no new ones are wanted.
process.on("SIGTERM", () => {
  console.log("shop closes");
  setTimeout(() => server.close(() => process.exit(0)), 300);
  setTimeout(() => server.closeIdleConnections(), 400);
  setTimeout(() => process.exit(0), 3_000);
});
