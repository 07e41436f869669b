/** ROLEFENCE_FUZZ=100, with `--testTimeout=0`, tries a hundred times as many inputs; each run has seeds of its own. */
export const runs = (usual: number): { numRuns: number } => ({
  numRuns: usual * Number(process.env.ROLEFENCE_FUZZ ?? 1),
});
