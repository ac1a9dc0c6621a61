import type { Series } from "./registry.ts";
import { bucketBoundsMs } from "./registry.ts";

const requests = "tidegate_gateway_requests_total";
const duration = "tidegate_gateway_request_duration_seconds";

/** All series in the text format of Prometheus. */
export function renderMetrics(all: Iterable<Series>): string {
  const counters: string[] = [];
  const histograms: string[] = [];
  for (const series of all) {
    const labels = labelText(series);
    for (const { code, source, value } of series.counts.values()) {
      counters.push(`${requests}{${labels},code="${code}",source="${source}"} ${value}\n`);
    }
    if (series.observations > 0) histograms.push(histogramText(series, labels));
  }
  return [
    `# HELP ${requests} Requests by the backend that was chosen for them, by status code and by who answered.\n`,
    `# TYPE ${requests} counter\n`,
    ...counters,
    `# HELP ${duration} Time from the head of the request to the end of the response; aborted requests are left out.\n`,
    `# TYPE ${duration} histogram\n`,
    ...histograms,
  ].join("");
}

function histogramText(series: Series, labels: string): string {
  let text = "";
  let sum = 0;
  for (const [index, bound] of bucketBoundsMs.entries()) {
    sum += series.buckets[index] ?? 0;
    text += `${duration}_bucket{${labels},le="${bound / 1000}"} ${sum}\n`;
  }
  text += `${duration}_bucket{${labels},le="+Inf"} ${series.observations}\n`;
  text += `${duration}_sum{${labels}} ${series.sumMs / 1000}\n`;
  return `${text}${duration}_count{${labels}} ${series.observations}\n`;
}

function labelText({ labels, mirror }: Series): string {
  return [
    `namespace="${escapeLabel(labels.namespace)}"`,
    `route="${escapeLabel(labels.route)}"`,
    `rule="${escapeLabel(labels.rule)}"`,
    `backend_namespace="${escapeLabel(labels.backendNamespace)}"`,
    `service="${escapeLabel(labels.service)}"`,
    `port="${escapeLabel(labels.port)}"`,
    `mirror="${mirror}"`,
  ].join(",");
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
