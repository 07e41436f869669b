/** Something that the person at the keyboard can put right. The message is one sentence; it is printed alone, with exit code 2. */
export class UsageError extends Error {
  readonly code = 'usage';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/** An input that is not what it should be: the message begins with the file, and the line where there is one. */
export class InputError extends Error {
  readonly code = 'input';

  constructor(file: string, line: number | null, message: string, options?: ErrorOptions) {
    super(`${file}${line === null ? '' : `:${line}`}: ${message}`, options);
    this.name = 'InputError';
  }
}

/** One line for a person, never a stack trace. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unexpected fault';
  if (error instanceof RangeError && error.message.includes('call stack')) return 'the document is nested too deeply';
  const code = (error as NodeJS.ErrnoException).code;
  const ours = typeof code === 'string' && OURS.has(error.name);
  const text = error.message.replace(/\s*[\r\n]+\s*/g, ' ');
  return ours ? inWords(text, error.cause) : `an unexpected fault (${error.name}): ${text}`;
}

/** `baseline/` tells the system's code, which is no word for a person. */
function inWords(text: string, cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? text : text.replace(`(${code})`, `(${fileProblem(cause)})`);
}

const OURS: ReadonlySet<string> = new Set([
  'UsageError',
  'InputError',
  'BaselineError',
  'BaselineFileError',
  'KeyError',
  'StoreError',
]);

/** What a file system error means, in words. */
export function fileProblem(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? 'unknown error';
  return FILE_PROBLEMS[code] ?? code;
}

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'no space left',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ELOOP: 'too many links',
  EIO: 'it cannot be read',
  EFBIG: 'it is too large',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
};
