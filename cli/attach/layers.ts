import type { LambdaClient } from '@aws-sdk/client-lambda';
import { isSlim } from '../doctor/deployment.ts';
import { UsageError } from '../errors.ts';
import { awsProblem } from '../respond/aws.ts';
import type { FunctionState, LayerKind } from './support.ts';

/** A layer version as Lambda describes it. Empty lists say nothing: then it was published without. */
export interface LayerVersion {
  readonly arn: string;
  readonly runtimes: readonly string[];
  readonly architectures: readonly string[];
}

/** Names as template.yaml publishes them. */
const NAMES = {
  slim: () => 'rolefence-slim',
  universal: (architecture: string) => `rolefence-universal-${architecture}`,
} as const;

const ARN = /^arn:[\w-]+:lambda:([\w-]+):\d{12}:layer:[\w-]+:(\d+)$/;

export function checkLayerArn(text: string): string {
  if (ARN.test(text)) return text;
  throw new UsageError(
    `--layer-arn must be the ARN of a layer version (arn:aws:lambda:…:layer:NAME:1), not '${text.slice(0, 80)}'`,
  );
}

/** The layer for a function: of those that were named the one that fits, else the newest of this account under our name. */
export class Layers {
  readonly #client: LambdaClient;
  readonly #given: readonly string[];
  readonly #newest = new Map<string, Promise<LayerVersion | null>>();
  #described: Promise<LayerVersion[]> | null = null;

  constructor(client: LambdaClient, given: readonly string[]) {
    this.#client = client;
    this.#given = given;
  }

  /** Its ARN, or why there is none, one phrase. */
  async for(state: FunctionState, kind: LayerKind): Promise<{ arn: string } | { reason: string }> {
    if (this.#given.length === 0) {
      const name = NAMES[kind](state.architecture);
      const found = await (this.#newest.get(name) ?? this.#lookUp(name));
      if (found === null)
        return {
          reason: `there is no layer ${name} in this account and region (deploy template.yaml, or name one by --layer-arn)`,
        };
      const misfit = misfitOf(found, state);
      return misfit === null ? { arn: found.arn } : { reason: misfit };
    }
    this.#described ??= Promise.all(this.#given.map((arn) => this.#describe(arn)));
    const versions = await this.#described;
    const misfits = versions.map((version) =>
      kind === 'universal' && isSlim(version.arn)
        ? 'the slim layer brings no Node.js, which this function needs (use the universal one)'
        : misfitOf(version, state),
    );
    const at = misfits.indexOf(null);
    return at < 0 ? { reason: misfits[0]! } : { arn: versions[at]!.arn };
  }

  #lookUp(name: string): Promise<LayerVersion | null> {
    const found = this.#newestOf(name);
    this.#newest.set(name, found);
    return found;
  }

  async #newestOf(name: string): Promise<LayerVersion | null> {
    const { ListLayerVersionsCommand } = await import('@aws-sdk/client-lambda');
    try {
      const { LayerVersions = [] } = await this.#client.send(new ListLayerVersionsCommand({ LayerName: name }));
      const newest = LayerVersions.reduce<(typeof LayerVersions)[0] | null>(
        (best, one) => ((one.Version ?? 0) > (best?.Version ?? 0) ? one : best),
        null,
      );
      return newest === null ? null : versionOf(newest.LayerVersionArn ?? '', newest);
    } catch (error) {
      throw awsProblem(`layer ${name} cannot be looked up`, error);
    }
  }

  async #describe(arn: string): Promise<LayerVersion> {
    const { GetLayerVersionCommand } = await import('@aws-sdk/client-lambda');
    const parts = arn.split(':');
    try {
      const found = await this.#client.send(
        new GetLayerVersionCommand({ LayerName: parts.slice(0, 7).join(':'), VersionNumber: Number(parts[7]) }),
      );
      return versionOf(arn, found);
    } catch (error) {
      throw awsProblem(`layer ${arn} cannot be used`, error);
    }
  }
}

const versionOf = (
  arn: string,
  found: { CompatibleRuntimes?: string[] | undefined; CompatibleArchitectures?: string[] | undefined },
): LayerVersion => ({
  arn,
  runtimes: found.CompatibleRuntimes ?? [],
  architectures: found.CompatibleArchitectures ?? [],
});

/** Why a layer version does not fit a function; null where it does. */
export function misfitOf(
  { arn, runtimes, architectures }: LayerVersion,
  { runtime, architecture, arn: own }: FunctionState,
): string | null {
  const name = arn.split(':').slice(6).join(':');
  if (arn.split(':')[3] !== own.split(':')[3])
    return `layer ${name} is in ${arn.split(':')[3]}, the function in ${own.split(':')[3]}`;
  if (architectures.length > 0 && !architectures.includes(architecture))
    return `layer ${name} is for ${architectures.join(', ')}, the function runs on ${architecture}`;
  if (runtime !== null && runtimes.length > 0 && !runtimes.includes(runtime))
    return `layer ${name} is not for ${runtime}`;
  return null;
}
