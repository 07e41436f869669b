import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { rolefence } from '../cli/policy/rolefence.ts';
import { because, provide } from '../toolchain/provide.ts';
import { asTypeScript } from './terraform-types.ts';

const ROOT = join(import.meta.dirname, '../..');
const WRAPPER = '/opt/rolefence/wrapper';
/** On a busy machine the tools take long to start. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** A synthesised CloudFormation template, as far as it is read here. */
interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
}
// biome-ignore lint/suspicious/noExplicitAny: whatever a tool has synthesised.
type Properties = Record<string, any>;

const folder = mkdtempSync(join(tmpdir(), 'rolefence-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Examples beside each other as in the checkout, and zips that stand for the built layers. */
beforeAll(() => {
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.includes('node_modules'),
  });
  mkdirSync(join(folder, 'dist'));
  for (const name of ['slim', 'universal-x86_64'])
    writeFileSync(join(folder, `dist/rolefence-${name}.zip`), zipSync({ name: new TextEncoder().encode(name) }));
});

const of = (template: Template, type: string): [id: string, properties: Properties][] =>
  Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [[id, Properties]] : []));

/** Every function has one layer of this template, that of its runtime, and the variables. */
function expectAttached(template: Template, prefix: 'AWS::Lambda' | 'AWS::Serverless'): void {
  const functions = of(template, `${prefix}::Function`);
  const layers = new Map(of(template, `${prefix}::LayerVersion`));
  expect(functions).toHaveLength(2);
  const used = functions.map(([, { Runtime, Layers, Environment }]) => {
    expect(Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER).toBe(WRAPPER);
    expect(Layers).toHaveLength(1);
    expect(layers.has(Layers[0].Ref)).toBe(true);
    return [`${Runtime}`.replace(/[\d.x]+$/, ''), /universal/i.test(Layers[0].Ref) ? 'universal' : 'slim'];
  });
  expect(new Map(used as [string, string][])).toEqual(
    new Map([
      ['python', 'universal'],
      ['nodejs', 'slim'],
    ]),
  );
}

/** What the tool's audit finds in an example: rule and resource of each finding. */
function audited(path: string): string[] {
  const { stdout, stderr } = rolefence(['audit', '--json', path]);
  expect(stderr).toBe('');
  return JSON.parse(stdout).findings.map(
    (one: { ruleId: string; resource: string }) => `${one.ruleId} ${one.resource}`,
  );
}

/** SAM and CloudFormation write !Ref and !GetAtt as tags. */
function readYaml(path: string): Template {
  const tag = (name: string, key: string) => ({ tag: name, resolve: (text: string) => ({ [key]: text }) });
  return parse(readFileSync(path, 'utf8'), {
    customTags: [tag('!Ref', 'Ref'), tag('!GetAtt', 'Fn::GetAtt'), tag('!Sub', 'Fn::Sub')],
  });
}

const clean = (env: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: folder,
  AWS_REGION: 'eu-west-1',
  SAM_CLI_TELEMETRY: '0',
  ...env,
});

describe('the SAM example', () => {
  const sam = provide('sam');
  const validate = (file: string) =>
    spawnSync(join(sam.folders.sam, 'bin/sam'), ['validate', '--lint', '-t', file, '--region', 'eu-west-1'], {
      cwd: ROOT,
      env: clean(),
      encoding: 'utf8',
    });

  it
    .skipIf(sam.missing !== null)
    .each(['examples/sam/template.yaml', 'template.yaml', 'examples/image-resizer/template.yaml'])(
    `%s is what sam validate --lint accepts${because(sam)}`,
    (file) => {
      const { status, stdout, stderr } = validate(file);
      expect(`${stdout}${stderr}`).toContain('is a valid SAM Template');
      expect(status).toBe(0);
    },
  );

  it('attaches layer and variables to a Python and a Node.js function', () => {
    expectAttached(readYaml(join(ROOT, 'examples/sam/template.yaml')), 'AWS::Serverless');
  });

  it.each([
    ['examples/sam/template.yaml', []],
    // A role that may do anything is what the demo is about
    ['examples/image-resizer/template.yaml', ['RF102 ImageResizer', 'RF203 ImageResizer']],
    ['template.yaml', ['RF501 Aggregation']],
  ])('%s: the audit finds %j', (file, found) => {
    expect(audited(join(ROOT, file))).toEqual(found);
  });

  it('takes five lines for a Python function', () => {
    const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
    const at = lines.findIndex((line) => line.trim() === 'Layers:');
    const { Layers, Environment } = parse(lines.slice(at, at + 5).join('\n'), {
      customTags: [{ tag: '!Ref', resolve: (text: string) => ({ Ref: text }) }],
    });
    expect(Layers).toHaveLength(1);
    expect(Environment).toEqual({ Variables: { AWS_LAMBDA_EXEC_WRAPPER: WRAPPER } });
    expect(lines[at + 5]).toBe('```');
  });
});

describe('the CDK example', () => {
  const cdk = provide('example-cdk');
  it.skipIf(cdk.missing !== null)(`attaches layer and variables in what it synthesises${because(cdk)}`, () => {
    const app = join(folder, 'examples/cdk');
    symlinkSync(join(cdk.folders['example-cdk'], 'node_modules'), join(app, 'node_modules'));
    const { status, stderr } = spawnSync(process.execPath, ['app.ts'], {
      cwd: app,
      env: clean({ CDK_OUTDIR: join(folder, 'cdk.out') }),
      encoding: 'utf8',
    });
    expect(stderr).not.toContain('Error');
    expect(status).toBe(0);
    const name = readdirSync(join(folder, 'cdk.out')).find((file) => file.endsWith('.template.json'))!;
    const template: Template = JSON.parse(readFileSync(join(folder, 'cdk.out', name), 'utf8'));
    expectAttached(template, 'AWS::Lambda');
    expect(audited(join(folder, 'cdk.out'))).toEqual([]);
  });
});

describe('the Serverless Framework example', () => {
  const tool = provide('example-serverless');
  it.skipIf(tool.missing !== null)(`attaches layer and variables in what it packages${because(tool)}`, async () => {
    // It asks CloudFormation for the stack that is there; this stands for an account without one.
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(400, { 'Content-Type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>',
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const service = join(folder, 'examples/serverless');
    const child = spawn(
      process.execPath,
      [join(tool.folders['example-serverless'], 'node_modules/.bin/osls'), 'package'],
      {
        cwd: service,
        env: clean({ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (said += part));
    const code = await new Promise((resolve) => child.once('close', resolve));
    server.close();
    expect(said).toContain('Service packaged');
    expect(code).toBe(0);
    const template: Template = JSON.parse(
      readFileSync(join(service, '.serverless/cloudformation-template-update-stack.json'), 'utf8'),
    );
    expectAttached(template, 'AWS::Lambda');
    // The framework gives all functions of a service one role: in what it puts out as in what it is made of
    expect(audited(join(service, '.serverless'))).toEqual(['RF301 IamRoleLambdaExecution']);
    expect(audited(join(service, 'serverless.yml'))).toEqual(['RF301 provider']);
  });
});

describe('the Terraform example', () => {
  const hcl = provide('hcl');
  it.skipIf(hcl.missing !== null)(`attaches layer and variables in what is parsed of it${because(hcl)}`, () => {
    const program = join(hcl.folders.hcl, 'bin/hcl2tojson');
    const { stdout, status } = spawnSync(program, [join(ROOT, 'examples/terraform/main.tf')], { encoding: 'utf8' });
    expect(status).toBe(0);
    const { resource, locals } = JSON.parse(stdout.replaceAll('\\"', '').replaceAll(/\$\{([^{}]*)\}/g, '$1')) as {
      resource: Record<string, Record<string, Properties>>[];
      locals: Properties[];
    };
    expect(locals[0]!.rolefence.AWS_LAMBDA_EXEC_WRAPPER).toBe(WRAPPER);
    const named = (type: string) => resource.flatMap((one) => Object.entries(one[type] ?? {}));
    const layers = named('aws_lambda_layer_version').map(([name]) => name);
    const functions = named('aws_lambda_function');
    expect(
      functions.map(
        ([
          ,
          {
            runtime,
            layers: [layer],
          },
        ]) => [runtime, layer],
      ),
    ).toEqual([
      ['python3.13', 'aws_lambda_layer_version.rolefence_universal.arn'],
      ['nodejs22.x', 'aws_lambda_layer_version.rolefence_slim.arn'],
    ]);
    expect(layers).toEqual(['rolefence_universal', 'rolefence_slim']);
    for (const [, { environment }] of functions) expect(environment[0].variables).toContain('merge(local.rolefence,');
  });

  const bindings = provide('hcl', 'terraform-bindings');
  /** What the compiler says of each configuration (as JSON), held against the providers' bindings. */
  const problems = (configurations: readonly string[]): string[] => {
    const work = mkdtempSync(join(folder, 'terraform-'));
    const sources = configurations.map((json, index) => {
      const source = asTypeScript(JSON.parse(json), bindings.folders['terraform-bindings']);
      writeFileSync(join(work, `${index}.ts`), source);
      return `${index}.ts`;
    });
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions'];
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const { stdout } = spawnSync(tsc, [...options, '--pretty', 'false', ...sources], { cwd: work, encoding: 'utf8' });
    expect(stdout).not.toMatch(/^error/);
    const lines = stdout.split('\n');
    return sources.map((source) => lines.filter((line) => line.startsWith(source)).join('\n'));
  };

  it.skipIf(bindings.missing !== null)(
    `names what the providers have, and all that they need, in the types that they take${because(bindings)}`,
    () => {
      const program = join(bindings.folders.hcl, 'bin/hcl2tojson');
      const { stdout } = spawnSync(program, [join(ROOT, 'examples/terraform/main.tf')], { encoding: 'utf8' });
      const right = JSON.stringify(JSON.parse(stdout));
      const wrong = [
        ['"memory_size":256', '"memory_sise":256', /memorySise/],
        ['"memory_size":256', '"memory_size":"\\"lots\\""', /not assignable to type 'number'/],
        ['"role":', '"description":', /'role' is missing/],
        ['aws_iam_role.orders.arn', 'aws_iam_role.orders.arm', /'arm'/],
        ['aws_iam_role.orders.arn', 'aws_iam_role.nobody.arn', /aws_iam_role_nobody/],
        ['"attribute":[{"name":"\\"id\\"",', '"attribute":[{', /'name' is missing/],
      ] as const;
      for (const [from] of wrong) expect(right).toContain(from);
      const [said, ...others] = problems([right, ...wrong.map(([from, to]) => right.replace(from, () => to))]);
      expect(said).toBe('');
      for (const [index, [, , expected]] of wrong.entries()) expect(others[index]).toMatch(expected);
    },
  );

  const terraform = spawnSync('terraform', ['version']).status === 0;
  it.skipIf(!terraform)('is written as terraform fmt writes it', () => {
    const args = ['fmt', '-check', '-diff', join(ROOT, 'examples/terraform')];
    const { stdout, status } = spawnSync('terraform', args, { encoding: 'utf8', env: clean() });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
