const finestMs = 0.1;
const growth = 1.05;
const bucketCount = 250;

/** Latencies in buckets of 5 %: bounded memory, quantiles within 5 %. */
export type Latencies = {
  add(ms: number): void;
  /** The smallest bound that so much of the answers stayed within; 0 when there are none. */
  quantile(share: number): number;
  readonly max: number;
};

export function createLatencies(): Latencies {
  const buckets = new Uint32Array(bucketCount);
  let count = 0;
  let max = 0;
  return {
    add(ms) {
      const index = ms <= finestMs ? 0 : Math.ceil(Math.log(ms / finestMs) / Math.log(growth));
      const bucket = Math.min(bucketCount - 1, index);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      count += 1;
      max = Math.max(max, ms);
    },
    quantile(share) {
      const wanted = Math.ceil(count * share);
      let seen = 0;
      for (const [index, amount] of buckets.entries()) {
        seen += amount;
        if (seen >= wanted && seen > 0) return Math.min(max, finestMs * growth ** index);
      }
      return 0;
    },
    get max() {
      return max;
    },
  };
}
