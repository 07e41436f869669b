/** What AWS lists for Athena in most regions, dollars for 10^12 bytes that a query reads, each query at least ten megabytes and rounded up to one. */
const DOLLARS_PER_TB = 5;
const MEGABYTE = 1e6;
const LEAST = 10;

export const dollarsFor = (scannedBytes: number): number =>
  (Math.max(LEAST, Math.ceil(scannedBytes / MEGABYTE)) * MEGABYTE * DOLLARS_PER_TB) / 1e12;

/** "1.2 GB read, about $0.01" */
export function costOf(scannedBytes: number): string {
  const size =
    scannedBytes >= 1e12
      ? `${(scannedBytes / 1e12).toFixed(2)} TB`
      : scannedBytes >= 1e9
        ? `${(scannedBytes / 1e9).toFixed(1)} GB`
        : `${(scannedBytes / 1e6).toFixed(1)} MB`;
  const dollars = dollarsFor(scannedBytes);
  return `${size} read, ${dollars < 0.01 ? 'less than $0.01' : `about $${dollars.toFixed(2)}`}`;
}
