/** What ties a call to the work that it belongs to: `Root` of X-Amzn-Trace-Id (AWS X-Ray developer guide, tracing header), which SDKs put on every request that they make in Lambda. */
const ROOT = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/i;

/** An invocation's calls all bear the same. */
let last: { readonly value: string; readonly root: string | null } = { value: '', root: null };

/** Null where the field's value is none that AWS gives. */
export function rootOf(value: string): string | null {
  if (value !== last.value) last = { value, root: ROOT.exec(value)?.[1]?.toLowerCase() ?? null };
  return last.root;
}

/** Null where there is none, or more than one. */
export function traceRoot(headers: readonly (readonly [name: string, value: string])[]): string | null {
  let found: string | null = null;
  for (const [name, value] of headers) {
    if (name.length !== 15 || name.toLowerCase() !== 'x-amzn-trace-id') continue;
    if (found !== null) return null;
    found = rootOf(value);
    if (found === null) return null;
  }
  return found;
}
