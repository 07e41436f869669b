import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadApprovedBaselineFile } from '../../baseline/store/file.ts';
import { type Config, demandOf, readConfig } from '../../extension/config.ts';
import { catalogIndex } from '../../extension/identify/catalog/index.ts';
import { parseRules } from '../../extension/rules-file.ts';
import { problemText, type SettingProblem } from '../../extension/setting-problem.ts';
import { fileProblem, sentenceOf } from '../errors.ts';
import { counted } from '../progress.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** This machine and the ROLEFENCE_* variables that stand here: what `run`, `proxy` and the sensor need. */
export async function machineChecks(env: NodeJS.ProcessEnv): Promise<Check[]> {
  const { config, problems } = readConfig(env);
  return [
    nodeVersion(process.versions.node),
    catalog(),
    await listener(),
    folder(),
    settings(problems, config),
    ...(await baseline(config)),
    ...rules(config),
    ...credentials(env),
  ];
}

export function nodeVersion(version: string): Check {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const enough = major > 20 || (major === 20 && (minor > 18 || (minor === 18 && patch >= 1)));
  if (enough) return ok('Node.js', `version ${version}`);
  return fail('Node.js', `version ${version}`, 'Version 20.18.1 or newer is needed.');
}

function catalog(): Check {
  try {
    return ok('Catalog', `knows ${counted(catalogIndex().bySigningName.size, 'AWS service')}`);
  } catch (error) {
    return fail('Catalog', `cannot be read (${sentenceOf(error)})`, 'Install rolefence anew: a part of it is missing.');
  }
}

async function listener(): Promise<Check> {
  const problem = await new Promise<string | null>((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
    server.listen(0, '127.0.0.1', () => server.close(() => resolve(null)));
  });
  if (problem === null) return ok('Loopback', 'the sensor can listen on 127.0.0.1');
  return fail(
    'Loopback',
    `127.0.0.1 cannot be listened on (${problem})`,
    'Allow programs to listen on loopback: the sensor listens nowhere else.',
  );
}

function folder(): Check {
  try {
    const path = mkdtempSync(join(tmpdir(), 'rolefence-doctor-'));
    writeFileSync(join(path, 'ca.pem'), '', { mode: 0o600 });
    rmSync(path, { recursive: true });
    return ok('Temporary folder', tmpdir());
  } catch (error) {
    return fail(
      'Temporary folder',
      `${tmpdir()} cannot be written (${fileProblem(error)})`,
      'Set TMPDIR to a folder that can: the CA certificate is put there.',
    );
  }
}

function settings(problems: readonly SettingProblem[], { mode, onFailure }: Config): Check {
  if (problems.length === 0)
    return ok(
      'Settings',
      `mode ${mode}, calls that cannot be judged ${onFailure === 'open' ? 'go through' : 'are refused'}`,
    );
  return fail('Settings', problems.map(problemText).join('; '), 'Mend them: what holds until then is said with each.');
}

async function baseline(config: Config): Promise<Check[]> {
  const { baseline: where, baselineBroken, baselineKey, mode } = config;
  if (baselineBroken) return [];
  if (where === null)
    return mode === 'learn'
      ? []
      : [
          fail(
            'Baseline',
            `mode ${mode} without a baseline`,
            'Set ROLEFENCE_BASELINE, or give --baseline to run and proxy.',
          ),
        ];
  if (where.kind !== 'file')
    return [
      warn(
        'Baseline',
        `in a store (${where.kind}): not read here`,
        'rolefence run and the sensor read it when they start.',
      ),
    ];
  try {
    const document = await loadApprovedBaselineFile(where.path, demandOf(config));
    return [
      ok(
        'Baseline',
        `${where.path} holds ${counted(Object.keys(document.functions).length, 'function')}${baselineKey === null ? '' : ', and its signature is right'}`,
      ),
    ];
  } catch (error) {
    return [
      fail(
        'Baseline',
        sentenceOf(error),
        'Make it with rolefence learn, and approve it with rolefence baseline approve.',
      ),
    ];
  }
}

function rules({ rules: path }: Config): Check[] {
  if (path === null) return [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return [fail('Rules', `${path} cannot be read (${fileProblem(error)})`, 'Mend ROLEFENCE_RULES.')];
  }
  const { problems, rules: read } = parseRules(path, text);
  const [first] = problems;
  if (first !== undefined || read === null)
    return [fail('Rules', first ?? `${path} holds no rules`, 'rolefence rules test shows every fault.')];
  return [ok('Rules', `${path} holds ${counted(read.rules.length, 'rule')}`)];
}

/** Only whether there are any: nothing is asked of AWS, and nothing of them is shown. */
function credentials(env: NodeJS.ProcessEnv): Check[] {
  const has = [
    'AWS_ACCESS_KEY_ID',
    'AWS_PROFILE',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
  ].find((name) => env[name]);
  if (has === undefined)
    return [
      warn(
        'AWS credentials',
        'no variable names any',
        'What asks AWS needs them (attach, detach, respond, doctor --function, --role, --live, stores and --kms), and so does what you start with run.',
      ),
    ];
  return [ok('AWS credentials', `${has} is set`)];
}
