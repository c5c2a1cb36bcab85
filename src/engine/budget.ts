import { ImagePromptError } from '../errors.ts';

/** Money set aside for a request that is about to be sent. */
export interface Hold {
  /** The request was paid: books what it really cost, or the estimate when that is not known. */
  settle(billedUsd: number | null): void;
  /** The request was not paid: gives the money back. */
  release(): void;
}

/** What one run may spend, in US dollars. */
export interface Budget {
  /**
   * Sets the estimate of a request aside, before it is sent.
   * @param estimateUsd null when the price is not known
   * @throws ImagePromptError BUDGET_EXCEEDED, BUDGET_CONSENT
   */
  hold(file: string, estimateUsd: number | null): Hold;
  /** Paid so far. */
  spent(): number;
}

/** A budget of `limit` US dollars; `acceptUnknownPrice` agrees to requests without a known price. */
export function createBudget(limit: number, acceptUnknownPrice: boolean): Budget {
  // Micro-dollars: sums of cents must not drift over the limit by a rounding error.
  let spent = 0;
  let held = 0;
  const micro = (usd: number): number => Math.round(usd * 1e6);

  return {
    hold(file, estimateUsd) {
      if (estimateUsd === null && !acceptUnknownPrice) {
        throw new ImagePromptError('BUDGET_CONSENT', `The price of ${file} is not known.`, {
          file,
        });
      }
      const amount = micro(estimateUsd ?? 0);
      if (spent + held + amount > micro(limit)) {
        const gone = `$${((spent + held) / 1e6).toFixed(2)} of $${limit.toFixed(2)} is spent or set aside`;
        throw new ImagePromptError(
          'BUDGET_EXCEEDED',
          `${file} would cost $${(estimateUsd ?? 0).toFixed(2)}, but ${gone}.`,
          { file },
        );
      }
      held += amount;
      let open = true;
      const close = (cost: number): void => {
        if (!open) return;
        open = false;
        held -= amount;
        spent += cost;
      };
      return {
        settle: (billedUsd) => close(billedUsd === null ? amount : micro(billedUsd)),
        release: () => close(0),
      };
    },
    spent: () => spent / 1e6,
  };
}
