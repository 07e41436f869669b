import { doubt } from '../doubt.ts';

/** The fields of a browser's upload to S3, which come before the file and are all that S3 reads. */
export interface PostForm {
  readonly fields: ReadonlyMap<string, string>;
  /** Name of the file, for keys that ask for it (`uploads/${filename}`); null where the part has not been reached. */
  readonly filename: string | null;
}

/** Bytes of fields that S3 takes before the file are 20 KB; the file's own head follows. */
export const POST_CAP = 64 * 1024;

const MOST_FIELDS = 200;

/** multipart/form-data (RFC 7578) as far as the part named `file`. */
export function readPostForm(body: Uint8Array, contentType: string): PostForm {
  const boundary = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,200})"|([^\s";,]{1,200}))\s*$/i.exec(
    contentType,
  );
  if (boundary === null) return doubt('a form without a boundary');
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const delimiter = `--${boundary[1] ?? boundary[2]}`;
  if (!text.startsWith(delimiter)) doubt('a form that does not begin with its boundary');
  const fields = new Map<string, string>();
  let at = delimiter.length;
  while (fields.size <= MOST_FIELDS) {
    if (!text.startsWith('\r\n', at)) doubt('a form that ends before its file');
    const headEnd = text.indexOf('\r\n\r\n', at);
    if (headEnd < 0) doubt('a form that ends before its file');
    const { name, filename } = disposition(text.slice(at + 2, headEnd));
    const lower = utf8(name).toLowerCase();
    if (lower === 'file') return { fields, filename: filename === null ? null : utf8(filename) };
    const end = text.indexOf(`\r\n${delimiter}`, headEnd + 2);
    if (end < 0) doubt('a form that ends before its file');
    if (fields.has(lower)) doubt('a field that stands twice in the form');
    fields.set(lower, utf8(text.slice(headEnd + 4, end)));
    at = end + 2 + delimiter.length;
  }
  return doubt('a form with too many fields');
}

function disposition(head: string): { name: string; filename: string | null } {
  const lines = head.split('\r\n').filter((line) => /^content-disposition\s*:/i.test(line));
  const line = lines[0];
  if (line === undefined || lines.length > 1) return doubt('a part of a form without a name');
  const names = [...line.matchAll(/;\s*(filename\*?|name)=(?:"([^"]*)"|([^\s;"]+))/gi)];
  const value = (wanted: string): string | null => {
    const found = names.filter(([, key]) => key!.toLowerCase() === wanted);
    if (found.length > 1) doubt('a part of a form with two names');
    return found[0] === undefined ? null : (found[0][2] ?? found[0][3] ?? '');
  };
  if (names.some(([, key]) => key!.endsWith('*'))) doubt('a part of a form with an extended name');
  const name = value('name');
  return name === null ? doubt('a part of a form without a name') : { name, filename: value('filename') };
}

function utf8(latin1: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return doubt('a form that is no UTF-8');
  }
}
