import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bundle, bundleAggregator, bundleCli, bundlePreload, bundleSensor, eagerSize } from './build/bundle.ts';
import { type BuiltFile, readTree, writeFile, writeTree } from './build/file.ts';
import { billOfMaterials, bundledComponents, type Component, licenceList } from './build/licences.ts';
import { type Architecture, nodeBinary } from './build/node-binary.ts';
import { zip } from './build/zip.ts';

/**
 * `npm run build`: the layers as trees (what appears under /opt) and as zips, and the operator's tool for npm, all in dist/. The same source gives the same
 * bytes. `--slim` makes only the layer that brings no Node; `--arch x86_64|arm64` makes only that one.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** Outside the checkout: what takes long to fetch or to compress, by version and by hash. */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rolefence');

const KIB = 1024;
/** DESIGN: budgets. */
const LIMITS = { beforeRegister: 150 * KIB, slimZip: 700 * KIB, universalZip: 45_000_000 };

const { values: flags } = parseArgs({ options: { slim: { type: 'boolean' }, arch: { type: 'string' } } });
if (flags.arch !== undefined && flags.arch !== 'x86_64' && flags.arch !== 'arm64') {
  process.stderr.write(`build: --arch is ${flags.arch}, expected x86_64 or arm64\n`);
  process.exit(2);
}

const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
const [sensor, preload] = await Promise.all([bundleSensor(root), bundlePreload(root)]);
const libraries = bundledComponents(root, [sensor.metafile, preload.metafile]);
const common = [
  ...readTree(join(root, 'layer/opt')),
  ...under('rolefence', sensor),
  ...under('rolefence', preload),
  { path: 'rolefence/LICENSE', mode: 0o644, content: readFileSync(join(root, 'LICENSE')) },
];

writeTree((await bundleAggregator(root)).files, join(dist, 'aggregator'));
const slim = [...common, ...papers(libraries)];
writeTree(slim, join(dist, 'layer-slim'));
const slimZip = write('rolefence-slim.zip', slim);

const checks = [
  {
    what: 'loaded before register',
    bytes: eagerSize(sensor.metafile, 'extension/main.ts'),
    limit: LIMITS.beforeRegister,
  },
  { what: 'rolefence-slim.zip', bytes: slimZip, limit: LIMITS.slimZip },
];
if (flags.slim !== true) {
  const cli = await bundleCli(root);
  writeTree([...cli.files, ...preload.files, ...pythonHooks()], join(dist, 'cli'));
  const architectures: readonly Architecture[] = flags.arch === undefined ? ['x86_64', 'arm64'] : [flags.arch];
  for (const architecture of architectures) {
    const bytes = universal(architecture);
    if (bytes !== null) {
      checks.push({ what: `rolefence-universal-${architecture}.zip`, bytes, limit: LIMITS.universalZip });
    }
  }
}
for (const { what, bytes, limit } of checks) {
  const kib = (n: number) => `${(n / KIB).toFixed(1)} KiB`;
  process.stdout.write(`${bytes > limit ? 'TOO LARGE ' : ''}${what}: ${kib(bytes)} of ${kib(limit)}\n`);
}
process.exitCode = checks.some(({ bytes, limit }) => bytes > limit) ? 1 : 0;

/** The slim layer and a Node of its own, for runtimes that have none. The tree is that of the machine's own kind. */
function universal(architecture: Architecture): number | null {
  const node = nodeBinary(root, architecture, cache);
  if (node === null) return null;
  const component = { name: 'node', version: node.version, licence: 'MIT', text: node.licence };
  const files = [
    ...common,
    ...papers([...libraries, component]),
    // Executable but not readable: Linux then closes the process's memory, environment and descriptors to others of the same user.
    { path: 'rolefence/bin/node', mode: 0o711, content: node.program },
  ];
  if (architecture === (process.arch === 'arm64' ? 'arm64' : 'x86_64')) writeTree(files, join(dist, 'layer-universal'));
  return write(`rolefence-universal-${architecture}.zip`, files);
}

/** Beside the tool: `rolefence run` leads Python's presigners to the sensor, too. */
function pythonHooks(): BuiltFile[] {
  return readTree(join(root, 'layer/opt/rolefence/python')).map((file) => ({ ...file, path: `python/${file.path}` }));
}

function papers(components: readonly Component[]): BuiltFile[] {
  return [
    { path: 'rolefence/THIRD_PARTY_LICENSES', mode: 0o644, content: Buffer.from(licenceList(components)) },
    { path: 'rolefence/sbom.cdx.json', mode: 0o644, content: Buffer.from(billOfMaterials(version, components)) },
  ];
}

function under(folder: string, bundle: Bundle): BuiltFile[] {
  return bundle.files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
}

function write(name: string, files: readonly BuiltFile[]): number {
  const content = zip(files, cache);
  writeFile(join(dist, name), { content, mode: 0o644 });
  return content.length;
}
