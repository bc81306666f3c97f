/** The digests of the files that this build of the package goes with. */

declare const INTEGRITY: {
  readonly weights: string;
  readonly cpu: string;
  readonly gpu: string;
};

/** SHA-256 as `fetch` takes it ("sha256-..."), which refuses other bytes; empty for a file that was not built. Put in by build.mjs. */
export const integrity = INTEGRITY;
