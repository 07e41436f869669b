import type { Call } from '../../baseline/call.ts';
import { callsFromCloudTrail } from '../../baseline/cloudtrail.ts';
import type { Finding, Severity } from '../../baseline/finding.ts';
import { isDenied } from '../../baseline/learn/denial.ts';
import { functionName } from '../../baseline/model/entry-for.ts';

/** One thing that happened. */
export interface TimelineEvent {
  readonly time: string;
  readonly kind: 'finding' | 'refused' | 'change' | 'deployment' | 'role';
  /** Null where nobody judged it. */
  readonly severity: Severity | null;
  readonly what: string;
  /** Who did it, where that is known. */
  readonly by: string | null;
}

/** How much there is outside the time that was asked about. */
export interface Span {
  readonly before: number;
  readonly after: number;
}

export class Timeline {
  readonly #function: string;
  readonly #role: string | null;
  readonly #events: TimelineEvent[] = [];
  readonly #named = new Set<string>();

  constructor(name: string, role: string | null) {
    this.#function = functionName(name);
    this.#role = role;
  }

  /** Functions that anything told of, in whatever time. */
  get named(): ReadonlySet<string> {
    return this.#named;
  }

  finding(finding: Finding): void {
    if (!this.#isOf(finding.function) || finding.time === null) return;
    this.#add(
      finding.time,
      'finding',
      finding.severity,
      `${finding.blocked ? 'blocked: ' : ''}${finding.reason}`,
      by(finding.version, finding.invocation, finding.toldAt),
    );
  }

  /** Only calls that somebody refused: the others are normal work, or have a finding. */
  call(call: Call): void {
    if (!this.#isOf(call.function) || call.time === null) return;
    const what =
      call.access[0] === undefined
        ? (call.host ?? 'a connection')
        : `${call.access[0].action} on ${call.access[0].resources[0] ?? '*'}`;
    if (call.verdict === 'block')
      this.#add(call.time, 'refused', null, `the sensor refused ${what}`, by(call.version, call.invocation));
    else if (isDenied(call))
      this.#add(call.time, 'refused', null, `AWS refused ${what}`, by(call.version, call.invocation));
  }

  version(version: string, time: string, description: string): void {
    this.#named.add(this.#function);
    this.#add(
      time,
      'deployment',
      null,
      version === '$LATEST'
        ? 'the code or configuration was last changed'
        : `version ${version} was published${description === '' ? '' : `: ${description}`}`,
      null,
    );
  }

  /** CloudTrail: changes of the function, and of its role, and what AWS refused it. */
  cloudTrail(event: Readonly<Record<string, unknown>>): void {
    const { eventTime, eventName, eventSource } = event;
    if (typeof eventTime !== 'string' || typeof eventName !== 'string' || Number.isNaN(Date.parse(eventTime))) return;
    const own = callsFromCloudTrail(event);
    // Sessions of people have names, too, which are no functions'
    if (own !== null && functionName(own.function ?? '') === this.#function) this.call(own);
    const parameters = (event.requestParameters ?? {}) as Readonly<Record<string, unknown>>;
    const failed = typeof event.errorCode === 'string' ? ` (${event.errorCode})` : '';
    const who = whoOf(event.userIdentity);
    if (eventSource === 'lambda.amazonaws.com') {
      const name = String(parameters.functionName ?? parameters.resource ?? '')
        .split(':function:')
        .at(-1)!
        .split(':')[0]!;
      if (!this.#isOf(name) || /^(?:Get|List)/.test(eventName)) return;
      const plain = eventName.replace(/\d{8}(?:v\d)?$/, '');
      const kind = /^(?:UpdateFunctionCode|PublishVersion|CreateFunction|UpdateAlias|CreateAlias)/.test(plain)
        ? 'deployment'
        : 'change';
      this.#add(eventTime, kind, RISKY.test(plain) ? 'medium' : null, `${plain}${failed}`, who);
    } else if (eventSource === 'iam.amazonaws.com' && this.#role !== null && parameters.roleName === this.#role) {
      if (/^(?:Get|List|Simulate)/.test(eventName)) return;
      const policy = parameters.policyName ?? parameters.policyArn;
      this.#add(
        eventTime,
        'role',
        'medium',
        `${eventName}${policy === undefined ? '' : ` ${String(policy)}`}${failed}`,
        who,
      );
    }
  }

  /** In order of time; what happened at one moment stands in order of kind. */
  events(from: string | null, to: string | null): TimelineEvent[] {
    return this.#events
      .filter(({ time }) => (from === null || time >= from) && (to === null || time <= to))
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.kind < b.kind ? -1 : 1));
  }

  outside(from: string | null, to: string | null): Span {
    const count = (is: (time: string) => boolean): number => this.#events.filter(({ time }) => is(time)).length;
    return { before: count((time) => from !== null && time < from), after: count((time) => to !== null && time > to) };
  }

  #isOf(nameOrArn: string | null): boolean {
    const name = functionName(nameOrArn ?? '');
    if (name !== '') this.#named.add(name);
    return name === this.#function;
  }

  #add(time: string, kind: TimelineEvent['kind'], severity: Severity | null, what: string, who: string | null): void {
    this.#events.push({ time: new Date(time).toISOString(), kind, severity, what, by: who });
  }
}

/** Changes after which others can run code as the function, or call it. */
const RISKY =
  /^(?:AddPermission|UpdateFunctionCode|UpdateFunctionConfiguration|CreateFunctionUrlConfig|UpdateFunctionUrlConfig|CreateEventSourceMapping|AddLayerVersionPermission)/;

const by = (version: string | null, invocation: string | null, toldAt: string | null = null): string | null => {
  const parts = [
    version === null ? null : `version ${version}`,
    invocation === null ? null : `invocation ${invocation}`,
    toldAt === null ? null : `told ${toldAt.slice(0, 19).replace('T', ' ')}`,
  ];
  return parts.filter((part) => part !== null).join(', ') || null;
};

function whoOf(identity: unknown): string | null {
  const { arn, invokedBy, userName, type } = (identity ?? {}) as Readonly<Record<string, unknown>>;
  return [arn, userName, invokedBy, type].find((one) => typeof one === 'string') ?? null;
}
