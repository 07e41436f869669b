import { join } from 'node:path';
import { provideAsRoot } from '../../toolchain/provide.ts';
import type { ToolName } from '../../toolchain/tools.ts';

/** One row of docs/runtimes.md: a program that does the same with one SDK over one HTTP client. */
export interface RuntimeClient {
  readonly runtime: string;
  readonly sdk: string;
  readonly http: string;
  /** What it needs besides npm's packages. */
  readonly tools: { readonly missing: string | null };
  /** The operations of its `work`, in order, where they are not those of WORK: not every SDK can be had with every service. */
  readonly work?: readonly string[];
  /** What its `attack` tries, where it is not a Scan. */
  readonly attack?: string;
  /** `verb`: work or attack. */
  command(verb: string): readonly string[];
}

/** In order: download, upload of 600 KB, an item, and the download by a presigned URL and another client. */
export const WORK: readonly string[] = ['GetObject', 'PutObject', 'GetItem', 'GetObject'];

const HERE = import.meta.dirname;

function node(runtime: string, program: string | null): RuntimeClient[] {
  const tools = provideAsRoot('python', ...(program === null ? [] : [program as ToolName]));
  const own = program === null ? process.execPath : join(tools.folders[program as ToolName] ?? '', 'node');
  return [
    {
      runtime,
      sdk: 'JavaScript v3',
      http: 'https, fetch',
      tools,
      command: (verb) => [own, join(HERE, 'node/v3.mjs'), verb],
    },
    { runtime, sdk: 'JavaScript v2', http: 'https', tools, command: (verb) => [own, join(HERE, 'node/v2.cjs'), verb] },
  ];
}

function python(sdk: string, http: string, tool: ToolName): RuntimeClient {
  const tools = provideAsRoot('python', tool);
  const program = join(tools.folders[tool] ?? '', 'bin/python');
  return {
    runtime: 'Python',
    sdk,
    http,
    tools,
    command: (verb) => [program, join(HERE, 'python/client.py'), sdk, verb],
  };
}

function java(sdk: string, http: string, ...program: readonly string[]): RuntimeClient {
  const tools = provideAsRoot('python', 'java');
  const folder = tools.folders.java ?? '';
  const classes = `${join(folder, 'classes')}:${join(folder, 'lib/*')}`;
  return { runtime: 'Java', sdk, http, tools, command: (verb) => ['java', '-cp', classes, ...program, verb] };
}

/** Not a row of the table: what the SDKs for Java speak to Kinesis only. */
export const JAVA_CBOR: RuntimeClient = {
  ...java('Java v2', 'URL connection', 'Client', 'kinesis'),
  attack: 'PutRecord',
};

/** A program that the toolchain has compiled. */
function compiled(runtime: string, sdk: string, http: string, tool: ToolName): RuntimeClient {
  const tools = provideAsRoot('python', tool);
  return { runtime, sdk, http, tools, command: (verb) => [join(tools.folders[tool] ?? '', 'client'), verb] };
}

/** `s3 cp` asks for the size first. */
function cli(version: string, tool: ToolName, program: (folder: string) => string): RuntimeClient {
  const tools = provideAsRoot('python', tool);
  const aws = program(tools.folders[tool] ?? '');
  return {
    runtime: 'AWS CLI',
    sdk: version,
    http: 'urllib3',
    tools,
    work: ['HeadObject', ...WORK],
    command: (verb) => ['sh', join(HERE, 'shell/aws.sh'), aws, verb],
  };
}

export const CLIENTS: readonly RuntimeClient[] = [
  ...node('Node.js 24', null),
  ...node('Node.js 22', 'node-22'),
  ...node('Node.js 20', 'node-20'),
  python('boto3', 'urllib3', 'python'),
  python('aiobotocore', 'aiohttp', 'aiobotocore'),
  java('Java v2', 'Apache', 'Client', 'apache'),
  java('Java v2', 'Netty', 'Client', 'netty'),
  java('Java v2', 'URL connection', 'Client', 'url'),
  java('Java v2', 'CRT', 'Client', 'crt'),
  {
    ...java('Java v2', "CRT's S3 client", 'Client', 'crt-s3'),
    work: ['HeadObject', 'GetObject', 'PutObject', 'GetObject'],
    attack: 'ListObjectsV2',
  },
  java('Java v1', 'Apache', 'ClientV1'),
  compiled('Go', 'Go v2', 'net/http', 'go'),
  compiled('Rust', 'Rust', 'hyper, rustls', 'rust'),
  {
    runtime: 'Ruby',
    sdk: 'Ruby v3',
    http: 'net/http',
    tools: provideAsRoot('python', 'ruby'),
    // Debian has the SDK with these services only.
    work: ['GetObject', 'PutObject', 'GetCallerIdentity', 'GetObject'],
    attack: 'ListKeys',
    command: (verb) => ['ruby', join(HERE, 'ruby/client.rb'), verb],
  },
  {
    runtime: 'PHP',
    sdk: 'AsyncAws',
    http: 'Symfony over curl',
    tools: provideAsRoot('python', 'php'),
    work: ['GetQueueUrl', 'SendMessage'],
    attack: 'ListQueues',
    command: (verb) => ['php', join(HERE, 'php/async-aws.php'), verb],
  },
  {
    runtime: 'PHP',
    sdk: 'none',
    http: 'curl, signing itself',
    tools: provideAsRoot('python', 'php'),
    work: WORK.slice(0, 3),
    command: (verb) => ['php', join(HERE, 'php/curl.php'), verb],
  },
  cli('version 1', 'awscli', (folder) => join(folder, 'bin/aws')),
  cli('version 2', 'awscli-2', () => '/usr/bin/aws'),
  {
    runtime: 'curl',
    sdk: 'none',
    http: 'curl, signing itself',
    tools: provideAsRoot('python'),
    work: WORK.slice(0, 3),
    command: (verb) => ['sh', join(HERE, 'shell/curl.sh'), verb],
  },
];
