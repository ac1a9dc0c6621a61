import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../../../testing/fakes/clock.ts";
import { countAnswer, createMetricsRegistry, observeDuration } from "./registry.ts";
import { renderMetrics } from "./render.ts";

const labels = { namespace: "prod", route: "shop", rule: "0", backendNamespace: "prod", service: "shop", port: "80" };
const text = 'namespace="prod",route="shop",rule="0",backend_namespace="prod",service="shop",port="80"';

describe("metrics", () => {
  it("are rendered with one line per code and source, mirrors apart", () => {
    const registry = createMetricsRegistry(createFakeClock());
    const series = registry.series("k", labels, false);
    for (let index = 0; index < 3; index++) countAnswer(series, 200, "backend");
    countAnswer(series, 503, "gateway");
    countAnswer(registry.series("k", labels, true), 200, "backend");
    const lines = renderMetrics(registry.all()).split("\n");
    expect(lines).toContain(`tidegate_gateway_requests_total{${text},mirror="false",code="200",source="backend"} 3`);
    expect(lines).toContain(`tidegate_gateway_requests_total{${text},mirror="false",code="503",source="gateway"} 1`);
    expect(lines).toContain(`tidegate_gateway_requests_total{${text},mirror="true",code="200",source="backend"} 1`);
  });

  it("have cumulative buckets in seconds", () => {
    const registry = createMetricsRegistry(createFakeClock());
    for (const ms of [0.5, 1, 7, 20_000]) observeDuration(registry.series("k", labels, false), ms);
    const rendered = renderMetrics(registry.all());
    expect(rendered).toContain('le="0.001"} 2\n');
    expect(rendered).toContain('le="0.0075"} 3\n');
    expect(rendered).toContain('le="10"} 3\n');
    expect(rendered).toContain('le="+Inf"} 4\n');
    expect(rendered).toContain("_sum{" + text + ',mirror="false"} 20.0085\n');
  });

  it("escape what would end a label", () => {
    const registry = createMetricsRegistry(createFakeClock());
    countAnswer(registry.series("k", { ...labels, rule: 'a"b\\c\nd' }, false), 200, "backend");
    expect(renderMetrics(registry.all())).toContain('rule="a\\"b\\\\c\\nd"');
  });

  it("keep a series for ten minutes after its backend left the table", async () => {
    const clock = createFakeClock();
    const registry = createMetricsRegistry(clock);
    countAnswer(registry.series("k", labels, false), 200, "backend");
    registry.retain(new Set());
    await clock.advance(599_000);
    expect([...registry.all()]).toHaveLength(1);
    await clock.advance(1000);
    expect([...registry.all()]).toHaveLength(0);
  });

  it("go on counting in a series that came back in time", async () => {
    const clock = createFakeClock();
    const registry = createMetricsRegistry(clock);
    countAnswer(registry.series("k", labels, false), 200, "backend");
    registry.retain(new Set());
    await clock.advance(300_000);
    registry.retain(new Set(["k"]));
    await clock.advance(600_000);
    expect(registry.series("k", labels, false).counts.get("200 backend")?.value).toBe(1);
  });

  it("bound the codes that a backend can make up", () => {
    const series = createMetricsRegistry(createFakeClock()).series("k", labels, false);
    for (let code = 200; code < 600; code++) countAnswer(series, code, "backend");
    expect(series.counts.size).toBeLessThanOrEqual(64 + 6);
    expect([...series.counts.values()].reduce((sum, { value }) => sum + value, 0)).toBe(400);
  });
});
