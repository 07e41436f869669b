import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';

/** The models that the catalog is made from: current for every service, and Apache-2.0. The pin is the wheel's own digest. */
export const BOTOCORE = {
  version: '1.44.8',
  sha256: '76342a76c338701db80dcb8afe1c9bd079283d6fffbb9d881442abb02a215043',
  licence: 'Apache-2.0',
} as const;

/** One service as botocore describes it. Only what the generator reads is typed. */
export interface ServiceModel {
  /** Folder name in botocore's data (`lambda`, `opensearch`). */
  readonly id: string;
  readonly metadata: {
    readonly apiVersion: string;
    readonly endpointPrefix: string;
    readonly signingName?: string;
    readonly serviceId: string;
    readonly protocol: string;
    readonly protocols?: readonly string[];
    readonly jsonVersion?: string;
    readonly targetPrefix?: string;
    readonly auth?: readonly string[];
    readonly signatureVersion?: string;
  };
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, ShapeModel>>;
}

export interface OperationModel {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input?: { readonly shape: string };
  readonly endpoint?: { readonly hostPrefix: string };
  readonly authtype?: string;
  /** Values that the operation hands to the endpoint rules (`OperationType` of Kinesis). */
  readonly staticContextParams?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly auth?: readonly string[];
}

export interface ShapeModel {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, MemberModel>>;
  readonly member?: MemberModel;
  readonly payload?: string;
  readonly flattened?: boolean;
}

export interface MemberModel {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
}

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rolefence');

/** The wheel's bytes, from the cache or from PyPI through pip; refused where the digest is another. */
function wheel(): Uint8Array {
  const name = `botocore-${BOTOCORE.version}-py3-none-any.whl`;
  const kept = join(cache, name);
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'download-'));
    execFileSync(
      'python3',
      ['-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, `botocore==${BOTOCORE.version}`],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    renameSync(join(folder, readdirSync(folder)[0] ?? name), kept);
    rmSync(folder, { recursive: true });
  }
  const bytes = readFileSync(kept);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== BOTOCORE.sha256)
    throw new Error(`${kept} has the SHA-256 ${digest}, not the pinned one; delete it and try again`);
  return bytes;
}

export interface BotocoreData {
  /** Newest model of each service, in order of their ids. */
  readonly models: readonly ServiceModel[];
  /** Endpoint rule set of a service, as its JSON. */
  readonly rules: ReadonlyMap<string, unknown>;
  readonly partitions: PartitionData;
  /** Region that an unregional service is signed for, by the endpoint prefix: botocore still takes it from its older table. */
  readonly scopes: ReadonlyMap<string, readonly string[]>;
}

interface OldEndpoints {
  readonly partitions: readonly {
    readonly services: Readonly<
      Record<
        string,
        {
          readonly partitionEndpoint?: string;
          readonly isRegionalized?: boolean;
          readonly endpoints: Readonly<Record<string, { readonly credentialScope?: { readonly region?: string } }>>;
        }
      >
    >;
  }[];
}

export interface PartitionData {
  readonly partitions: readonly {
    readonly id: string;
    readonly regionRegex: string;
    readonly outputs: {
      readonly dnsSuffix: string;
      readonly dualStackDnsSuffix: string;
      readonly implicitGlobalRegion: string;
    };
  }[];
}

export function readBotocore(): BotocoreData {
  const files = unzipSync(wheel(), {
    filter: ({ name }) =>
      /^botocore\/data\/((?:partitions|endpoints)\.json|[^/]+\/[^/]+\/(service-2|endpoint-rule-set-1)\.json(\.gz)?)$/.test(
        name,
      ),
  });
  const json = (name: string): unknown => {
    const bytes = files[name]!;
    return JSON.parse(Buffer.from(name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  };
  const newest = new Map<string, string>();
  const rules = new Map<string, unknown>();
  for (const name of Object.keys(files).sort()) {
    const [, , id, version, file] = name.split('/');
    if (id === undefined || version === undefined || file === undefined) continue;
    if (file.startsWith('service-2')) newest.set(id, name);
    else rules.set(id, json(name));
  }
  const models = [...newest].map(([id, name]) => {
    const model = json(name) as Omit<ServiceModel, 'id'>;
    // CloudFront's names bear a date (`CreateDistribution2020_05_31`); SDKs and IAM know the key alone.
    const operations = Object.entries(model.operations).map(([key, operation]) => [key, { ...operation, name: key }]);
    return { ...model, operations: Object.fromEntries(operations) as ServiceModel['operations'], id };
  });
  const partitions = json('botocore/data/partitions.json') as PartitionData;
  return { models, rules, partitions, scopes: scopesOf(json('botocore/data/endpoints.json') as OldEndpoints) };
}

function scopesOf(old: OldEndpoints): Map<string, string[]> {
  const scopes = new Map<string, string[]>();
  for (const { services } of old.partitions) {
    for (const [prefix, { partitionEndpoint, isRegionalized, endpoints }] of Object.entries(services)) {
      if (isRegionalized !== false || partitionEndpoint === undefined) continue;
      const region = endpoints[partitionEndpoint]?.credentialScope?.region;
      if (region !== undefined) scopes.set(prefix, [...(scopes.get(prefix) ?? []), region]);
    }
  }
  return scopes;
}
