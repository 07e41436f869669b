import type { BodyRewriter } from '../inspector.ts';
import { MalformedBody } from './body.ts';

/** A part of a body as it goes upstream. What a rewriter throws is a body that must not go on. */
export function rewritten(rewriter: BodyRewriter | null | undefined, bytes: Buffer): Buffer {
  return rewriter == null ? bytes : orMalformed(() => rewriter.take(bytes));
}

export function rewrittenEnd(rewriter: BodyRewriter | null | undefined): void {
  if (rewriter != null) orMalformed(() => rewriter.end());
}

function orMalformed<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new MalformedBody(cause instanceof Error ? cause.message : 'a body that cannot be signed anew', { cause });
  }
}
