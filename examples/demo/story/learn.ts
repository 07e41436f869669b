import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { startExecutionEnvironment } from '../lambda/lambda-host.ts';
import { exportLog, type LogEvent } from '../lambda/log-group.ts';
import { normalEvents } from './events.ts';
import type { World } from './world.ts';

export const ROOT = join(import.meta.dirname, '../../..');

export interface Learned {
  readonly environments: number;
  readonly invocations: number;
  /** Invocations that were not answered as they should be. */
  readonly failed: number;
  /** The function's log as exported from CloudWatch; path from the checkout. */
  readonly logFile: string;
  readonly baselineFile: string;
  /** What an operator types to make the one of the other. */
  readonly command: string;
  /** Action and the resource templates that were learned for it, as `rolefence baseline show` says them. */
  readonly shown: string;
}

const ENVIRONMENTS = 3;
const INVOCATIONS = 24;

/**
 * Learns the product's own way without a store: the sensor, in its default mode, writes what it has learned to the function's log; the log is exported, and
 * `rolefence learn` makes a baseline of it.
 */
export async function learn(world: World, layer: string, folder: string): Promise<Learned> {
  const log: LogEvent[] = [];
  let failed = 0;
  for (let environment = 0; environment < ENVIRONMENTS; environment++) {
    const lambda = await startExecutionEnvironment(world.resizer(layer));
    for (const event of normalEvents(INVOCATIONS, environment * INVOCATIONS)) {
      if (!isAnswered(await lambda.invoke(event))) failed++;
    }
    await lambda.shutdown();
    log.push(...lambda.log);
  }
  const [logFile, baselineFile] = [join(folder, 'function-log.json'), join(folder, 'rolefence.json')];
  exportLog(logFile, log);
  const paths = { log: relative(ROOT, logFile), baseline: relative(ROOT, baselineFile) };
  await rolefence('learn', '--out', paths.baseline, paths.log);
  return {
    environments: ENVIRONMENTS,
    invocations: ENVIRONMENTS * INVOCATIONS,
    failed,
    logFile: paths.log,
    baselineFile: paths.baseline,
    command: `npm run -s rolefence -- learn --out ${paths.baseline} ${paths.log}`,
    shown: await rolefence('baseline', 'show', paths.baseline),
  };
}

/** The operator's tool, from source, by this process's Node. Rejects with its own words. */
export async function rolefence(...args: string[]): Promise<string> {
  const command = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'cli/main.ts', ...args];
  const { PATH, HOME, TMPDIR } = process.env;
  const env = Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR }).filter(([, value]) => value !== undefined));
  try {
    return (await promisify(execFile)(process.execPath, command, { cwd: ROOT, env })).stdout;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new Error(`rolefence ${args.join(' ')}: ${said || (error as Error).message}`);
  }
}

/** A thumbnail or a yes or no, not an error. */
export function isAnswered({ body, failed }: { readonly body: unknown; readonly failed: boolean }): boolean {
  return !failed && (body as { error?: string } | null)?.error === undefined;
}

/** Bytes of the built layer's zip. */
export const zipSize = (): number => readFileSync(join(ROOT, 'dist/rolefence-slim.zip')).length;
