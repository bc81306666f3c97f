/** What this browser keeps for the site: it may be full, forbidden, or not answer. */

/** How long storage may take to answer, ms: readings wait for it. */
export const STORAGE_PATIENCE_MS = 1_000;

/** What storage answers, or a rejection where it does not. */
export function soon<T>(answer: Promise<T>): Promise<T> {
  const late = (): Error => new Error(`storage did not answer within ${STORAGE_PATIENCE_MS} ms`);
  return Promise.race([answer, new Promise<never>((_, reject) => setTimeout(() => reject(late()), STORAGE_PATIENCE_MS))]);
}
