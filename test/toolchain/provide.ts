import { recentFailure } from './install.ts';
import { locked } from './locked.ts';
import { folderOf, isReady, obstacle, onPath } from './tool.ts';
import { TOOLS, type ToolName } from './tools.ts';

/** Folders of the tools, or why a suite that needs them must be skipped. */
export interface Provided<N extends ToolName> {
  /** One sentence; null where all is there. */
  readonly missing: string | null;
  readonly folders: Readonly<Record<N, string>>;
}

/** The tools that a suite needs, set up now where they are not there yet. Two test files at once are safe. */
export function provide<N extends ToolName>(...names: readonly N[]): Provided<N> {
  const folders = Object.fromEntries(names.map((name) => [name, folderOf(TOOLS[name])])) as Record<N, string>;
  for (const name of names) {
    const missing = isReady(folders[name]) ? null : setUp(name);
    if (missing !== null) return { missing, folders };
  }
  return { missing: null, folders };
}

/** Mount namespaces, in which the emulator runs, need root. */
export function provideAsRoot<N extends ToolName>(...names: readonly N[]): Provided<N> {
  if (process.platform === 'linux' && (process.getuid?.() !== 0 || !onPath('unshare'))) {
    return { missing: 'mount namespaces need root and unshare', folders: {} as Record<N, string> };
  }
  return provide(...names);
}

/** For the title of a suite: a skipped one says why. */
export const because = (provided: { readonly missing: string | null }): string =>
  provided.missing === null ? '' : ` (skipped: ${provided.missing})`;

function setUp(name: ToolName): string | null {
  const impossible = obstacle(TOOLS[name]) ?? recentFailure(TOOLS[name]);
  if (impossible !== null) return impossible;
  if (locked(name, 'ignore', '--once') === 0) return null;
  return recentFailure(TOOLS[name]) ?? `${name} cannot be set up`;
}
