import type { Call } from '../call.ts';

/**
 * What counts as one observation: the invocation; where a call has none (a proxy on a laptop, CloudTrail), one minute of one environment, so
 * that the same calls always fall into the same units however the input is split.
 */
export function unitOf(call: Call): string {
  if (call.invocation !== null) return call.invocation;
  return `${call.environment ?? call.ownAccessKeyId ?? call.accessKeyId ?? ''} ${call.time?.slice(0, 16) ?? ''}`;
}
