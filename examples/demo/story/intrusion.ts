import type { Finding } from '../../../baseline/finding.ts';
import { startExecutionEnvironment } from '../lambda/lambda-host.ts';
import type { LogEvent } from '../lambda/log-group.ts';
import { type Attack, attacks, normalEvents, type Outcome, outcomeOf } from './events.ts';
import { isAnswered } from './learn.ts';
import type { World } from './world.ts';

export interface AttackResult {
  readonly attack: Attack;
  readonly outcome: Outcome;
  /** What the intruder got, where the call went through. */
  readonly loot: string | null;
  /** How many requests of the attack reached the local endpoints. */
  readonly arrived: number;
  /** What the function's log told meanwhile, most severe first. */
  readonly findings: readonly Finding[];
}

export interface Intrusion {
  readonly mode: 'alert' | 'block';
  /** The function's own work before and after the attacks. */
  readonly normal: { readonly invocations: number; readonly failed: number; readonly findings: readonly Finding[] };
  readonly attacks: readonly AttackResult[];
  readonly log: readonly LogEvent[];
}

const NORMAL_BEFORE = 10;
const NORMAL_AFTER = 10;
/** For the sensor's lines to come through the pipe, milliseconds. */
const SETTLE_MS = 40;
const SEVERITY = ['critical', 'high', 'medium', 'low', 'info'];

/** One execution environment under the learned baseline: normal work, all attacks in turn, normal work again. */
export async function intrude(
  world: World,
  layer: string,
  mode: 'alert' | 'block',
  baselineFile: string,
): Promise<Intrusion> {
  const lambda = await startExecutionEnvironment(
    world.resizer(layer, { ROLEFENCE_MODE: mode, ROLEFENCE_BASELINE: `file:${baselineFile}` }),
  );
  try {
    const findingsDuring = async (work: () => Promise<void>) => {
      const from = lambda.log.length;
      await work();
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      return findingsIn(lambda.log.slice(from));
    };
    const normal = { invocations: 0, failed: 0, findings: [] as Finding[] };
    const work = async (count: number) => {
      const found = await findingsDuring(async () => {
        for (const event of normalEvents(count, normal.invocations)) {
          normal.invocations++;
          if (!isAnswered(await lambda.invoke(event))) normal.failed++;
        }
      });
      normal.findings.push(...found);
    };

    await work(NORMAL_BEFORE);
    const results: AttackResult[] = [];
    for (const attack of attacks(world)) {
      const before = world.aws.arrived(attack.arrives);
      let body: unknown = null;
      const findings = await findingsDuring(async () => {
        body = (await lambda.invoke(attack.event)).body;
      });
      const outcome = outcomeOf(body);
      const loot = outcome.error === undefined ? attack.loot(body) : null;
      results.push({ attack, outcome, loot, arrived: world.aws.arrived(attack.arrives) - before, findings });
    }
    await work(NORMAL_AFTER);
    return { mode, normal, attacks: results, log: lambda.log };
  } finally {
    await lambda.shutdown();
  }
}

/** Findings stand in the function's log as lines in CloudWatch's embedded metric format. */
export function findingsIn(log: readonly LogEvent[]): Finding[] {
  const found: Finding[] = [];
  for (const { message } of log) {
    if (!message.startsWith('{"_aws"')) continue;
    const { rolefence } = JSON.parse(message) as { rolefence?: { finding?: Finding } };
    if (rolefence?.finding !== undefined) found.push(rolefence.finding);
  }
  return found.sort((a, b) => SEVERITY.indexOf(a.severity) - SEVERITY.indexOf(b.severity));
}
