import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { UsageError } from '../errors.ts';
import { awsProblem } from '../respond/aws.ts';
import type { FunctionState } from './support.ts';

/** Which functions: by name, or all that bear a tag, or all; the latter two narrowed by a pattern of names. */
export interface Selection {
  readonly names: readonly string[];
  readonly tag: { readonly key: string; readonly value: string | null } | null;
  readonly all: boolean;
  readonly match: RegExp | null;
}

/** `KEY=VALUE`, or KEY with whatever value. */
export function tagOf(text: string): { key: string; value: string | null } {
  const at = text.indexOf('=');
  if (text === '' || at === 0) throw new UsageError('--tag must be KEY or KEY=VALUE');
  return at < 0 ? { key: text, value: null } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** `*` stands for any text. */
export function patternOf(text: string): RegExp {
  if (!/^[\w*-]+$/.test(text)) throw new UsageError('--match must be a function name in which * stands for any text');
  return new RegExp(`^${text.replaceAll('*', '.*')}$`);
}

/** As they are now, in the order of the names given, or by name. */
export async function selected(client: LambdaClient, selection: Selection): Promise<FunctionState[]> {
  if (selection.names.length > 0) {
    const found: FunctionState[] = [];
    for (const name of new Set(selection.names)) found.push(await byName(client, name));
    return found;
  }
  const found: FunctionState[] = [];
  try {
    const { paginateListFunctions } = await import('@aws-sdk/client-lambda');
    for await (const page of paginateListFunctions({ client }, {}))
      for (const one of page.Functions ?? []) {
        if (selection.match !== null && !selection.match.test(one.FunctionName ?? '')) continue;
        if (selection.tag !== null && !(await bears(client, one.FunctionArn ?? '', selection.tag))) continue;
        found.push(stateOf(one));
      }
  } catch (error) {
    throw awsProblem('the functions of this account and region cannot be listed', error);
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function byName(client: LambdaClient, name: string): Promise<FunctionState> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  let found: FunctionConfiguration;
  try {
    found = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  } catch (error) {
    throw awsProblem(`function ${name} cannot be read`, error);
  }
  if (found.Version !== undefined && found.Version !== '$LATEST')
    throw new UsageError(`${name} is version ${found.Version}, which cannot be changed: name the function alone`);
  return stateOf(found);
}

async function bears(client: LambdaClient, arn: string, tag: { key: string; value: string | null }): Promise<boolean> {
  const { ListTagsCommand } = await import('@aws-sdk/client-lambda');
  const { Tags = {} } = await client.send(new ListTagsCommand({ Resource: arn }));
  return Object.hasOwn(Tags, tag.key) && (tag.value === null || Tags[tag.key] === tag.value);
}

export function stateOf(found: FunctionConfiguration): FunctionState {
  return {
    name: found.FunctionName ?? '',
    arn: (found.FunctionArn ?? '').split(':').slice(0, 7).join(':'),
    runtime: found.PackageType === 'Image' ? null : (found.Runtime ?? null),
    architecture: found.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    memoryMb: found.MemorySize ?? 128,
    layers: (found.Layers ?? []).map(({ Arn }) => Arn ?? ''),
    variables: found.Environment?.Variables ?? {},
    unreadable: found.Environment?.Error !== undefined,
    snapStart: found.SnapStart?.ApplyOn === 'PublishedVersions',
  };
}
