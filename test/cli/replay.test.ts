import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, intrusion, jsonl, ordinary } from './calls.ts';
import { jsonLines, ROOT, rolefence, sentence, testFolder } from './tool.ts';

const folder = testFolder();
const schemaCheck = (name: string) => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(join(ROOT, `baseline/schema/${name}.schema.json`), 'utf8')));
};

beforeAll(async () => {
  await rolefence(['learn', '--out', folder.at('b.json')], { input: jsonl(ordinary(60)) });
});

describe('rolefence replay', () => {
  it('is quiet and exits 0 for the calls that the baseline was learned from', async () => {
    const ended = await rolefence(['replay', '--baseline', folder.at('b.json')], { input: jsonl(ordinary(60)) });
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('says that --function has nothing to say where each call names its own', async () => {
    const args = ['replay', '--baseline', folder.at('b.json'), '--function', 'reszie'];
    const named = await rolefence(args, { input: jsonl(ordinary(2)) });
    expect(named).toMatchObject({ code: 0, stdout: '' });
    expect(named.stderr).toContain('--function says nothing here: each call names its own function');
    const unnamed = await rolefence(args, { input: jsonl(ordinary(2, { function: null })) });
    expect(unnamed.stderr).toBe('');
  });

  it('prints every finding in the order of the calls, however often one comes, and exits 1', async () => {
    const again = [0, 1, 2, 3, 4].map((i) => ({ ...intrusion, id: `x${i}`, invocation: `x-${i}` }));
    const input = jsonl([...ordinary(3), ...again, ...ordinary(3)]);
    const ended = await rolefence(['replay', '--baseline', folder.at('b.json')], { input });
    expect(ended.code).toBe(1);
    const findings = jsonLines(ended.stdout).filter(({ detector }) => detector === 'resource');
    expect(findings.map(({ callId }) => callId)).toEqual(['x0', 'x1', 'x2', 'x3', 'x4']);
    expect(findings[0]).toMatchObject({
      function: 'resize',
      scope: 'call',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::backups/2025.tgz',
      blocked: false,
      techniques: ['T1530'],
    });
    const valid = schemaCheck('finding');
    for (const finding of jsonLines(ended.stdout)) expect(valid(finding), JSON.stringify(valid.errors)).toBe(true);
  });

  it('writes the calls with their verdicts; of a refused one nothing came', async () => {
    const input = jsonl([...ordinary(2), intrusion]);
    const ended = await rolefence(
      ['replay', '--baseline', folder.at('b.json'), '--mode', 'block', '--calls', folder.at('judged.jsonl')],
      { input },
    );
    expect(ended.code).toBe(1);
    expect(jsonLines(ended.stdout).find(({ callId }) => callId === 'intrusion').blocked).toBe(true);
    const judged = folder.lines('judged.jsonl');
    expect(judged.map(({ verdict }) => verdict)).toEqual(['allow', 'allow', 'block']);
    expect(judged[2]).toMatchObject({ status: null, bytesIn: null, bytesOut: null, durationMs: null, errorCode: null });
    const valid = schemaCheck('call');
    for (const record of judged) expect(valid(record), JSON.stringify(valid.errors)).toBe(true);
  });

  it('goes on after a refused call as if it had not happened', async () => {
    const calls = ordinary(30, { invocation: 'one' });
    const between = calls.flatMap((one) => [
      one,
      { ...intrusion, id: `x${one.id}`, invocation: 'one', time: one.time },
    ]);
    const judge = async (input: string) => {
      const ended = await rolefence(['replay', '--baseline', folder.at('b.json'), '--mode', 'block'], { input });
      return jsonLines(ended.stdout).filter(({ callId }) => !`${callId}`.startsWith('x'));
    };
    expect(await judge(jsonl(between))).toEqual(await judge(jsonl(calls)));
  });

  it('takes calls that name no function for those of the only one in the baseline', async () => {
    const input = jsonl([{ ...intrusion, function: null }]);
    const ended = await rolefence(['replay', '--baseline', folder.at('b.json')], { input });
    expect(jsonLines(ended.stdout)[0]).toMatchObject({ function: 'resize', action: 's3:GetObject' });
  });

  it('says once that a function has no entry, and in block mode follows ROLEFENCE_ON_FAILURE', async () => {
    const input = jsonl(ordinary(3, { function: 'stranger' }));
    const told = await rolefence(['replay', '--baseline', folder.at('b.json')], { input });
    expect(jsonLines(told.stdout)).toMatchObject([{ severity: 'critical', detector: 'sensor', blocked: false }]);
    const refused = await rolefence(['replay', '--baseline', folder.at('b.json'), '--mode', 'block'], {
      input,
      env: { ROLEFENCE_ON_FAILURE: 'closed' },
    });
    expect(jsonLines(refused.stdout).map(({ blocked, severity }) => [blocked, severity])).toEqual(
      Array(3).fill([true, 'critical']),
    );
  });

  it('holds the rules that people wrote, and ends where they are wrong', async () => {
    const rule = {
      name: 'restore',
      effect: 'allow',
      match: { action: 's3:GetObject', resource: 'arn:aws:s3:::backups/*' },
    };
    const rules = folder.write('rules.json', JSON.stringify({ format: 'rolefence.rules/1', rules: [rule] }));
    const input = jsonl([intrusion]);
    const replay = (...args: string[]) => rolefence(['replay', '--baseline', folder.at('b.json'), ...args], { input });
    expect((await replay()).code).toBe(1);
    expect(await replay('--rules', rules)).toMatchObject({ code: 0, stdout: '' });
    const wrong = folder.write(
      'wrong.json',
      '{"format":"rolefence.rules/1","rules":[\n{"name":"x","effect":"maybe"}]}',
    );
    expect(sentence(await replay('--rules', wrong))).toMatch(/wrong\.json:2: .*effect/);
  });

  it('writes findings as OCSF Detection Findings and in ASFF', async () => {
    const input = jsonl([intrusion]);
    const [ocsf, asff, json] = await Promise.all(
      ['ocsf', 'asff', 'json'].map((format) =>
        rolefence(['replay', '--baseline', folder.at('b.json'), '--format', format], { input }),
      ),
    );
    expect(jsonLines(ocsf!.stdout)[0]).toMatchObject({
      class_uid: 2004,
      metadata: { original_event_uid: 'intrusion' },
    });
    expect(jsonLines(asff!.stdout)[0]).toMatchObject({ SchemaVersion: '2018-10-08', AwsAccountId: '111122223333' });
    expect(jsonLines(json!.stdout)[0]).toMatchObject({ callId: 'intrusion', detector: expect.any(String) });
  });

  it('ends quietly when its reader has gone', async () => {
    const input = jsonl(Array.from({ length: 4_000 }, (_, i) => ({ ...intrusion, id: `${i}`, invocation: `i${i}` })));
    folder.write('many.jsonl', input);
    const { execFile } = await import('node:child_process');
    const ended = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      const tool = `${process.execPath} cli/main.ts replay --baseline ${folder.at('b.json')} ${folder.at('many.jsonl')}`;
      execFile('sh', ['-c', `${tool} | head -n 1`], { cwd: ROOT }, (_, stdout, stderr) => resolve({ stdout, stderr }));
    });
    expect(ended.stderr).toBe('');
    expect(jsonLines(ended.stdout)).toHaveLength(1);
  });

  it('refuses what cannot be: no baseline, learn mode, another format, a baseline that is none', async () => {
    const bad = folder.write(
      'bad.json',
      '{"format":"rolefence.baseline/1","functions":{"f":{"actions":{"s3:GetObject":{"regions":[]}}}}}',
    );
    const said = await Promise.all(
      [
        ['replay', 'x.jsonl'],
        ['replay', '--baseline', folder.at('b.json'), '--mode', 'learn', '-'],
        ['replay', '--baseline', folder.at('b.json'), '--format', 'xml', '-'],
        ['replay', '--baseline', bad, '-'],
        ['replay', '--baseline', folder.at('none.json'), '-'],
        ['replay', '--baseline', folder.at('b.json'), folder.at('b.json')],
        ['replay', '--baseline', folder.at('b.json'), '--calls', folder.at('no/such.jsonl'), '-'],
      ].map(async (args) => sentence(await rolefence(args))),
    );
    expect(said[0]).toContain('--baseline FILE is missing');
    expect(said[1]).toContain("--mode must be alert or block, not 'learn'");
    expect(said[2]).toContain("--format must be finding, ocsf or asff, not 'xml'");
    expect(said[3]).toContain(`${bad}: $.functions.f.actions["s3:GetObject"].regions is [], expected an object`);
    expect(said[4]).toMatch(/none\.json cannot be read/);
    expect(said[5]).toContain('this is a baseline, not calls');
    expect(said[6]).toContain('--calls: ');
  });

  it('leaves a call without a time or an id judged all the same', async () => {
    const input = jsonl([{ service: 's3', operation: 'GetObject', access: call().access, function: 'resize' }]);
    const ended = await rolefence(['replay', '--baseline', folder.at('b.json')], { input });
    expect(ended.stderr).toBe('');
  });
});
