/** `npm run catalog`: writes the catalog from its pinned sources; with `--check`, says whether the committed files are what it would write. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.ts';

const folder = fileURLToPath(new URL('../generated/', import.meta.url));
const files = generate();

if (process.argv.includes('--check')) {
  const present = readdirSync(folder).sort();
  const wrong = [...new Set([...present, ...files.keys()])].filter(
    (name) => !present.includes(name) || files.get(name) !== readFileSync(`${folder}${name}`, 'utf8'),
  );
  if (wrong.length > 0) {
    process.stderr.write(
      `the catalog differs from its sources in ${wrong.length} files (${wrong.slice(0, 5).join(', ')}…): run npm run catalog\n`,
    );
    process.exit(1);
  }
  process.stdout.write(`${files.size} files are as the sources give them\n`);
} else {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const [name, text] of files) {
    writeFileSync(`${folder}${name}`, text);
    bytes += Buffer.byteLength(text);
  }
  process.stdout.write(`${files.size} files, ${bytes} bytes\n`);
}
