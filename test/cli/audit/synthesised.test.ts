import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { resized, uuid } from '../../baseline/calls.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { ROOT, rolefence } from '../policy/rolefence.ts';

const cdk = provide('example-cdk');

/** A stack with what people get wrong, as they write it: what CDK makes of it is for the audit to read. */
const WIDE = `
import { App, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, FunctionUrlAuthType, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';

const app = new App();
const stack = new Stack(app, 'Wide');
const bucket = new Bucket(stack, 'Uploads');
const everybody = { principals: [new AnyPrincipal()], actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] };
bucket.addToResourcePolicy(new PolicyStatement(everybody));
const common = { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline('exports.handler = () => {}') };
const deployer = new Function(stack, 'Deployer', common);
deployer.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
deployer.addToRolePolicy(new PolicyStatement({ actions: ['iam:PassRole', 'lambda:CreateFunction'], resources: ['*'] }));
deployer.addToRolePolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
deployer.role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess'));
new Function(stack, 'Sharer', { ...common, role: deployer.role });
const careful = new Function(stack, 'Careful', common);
bucket.grantRead(careful, 'in/*');
app.synth();
`;

describe.skipIf(cdk.missing !== null)(`between CDK and the tool${because(cdk)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-cdk-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', HOME: folder, CDK_OUTDIR: join(folder, 'cdk.out') },
      encoding: 'utf8',
    });
  beforeAll(() => {
    symlinkSync(join(cdk.folders['example-cdk'], 'node_modules'), join(folder, 'node_modules'));
    write('package.json', '{"type":"module"}');
  });

  it('audit finds in what CDK has synthesised what is wrong with it, and nothing in what is careful', () => {
    write('wide.mjs', WIDE);
    const { status, stderr } = run('wide.mjs');
    expect(stderr).not.toContain('Error');
    expect(status).toBe(0);
    const { stdout, code } = rolefence(['audit', 'cdk.out', '--json'], { cwd: folder });
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: { ruleId: string; resource: string }[] };
    const found = findings.map(({ ruleId, resource }) => `${ruleId} ${resource.replace(/[0-9A-F]{8}$/, '')}`);
    expect(new Set(found)).toEqual(
      new Set([
        'RF401 UploadsPolicy',
        'RF106 DeployerServiceRole',
        'RF201 DeployerServiceRoleDefaultPolicy',
        'RF103 DeployerServiceRoleDefaultPolicy',
        'RF202 DeployerServiceRoleDefaultPolicy',
        'RF102 DeployerServiceRoleDefaultPolicy',
        'RF402 DeployerFunctionUrl',
        'RF301 DeployerServiceRole',
        'RF501 Deployer',
        'RF501 Sharer',
        'RF501 Careful',
      ]),
    );
  });

  it('recommend writes for CDK what its types allow, and what CDK makes of it is the policy itself', () => {
    const learner = createLearner();
    for (let i = 0; i < 40; i++) for (const one of resized(uuid(i), `inv-${i}`)) learner.observe(one);
    write('b.json', serializeBaseline(learner.document()));
    const recommend = (...args: string[]) =>
      rolefence(['policy', 'recommend', 'b.json', ...args], { cwd: folder }).stdout;
    write('recommended.ts', recommend('--format', 'cdk'));
    write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2022',
          types: [],
          skipLibCheck: true,
        },
        files: ['recommended.ts'],
      }),
    );
    const checked = run(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
    expect(checked.stdout + checked.stderr).toBe('');
    expect(checked.status).toBe(0);

    write(
      'print.mjs',
      `import { resizeStatements } from './recommended.ts';
import { App, Stack } from 'aws-cdk-lib';
const stack = new Stack(new App(), 'S');
console.log(JSON.stringify(resizeStatements.map((one) => stack.resolve(one.toStatementJson()))));`,
    );
    const printed = run('--no-warnings', 'print.mjs');
    expect(printed.status).toBe(0);
    expect(JSON.parse(printed.stdout)).toEqual(JSON.parse(recommend()).Statement);
  });
});
