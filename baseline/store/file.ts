import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { acceptApproved, type Demand } from '../approval/accept.ts';
import { BaselineError } from '../model/baseline-error.ts';
import type { BaselineDocument } from '../model/document.ts';
import { parseBaseline } from '../model/read.ts';
import { serializeBaseline } from '../model/write.ts';

/** A baseline file that could not be read or written. The message is one sentence; `cause` is what the file system said. */
export class BaselineFileError extends Error {
  readonly code = 'baseline-file';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BaselineFileError';
  }
}

/** Throws BaselineFileError where there is no readable file, BaselineError where it holds no baseline. */
export async function loadBaselineFile(path: string): Promise<BaselineDocument> {
  return parseBaseline(await readText(path), path);
}

/** The same, but BaselineError too where the document is not what was demanded. */
export async function loadApprovedBaselineFile(path: string, demand: Demand): Promise<BaselineDocument> {
  return acceptApproved(await readText(path), path, demand);
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
    // Loaded where it is needed: a sensor's own file is not packed as a rule.
    if (bytes[0] === 0x1f) {
      const { BASELINE_FILE, unpacked } = await import('./packed.ts');
      bytes = Buffer.from(unpacked(bytes, BASELINE_FILE));
    }
  } catch (cause) {
    throw new BaselineFileError(`baseline file ${path} cannot be read (${reasonOf(cause)})`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BaselineError('baseline-json', `${path} is not UTF-8 text: a baseline document (JSON) was expected`, {
      cause,
    });
  }
}

/**
 * Writes beside the target and renames, so that a reader sees the old document or the new one and a full disk leaves the old one. Mode 0644: a baseline
 * holds no secrets and is meant to be reviewed by others.
 */
export async function saveBaselineFile(path: string, document: BaselineDocument): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    // A device or a pipe is written to, not put aside.
    const there = await stat(path).catch(() => null);
    if (there !== null && !there.isFile() && !there.isDirectory()) {
      await writeFile(path, serializeBaseline(document));
      return;
    }
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(serializeBaseline(document));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new BaselineFileError(`baseline file ${path} cannot be written (${reasonOf(cause)})`, { cause });
  }
}

const reasonOf = (cause: unknown): string => (cause as NodeJS.ErrnoException | null)?.code ?? 'unknown reason';
