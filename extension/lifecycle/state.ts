import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Where the wrapper looks for the sensor: `port` and `ca.pem`, both public (the forms of the latter for other languages: trust-files.ts). The shell has removed those of an earlier process. */
export interface StateFiles {
  readonly directory: string;
  readonly port: string;
  readonly ca: string;
  /** For the Node preload, in a folder that is this user's only. */
  readonly socket: string;
  /** The placeholders of sealed credentials, three lines: worth nothing outside of this environment. */
  readonly credentials: string;
}

export function stateFiles(directory: string): StateFiles {
  return {
    directory,
    port: `${directory}/port`,
    ca: `${directory}/ca.pem`,
    socket: `${directory}/local/socket`,
    credentials: `${directory}/credentials`,
  };
}

/**
 * Tells the wrapper the port, as the last of the files: whoever sees it may rely on the others. In a full /tmp no content can be written, but an empty
 * file still can, so there its name holds the port. Throws the file system's error where even that fails.
 */
export function announcePort(files: StateFiles, port: number): void {
  const temporary = `${files.port}.new`;
  try {
    mkdirSync(files.directory, { recursive: true, mode: 0o755 });
    writeFileSync(temporary, `${port}\n`, { mode: 0o644 });
    renameSync(temporary, files.port);
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The folder itself could not be made.
    }
    writeFileSync(`${files.directory}.port-${port}`, '', { mode: 0o644 });
  }
}

/** Makes the wrapper leave the function alone. Never throws. */
export function withdraw(files: StateFiles): void {
  try {
    rmSync(files.port, { force: true });
    const parent = dirname(files.directory);
    const prefix = `${basename(files.directory)}.port-`;
    for (const name of readdirSync(parent)) if (name.startsWith(prefix)) rmSync(`${parent}/${name}`, { force: true });
  } catch {
    // Nothing to withdraw.
  }
}

/** Descriptor on which the shell that started this process listens; started by hand, something else may be behind it. */
const SHELL = 3;

/** Tells the shell what it must hand to a successor. */
export function tellShell(word: string, env: Readonly<Record<string, string | undefined>> = process.env): void {
  if (env.ROLEFENCE_RESUME === undefined) return;
  try {
    writeSync(SHELL, `${word}\n`);
  } catch {
    // The shell is gone; nobody will start a successor.
  }
}
