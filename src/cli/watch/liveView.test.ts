import { describe, expect, it } from "vitest";
import { createLiveView } from "./liveView.ts";

function recorder(columns: number): {
  readonly written: string[];
  readonly out: { columns: number; write(text: string): void };
} {
  const written: string[] = [];
  return { written, out: { columns, write: (text) => void written.push(text) } };
}

describe("the live view", () => {
  it("draws the next picture over the last one", () => {
    const { written, out } = recorder(80);
    const view = createLiveView(out);
    view.draw(["one", "two"]);
    view.draw(["three"]);
    expect(written).toEqual(["\u001B[0Jone\ntwo\n", "\u001B[2A\u001B[0Jthree\n"]);
  });

  it("writes nothing when the picture is the same", () => {
    const { written, out } = recorder(80);
    const view = createLiveView(out);
    view.draw(["one"]);
    view.draw(["one"]);
    expect(written).toHaveLength(1);
  });

  it("cuts lines that would wrap, because a wrapped line breaks the count", () => {
    const { written, out } = recorder(6);
    createLiveView(out).draw(["abcdefgh"]);
    expect(written[0]).toBe("\u001B[0Jabcd…\n");
  });

  it("leaves the last picture standing at the end", () => {
    const { written, out } = recorder(80);
    const view = createLiveView(out);
    view.draw(["one"]);
    view.end();
    view.draw(["two"]);
    expect(written[1]).toBe("\u001B[0Jtwo\n");
  });
});
