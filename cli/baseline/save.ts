import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { serializeBaseline } from '../../baseline/model/write.ts';
import { fileProblem, UsageError } from '../errors.ts';

/** A document with members besides those that learning knows (approval, signature), whole or not at all. */
export function saveDocument(path: string, document: object): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(temporary, serializeBaseline(document as BaselineDocument), { mode: 0o644, flush: true });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new UsageError(`baseline file ${path} cannot be written (${fileProblem(cause)})`, { cause });
  }
}
