import { closeSync, openSync, readSync } from 'node:fs';
import { isPacked } from '../../baseline/store/packed.ts';
import { fileProblem, InputError } from '../errors.ts';
import type { Source } from '../input/source.ts';
import type { Table } from './table.ts';

/** A file of CloudTrail's. */
export interface TrailFile {
  readonly name: string;
  readonly path: string;
  readonly packed: boolean;
  readonly bytes: number;
  /** As its gzip says. */
  readonly unpackedBytes: number;
}

/** UsageError where it cannot be opened. */
export function trailFile({ name, path, size }: Source & { readonly path: string }): TrailFile {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const ends = Buffer.alloc(8);
    readSync(file, ends, 0, 2, 0);
    const packed = isPacked(ends);
    const bytes = size ?? 0;
    // RFC 1952: the last four bytes are the length of what was packed
    if (packed && bytes >= 4) readSync(file, ends, 4, 4, bytes - 4);
    return { name, path, packed, bytes, unpackedBytes: packed ? ends.readUInt32LE(4) : bytes };
  } catch (cause) {
    throw new InputError(name, null, fileProblem(cause), { cause });
  } finally {
    if (file !== null) closeSync(file);
  }
}

/**
 * Files that are read in one go: of one packing, and of like sizes, since room is made for the largest in each thread. `most` bytes of them unpacked, or one.
 */
export function batches(files: readonly TrailFile[], most: number): TrailFile[][] {
  const sorted = [...files].sort(
    (a, b) => Number(a.packed) - Number(b.packed) || a.unpackedBytes - b.unpackedBytes || (a.name < b.name ? -1 : 1),
  );
  const made: TrailFile[][] = [];
  let bytes = 0;
  for (const file of sorted) {
    const last = made.at(-1);
    if (last === undefined || last[0]!.packed !== file.packed || bytes + file.unpackedBytes > most) {
      made.push([file]);
      bytes = file.unpackedBytes;
    } else {
      last.push(file);
      bytes += file.unpackedBytes;
    }
  }
  return made;
}

/** What files of one packing hold, as rows of `TRAIL`. An error where one of them is no log of CloudTrail's. */
export function trailOf(files: readonly TrailFile[]): string {
  const names = files.map(({ path }) => text(path.replaceAll(/[*?[]/g, '[$&]')));
  const largest = Math.max(...files.map(({ unpackedBytes }) => unpackedBytes));
  return `
  SELECT unnest(coalesce(json_transform(json, ${text(SHAPE)}).Records, error('no Records')), max_depth := 2)
  FROM read_ndjson_objects([${names.join(', ')}], compression = '${files[0]!.packed ? 'gzip' : 'uncompressed'}', maximum_object_size = ${largest + ROOM}, hive_partitioning = false)`;
}

/** For an end of line. */
const ROOM = 1024;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The fields that are asked for, as CloudTrail writes them: of the rest nothing is kept. What differs from service to service stays text. */
const SHAPE = JSON.stringify({
  Records: [
    {
      userIdentity: {
        type: 'VARCHAR',
        principalId: 'VARCHAR',
        arn: 'VARCHAR',
        accountId: 'VARCHAR',
        accessKeyId: 'VARCHAR',
        invokedBy: 'VARCHAR',
        inScopeOf: { credentialsIssuedTo: 'VARCHAR' },
      },
      eventTime: 'VARCHAR',
      eventSource: 'VARCHAR',
      eventName: 'VARCHAR',
      awsRegion: 'VARCHAR',
      errorCode: 'VARCHAR',
      requestParameters: 'VARCHAR',
      additionalEventData: 'VARCHAR',
      eventID: 'VARCHAR',
      resources: [{ ARN: 'VARCHAR', type: 'VARCHAR' }],
      eventType: 'VARCHAR',
      recipientAccountId: 'VARCHAR',
      sharedEventID: 'VARCHAR',
    },
  ],
});

/** The same as a table of Athena's, which knows no capitals. */
export const TRAIL: Table = {
  name: 'trail',
  sql: 'trail',
  columns: new Map(
    Object.entries(JSON.parse(SHAPE.toLowerCase()).records[0]).map(([name, type]) => [name, hiveType(type)]),
  ),
  partitions: [],
};

function hiveType(type: unknown): string {
  if (Array.isArray(type)) return `array<${hiveType(type[0])}>`;
  if (typeof type !== 'object' || type === null) return 'string';
  return `struct<${Object.entries(type)
    .map(([name, of]) => `${name}:${hiveType(of)}`)
    .join(',')}>`;
}
