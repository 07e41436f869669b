import { type Finding, isUrgent, SEVERITIES, type Severity } from '../../baseline/finding.ts';
import { atMost } from '../patience.ts';
import { createBudget } from './budget.ts';
import { createCourier } from './courier.ts';
import { createLedger, type Notice } from './ledger.ts';
import { createPace } from './pace.ts';
import type { Sink } from './sink.ts';

/** What goes out in one message. */
export interface Batch {
  /** Never more than the sender's `most`; worst first. */
  readonly notices: readonly Notice[];
  /** What could not be named singly: exact counts of findings, by severity. The log has their keys. */
  readonly omitted: Readonly<Partial<Record<Severity, number>>>;
}

/** How one kind of message is sent. The rest (once per key, budget, pauses, bounds) is the same for all: `createDelivery`. */
export interface Sender {
  readonly name: string;
  /** Notices in one message. */
  readonly most: number;
  /** Rejects where it was not taken. */
  send(batch: Batch, signal: AbortSignal): Promise<void>;
}

export interface DeliveryOptions {
  /** Messages an hour in this environment; the last one at its end is not counted. */
  readonly messagesPerHour: number;
  readonly windowMs: number;
  /** What is less severe stays in the log. */
  readonly leastSeverity: Severity;
  /** A message that took longer is not waited for again, until one has been taken sooner. */
  readonly promptMs: number;
  readonly clock: () => number;
  readonly report: (problem: string) => void;
}

const MAX_KEYS = 1_000;
const MAX_WAITING = 500;
/** What is refused or at least high is sent while the function still works, gathered for so long, */
const GATHER_MS = 100;
/** and no more often than that. */
const APART_MS = 5_000;
/** But for what a call waits for: so many messages at once, then one in that time. */
const AT_ONCE = 5;
const SEND_CAP_MS = 5_000;
/** At the end there is no next time: what failed at once, as by a connection that was reset, is tried again. */
const RETRIES = 2;

/**
 * A sink that sends over the network. `deliver` only remembers. What is urgent goes out by itself, beside the call; the rest goes with `flush`: at the next
 * invocation or at SHUTDOWN. Whatever fails, or is over the budget, is kept; the memory for it is bounded, and what does not fit is counted.
 */
export function createDelivery(sender: Sender, options: DeliveryOptions): Sink {
  const { clock, report } = options;
  const least = SEVERITIES.indexOf(options.leastSeverity);
  const budget = createBudget(options.messagesPerHour);
  const courier = createCourier(sender.name, clock, report);
  const ledger = createLedger(options.windowMs, MAX_KEYS, keep);
  /** By severity, least first. */
  const waiting: Notice[][] = SEVERITIES.map(() => []);
  let size = 0;
  let omitted: Partial<Record<Severity, number>> = {};
  let timer: NodeJS.Timeout | null = null;
  let lastSent = Number.NEGATIVE_INFINITY;
  const pace = createPace(APART_MS, AT_ONCE);
  /** False once one was waited for in vain: who waits next would, too. */
  let prompt = true;
  let rushing: Promise<void> | null = null;
  /** Something urgent has come since the last message of a rush, or had no room in it. */
  let urgent = false;

  function keep(notice: Notice): void {
    waiting[rank(notice.finding)]!.push(notice);
    if (++size <= MAX_WAITING) return;
    // The least severe gives way, the newest of them first: the beginning of a storm tells most.
    const { finding, count: findings } = waiting.find((some) => some.length > 0)!.pop()!;
    size--;
    count(finding.severity, findings);
  }
  /** Worst first; of those that are alike the oldest, or, where a call waits for its own, the latest. */
  function takeSome(latest: boolean): Notice[] {
    const some: Notice[] = [];
    for (const list of [...waiting].reverse()) {
      const room = sender.most - some.length;
      some.push(...list.splice(latest ? Math.max(0, list.length - room) : 0, room));
    }
    size -= some.length;
    return some;
  }
  function count(severity: Severity, findings: number): void {
    omitted[severity] = (omitted[severity] ?? 0) + findings;
  }
  const anything = () => size > 0 || Object.keys(omitted).length > 0;

  async function sendOne(capMs: number, latest = false): Promise<boolean> {
    const batch: Batch = { notices: takeSome(latest), omitted };
    omitted = {};
    lastSent = clock();
    const taken = await courier.attempt((signal) => sender.send(batch, signal), capMs);
    prompt = taken && clock() - lastSent <= options.promptMs;
    if (taken) return true;
    for (const notice of batch.notices) keep(notice);
    for (const [severity, findings] of Object.entries(batch.omitted)) count(severity as Severity, findings);
    return false;
  }

  function soon(): void {
    if (timer !== null) return;
    timer = setTimeout(
      () => {
        timer = null;
        if (!anything() || !courier.ready(clock()) || !budget.spend(clock())) return;
        sendOne(SEND_CAP_MS).catch(() => {});
      },
      Math.max(GATHER_MS, lastSent + APART_MS - clock()),
    );
    timer.unref();
  }

  /** What becomes urgent while a message is on its way goes with the next one. */
  async function rush(): Promise<void> {
    while (urgent) {
      await courier.idle();
      if (size === 0 || !courier.ready(clock()) || !pace.spend(clock()) || !budget.spend(clock())) return;
      const taken = await sendOne(SEND_CAP_MS, true);
      // One message may not hold all of them.
      urgent = taken && waiting.some(([first]) => first !== undefined && isUrgent(first.finding));
    }
  }

  return {
    name: sender.name,
    deliver(finding, call) {
      if (rank(finding) < least) return;
      const notice = ledger.take(finding, call ?? null, clock());
      if (notice === null) return;
      keep(notice);
      urgent ||= isUrgent(finding);
      if (finding.blocked || isUrgent(finding)) soon();
    },
    rush(capMs) {
      if (rushing === null && urgent) {
        rushing = rush().finally(() => {
          rushing = null;
        });
      }
      if (rushing === null || !prompt) return null;
      let out = false;
      const taken = rushing.then(() => {
        out = true;
      });
      return atMost(taken, capMs).then(() => {
        if (!out) prompt = false;
      });
    },
    async flush(capMs, last = false) {
      const until = clock() + capMs;
      await Promise.race([courier.idle(), pause(capMs)]);
      for (const notice of ledger.repeats()) keep(notice);
      if (last && timer !== null) clearTimeout(timer);
      if (last) timer = null;
      // At the end all that is left goes out in as many messages as it takes, which is few: what waits is bounded.
      let failures = 0;
      while (anything() && clock() < until) {
        if (!last && (!courier.ready(clock()) || !budget.spend(clock()))) return;
        if (await sendOne(Math.max(1, until - clock()))) continue;
        if (!last || ++failures > RETRIES) return;
      }
    },
  };
}

const rank = (finding: Finding): number => SEVERITIES.indexOf(finding.severity);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
