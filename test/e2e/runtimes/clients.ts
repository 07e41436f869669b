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
  /** `verb`: work or attack. */
  command(verb: string): readonly string[];
}

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

function java(http: string, name: string): RuntimeClient {
  const tools = provideAsRoot('python', 'java');
  const folder = tools.folders.java ?? '';
  const classes = `${join(folder, 'classes')}:${join(folder, 'lib/*')}`;
  return {
    runtime: 'Java',
    sdk: 'Java v2',
    http,
    tools,
    command: (verb) => ['java', '-cp', classes, 'Client', name, verb],
  };
}

const goTools = provideAsRoot('python', 'go');

export const CLIENTS: readonly RuntimeClient[] = [
  ...node('Node.js 24', null),
  ...node('Node.js 22', 'node-22'),
  ...node('Node.js 20', 'node-20'),
  python('boto3', 'urllib3', 'python'),
  python('aiobotocore', 'aiohttp', 'aiobotocore'),
  java('Apache', 'apache'),
  java('Netty', 'netty'),
  java('URL connection', 'url'),
  {
    runtime: 'Go',
    sdk: 'Go v2',
    http: 'net/http',
    tools: goTools,
    command: (verb) => [join(goTools.folders.go ?? '', 'client'), verb],
  },
];
