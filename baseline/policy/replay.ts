import type { Call } from '../call.ts';
import { isEgress } from '../call.ts';
import { isDenied } from '../learn/denial.ts';
import { requestsOf } from './call-request.ts';
import { type Decision, evaluate, type Grants } from './evaluate.ts';

/** A recorded call that these policies would have refused. */
export interface DeniedCall {
  readonly call: Call;
  readonly action: string;
  readonly resource: string;
  readonly denial: NonNullable<Decision['denial']>;
  /** Sid of the Deny statement, where one decided. */
  readonly sid: string | null;
}

/** Counts what a policy would have done to calls as they come. */
export class Replay {
  readonly #grants: Grants;
  readonly denied: DeniedCall[] = [];
  /** Calls judged. */
  calls = 0;
  /** Signed with other keys than the role's own: this policy says nothing of them. */
  foreign = 0;
  /** Denied by AWS, or refused by a sensor, when they were recorded. */
  refusedBefore = 0;
  /** Condition keys that no record has, with how many calls asked for them: taken as fulfilled. */
  readonly assumed = new Map<string, number>();
  readonly #issued = new Set<string>();

  constructor(grants: Grants) {
    this.#grants = grants;
  }

  see(call: Call): void {
    if (call.issuedAccessKeyId !== null && this.#issued.size < MAX_KEYS) this.#issued.add(call.issuedAccessKeyId);
    if (isEgress(call) || call.access.length === 0) return;
    if (call.verdict === 'block' || isDenied(call)) {
      this.refusedBefore++;
      return;
    }
    if (call.accessKeyId !== null && isOther(call, this.#issued)) {
      this.foreign++;
      return;
    }
    this.calls++;
    for (const request of requestsOf(call)) {
      const { allowed, denial, statement, assumed } = evaluate(this.#grants, request);
      for (const key of assumed) this.assumed.set(key, (this.assumed.get(key) ?? 0) + 1);
      if (allowed) continue;
      this.denied.push({
        call,
        action: request.action,
        resource: request.resource,
        denial: denial!,
        sid: statement?.sid ?? null,
      });
      return;
    }
  }
}

const MAX_KEYS = 10_000;

const isOther = (call: Call, issued: ReadonlySet<string>): boolean =>
  call.ownAccessKeyId === null ? issued.has(call.accessKeyId!) : call.accessKeyId !== call.ownAccessKeyId;
