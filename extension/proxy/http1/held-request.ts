import type { HeldBodies, HeldBody } from '../held.ts';
import type { Decision, Inspection } from '../inspector.ts';
import { LONGEST_HEAD } from './head.ts';
import { joined } from './pieces.ts';

/** Chunks of a held body: SDKs send some hundred of 64 KiB. */
const MOST_PIECES = 32_768;

/** A body that is held until it decides, or until it is too large to: what came on the wire, and its content without transfer coding. */
export class HeldRequest {
  readonly #inspection: Extract<Inspection, { kind: 'body' }>;
  readonly #share: HeldBody;
  readonly wire: Buffer[] = [];
  wireBytes = 0;
  #content: Buffer[] = [];
  #contentBytes = 0;

  /** `giveUp`: it is to be judged by what has come. Must not throw. */
  constructor(inspection: Extract<Inspection, { kind: 'body' }>, all: HeldBodies, giveUp: () => void) {
    this.#inspection = inspection;
    this.#share = all.open(giveUp);
  }

  content(part: Buffer): void {
    this.#contentBytes += part.length;
    // Each piece costs more than its bytes: of a body in many tiny ones no more is held, and it is judged as one that is too large.
    if (this.#content.length < MOST_PIECES) this.#content.push(part);
    else this.#contentBytes = Number.POSITIVE_INFINITY;
  }

  /** False: no more of it may be held. */
  add(part: Buffer): boolean {
    this.wire.push(part);
    this.wireBytes += part.length;
    const room = this.#share.take(part.length);
    const { cap } = this.#inspection;
    // Chunk framing can be far more than what it frames.
    return room && this.#contentBytes <= cap && this.wireBytes <= 2 * cap + LONGEST_HEAD;
  }

  judge(truncated: boolean): Decision {
    const { cap, decide } = this.#inspection;
    const body = joined(this.#content).subarray(0, cap);
    this.#content = [];
    return decide(body, truncated || this.#contentBytes > cap);
  }

  /** It is held no longer, wherever it goes now. */
  release(): void {
    this.#share.release();
  }
}
