/** Turns the event loop until the condition holds; a test that waits for I/O waits for what it is after. */
export async function until(condition: () => boolean, what = String(condition), limitMs = 3_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it did not come true within ${limitMs} ms: ${what}`);
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
