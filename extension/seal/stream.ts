import { Chunks } from './chunks.ts';
import { Events } from './events.ts';
import type { SignatureChain } from './signed-request.ts';

/** A body whose every part is signed: parts go in with the placeholder's signatures and come out with the real ones, one part held at a time. */
export interface StreamResealer {
  /** Body bytes as they come; returns what may go on, which is the stream's again at the next call. Throws SealBroken. */
  take(bytes: Buffer): Buffer;
  /** The body is over. Throws SealBroken where it ended in the middle of a part. */
  end(): void;
}

/** Null for payloads whose parts are not signed: they go as they are. */
export function streamResealer(chain: SignatureChain | null): StreamResealer | null {
  if (chain === null) return null;
  return chain.payload === 'STREAMING-AWS4-HMAC-SHA256-EVENTS' ? new Events(chain) : new Chunks(chain);
}
