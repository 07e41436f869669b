import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What of a function's code signs for use elsewhere, where no hook leads it to the sensor. By the ending of its file. */
const SIGNS: readonly { readonly file: RegExp; readonly text: RegExp; readonly what: string }[] = [
  // A name of the SDK's own that survives every bundler; in node_modules the preload's hook has it.
  { file: /\.[cm]?js$/, text: /presignInterceptMiddleware/, what: 'the presigner of the JavaScript SDK, bundled' },
  {
    file: /\.[cm]?js$/,
    text: /require\(["']aws-sdk["']\)[\s\S]*\.getSignedUrl/,
    what: 'getSignedUrl of the JavaScript SDK 2',
  },
  {
    file: /\.class$/,
    // A class that names the helper hands to it what it presigns.
    text: /^(?![\s\S]*RolefencePresign)[\s\S]*(?:S3Presigner|RdsUtilities|DsqlUtilities)/,
    what: 'a presigner of the Java SDK (the helper RolefencePresign leads it to the sensor)',
  },
  {
    file: /(?:^|\/)bootstrap$/,
    text: /PresignClient|BuildAuthToken|presigning_config/,
    what: 'a presigner of the Go or Rust SDK',
  },
  { file: /\.rb$/, text: /presigned_(?:url|post|request)|AuthTokenGenerator/, what: 'a presigner of the Ruby SDK' },
  { file: /\.php$/, text: /createPresignedRequest|AuthTokenGenerator/, what: 'a presigner of the PHP SDK' },
  { file: /\.dll$/, text: /GetPreSignedURL|RDSAuthTokenGenerator/, what: 'a presigner of the .NET SDK' },
];

/** Enough for any handler's own code; libraries beside it are not read. */
const MOST_BYTES = 48 * 1024 * 1024;
const MOST_FILES = 2_000;
const PIECE = 256 * 1024;
/** Longer than any of the words: one may lie across two pieces. */
const OVERLAP = 4_096;
const LIBRARIES = /^(?:node_modules|lib|vendor|python|site-packages|\..*)$/;

/** The first thing in a function's package that signs for use elsewhere and would do so with placeholders; null where none is found. Never rejects. */
export async function offlineUse(folder: string): Promise<string | null> {
  const left = { bytes: MOST_BYTES, files: MOST_FILES };
  return search(folder, left).catch(() => null);
}

async function search(folder: string, left: { bytes: number; files: number }): Promise<string | null> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !LIBRARIES.test(entry.name)) {
      const found = await search(path, left);
      if (found !== null) return found;
    }
    const signs = entry.isFile() ? SIGNS.filter(({ file }) => file.test(path)) : [];
    if (signs.length === 0) continue;
    if (left.files-- <= 0 || left.bytes <= 0) return null;
    const found = await look(path, signs, left);
    if (found !== null) return found;
  }
  return null;
}

/** Piece by piece, so that neither memory nor the function's first call suffers. */
async function look(path: string, signs: typeof SIGNS, left: { bytes: number }): Promise<string | null> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(PIECE);
    let before = '';
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, PIECE);
      if (bytesRead === 0) return null;
      left.bytes -= bytesRead;
      const text = before + buffer.toString('latin1', 0, bytesRead);
      const found = signs.find((sign) => sign.text.test(text));
      if (found !== undefined) return found.what;
      if (left.bytes <= 0) return null;
      before = text.slice(-OVERLAP);
    }
  } finally {
    await handle.close();
  }
}
