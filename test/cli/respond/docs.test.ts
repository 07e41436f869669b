import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, resized, uuid } from '../../baseline/calls.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { ROOT, rolefence } from '../policy/rolefence.ts';
import { finding } from '../report/fleet.ts';
import { localAccount } from './account.ts';
import { type LocalAws, startLocalAws } from './moto.ts';

const python = provide('python');

/** Commands in the shell blocks of a page, with the file that their output goes to. */
function commandsIn(page: string): { args: string[]; to: string | null }[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block]) => block!.trim().split('\n'))
    .map((line) => {
      const [command, to] = line.split(' > ');
      return { args: command!.split(' ').slice(1), to: to ?? null };
    });
}

describe.skipIf(python.missing !== null)(`every command of the task pages works as it stands${because(python)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-docs-'));
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startLocalAws(python.folders.python);
    const account = localAccount({ endpoint: aws.endpoint });
    await account.function('resize', await account.role('resize-role'), {
      variables: { ROLEFENCE_BASELINE: 'file:baselines/' },
    });
    account.close();

    const lines = (list: readonly unknown[]) => list.map((one) => `${JSON.stringify(one)}\n`).join('');
    const work = Array.from({ length: 40 }, (_, i) => resized(uuid(i), `inv-${i}`)).flat();
    writeFileSync(join(folder, 'calls.jsonl'), lines(work.map((one, i) => ({ ...one, id: `c-${i}` }))));
    writeFileSync(
      join(folder, 'findings.jsonl'),
      lines([finding('resize', 0), finding('resize', 1, { resource: get('a/b').access[0]!.resources[0]! })]),
    );
    writeFileSync(
      join(folder, 'old-policy.json'),
      JSON.stringify({ Statement: { Effect: 'Allow', Action: ['s3:*', 'dynamodb:*'], Resource: '*' } }),
    );
    writeFileSync(join(folder, 'trail.json'), JSON.stringify({ Records: [] }));
    const template = {
      Resources: { Resize: { Type: 'AWS::Serverless::Function', Properties: { Policies: ['AmazonS3FullAccess'] } } },
    };
    writeFileSync(join(folder, 'template.yaml'), JSON.stringify(template));
    mkdirSync(join(folder, 'cdk.out'));
    writeFileSync(join(folder, 'cdk.out/stack.template.json'), JSON.stringify(template));
  });

  afterAll(async () => {
    await aws?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['least-privilege.md', 'incident.md', 'audit.md', 'report.md'])(
    'docs/%s',
    (page) => {
      const commands = commandsIn(page);
      expect(commands.length).toBeGreaterThan(2);
      for (const { args, to } of commands) {
        const { code, stdout, stderr } = rolefence(args, { cwd: folder, env: aws.env });
        expect(code, `rolefence ${args.join(' ')}: ${stderr}`).toBeLessThan(2);
        if (to !== null) writeFileSync(join(folder, to), stdout);
      }
    },
    120_000,
  );
});
