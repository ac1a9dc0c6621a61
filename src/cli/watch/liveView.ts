/** A block of lines that is drawn over itself. */
export type LiveView = {
  draw(lines: readonly string[]): void;
  /** Leaves the last picture standing. */
  end(): void;
};

type Screen = { readonly columns?: number; write(text: string): unknown };

export function createLiveView(out: Screen): LiveView {
  let height = 0;
  let last = "";
  return {
    draw(lines) {
      const width = (out.columns ?? 100) - 1;
      const text = lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line)).join("\n");
      if (text === last) return;
      const up = height === 0 ? "" : `\u001B[${height}A`;
      out.write(`${up}\u001B[0J${text}\n`);
      height = lines.length;
      last = text;
    },
    end() {
      height = 0;
      last = "";
    },
  };
}
