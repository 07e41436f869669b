import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zip } from '../../layer/build/zip.ts';

const file = (path: string, text: string, mode = 0o644) => ({ path, mode, content: Buffer.from(text) });

describe('the layer’s zip', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'rolefence-zip-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  it('is unpacked by others as it was packed', () => {
    const big = 'abcdefgh'.repeat(200_000);
    const files = unzipSync(zip([file('b/two', big), file('a', ''), file('b/ö', 'ö')], cache));
    expect(Object.keys(files)).toEqual(['a', 'b/two', 'b/ö']);
    expect(Buffer.from(files['b/two']!).toString()).toBe(big);
    expect(Buffer.from(files['b/ö']!).toString()).toBe('ö');
  });

  it('has the same bytes whatever the order, the time and the cache', () => {
    const big = file('big', 'x'.repeat(2_000_000));
    const first = zip([file('a', '1'), big], cache);
    expect(readdirSync(cache)).toHaveLength(1);
    expect(zip([big, file('a', '1')], cache)).toEqual(first);
  });

  it('keeps each file’s mode in the upper half of its external attributes, as made on Unix', () => {
    const bytes = Buffer.from(zip([file('run', '', 0o755), file('secret', '', 0o711)], cache));
    const modes: string[] = [];
    for (let at = bytes.indexOf('PK\u0001\u0002'); at >= 0; at = bytes.indexOf('PK\u0001\u0002', at + 4)) {
      expect(bytes.readUInt16LE(at + 4) >> 8).toBe(3);
      modes.push((bytes.readUInt32LE(at + 38) >>> 16).toString(8));
    }
    expect(modes).toEqual(['100755', '100711']);
  });
});
