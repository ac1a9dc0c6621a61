export type InFlight = {
  /** Waits for a place; resolves with the function that gives it back. Rejects with what `full` or `aborted` makes. */
  enter(signal: AbortSignal): Promise<() => void>;
};

export type InFlightOptions = {
  readonly places: number;
  readonly waiting: number;
  readonly full: () => Error;
  readonly aborted: () => Error;
};

/** So many at once and no more; the others queue in order, and the queue is bounded too. */
export function createInFlight({ places, waiting, full, aborted }: InFlightOptions): InFlight {
  let taken = 0;
  const queue: (() => void)[] = [];

  function leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = queue.shift();
      if (next === undefined) taken--;
      else next();
    };
  }

  function wait(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener("abort", leave);
        resolve(leaveOnce());
      };
      const leave = (): void => {
        queue.splice(queue.indexOf(turn), 1);
        reject(aborted());
      };
      queue.push(turn);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  return {
    async enter(signal) {
      if (signal.aborted) throw aborted();
      if (taken < places) {
        taken++;
        return leaveOnce();
      }
      if (queue.length >= waiting) throw full();
      return wait(signal);
    },
  };
}
