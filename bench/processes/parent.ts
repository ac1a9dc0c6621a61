export type ToChild = { readonly id: number; readonly name: string; readonly argument: unknown };
export type FromChild =
  | { readonly kind: "ready"; readonly facts: Readonly<Record<string, unknown>> }
  | { readonly kind: "answer"; readonly id: number; readonly result?: unknown; readonly error?: string };

export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** Tells the parent that this process is ready, answers its questions, and ends when the parent lets go or is gone. */
export function serveParent(
  facts: Readonly<Record<string, unknown>>,
  handlers: Handlers,
  close: () => Promise<void>,
): void {
  process.on("message", (question: ToChild) => void answer(question, handlers));
  process.once("disconnect", () => {
    void close().finally(() => process.exit(0));
  });
  // Ctrl-C reaches the whole group; the parent decides when this process ends.
  process.on("SIGINT", () => undefined);
  say({ kind: "ready", facts });
}

async function answer({ id, name, argument }: ToChild, handlers: Handlers): Promise<void> {
  try {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`no handler ${name}`);
    say({ kind: "answer", id, result: await handler(argument as never) });
  } catch (error) {
    say({ kind: "answer", id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function say(message: FromChild): void {
  if (process.connected) process.send?.(message);
}
