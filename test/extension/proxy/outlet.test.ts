import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outlet } from '../../../extension/proxy/outlet.ts';
import { runs } from '../fuzz-runs.ts';

/** A socket that takes what is written to it some turns of the event loop later, as it stands then. */
function slowSocket(turns: readonly number[]) {
  const written: Buffer[] = [];
  let writes = 0;
  const socket = new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      let left = turns[writes++ % turns.length] as number;
      const wait = () => {
        if (left-- > 0) return void setImmediate(wait);
        written.push(Buffer.from(bytes));
        done();
      };
      wait();
    },
  });
  return { socket, written, ended: () => new Promise<void>((resolve) => socket.end(resolve)) };
}

const size = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constantFrom(8_191, 8_192, 16_384, 65_536, 150_000));

describe('the way into a socket', () => {
  it('writes what it is given, in order, however large or slow', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(size, fc.boolean()), { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
        async (pieces, turns) => {
          const { socket, written, ended } = slowSocket(turns);
          const outlet = new Outlet(socket);
          const given: Buffer[] = [];
          let fill = 0;
          for (const [length, pause] of pieces) {
            const bytes = Buffer.alloc(length, ++fill);
            given.push(Buffer.from(bytes));
            outlet.write(bytes);
            // What is given is lent.
            bytes.fill(0);
            if (pause) await new Promise((resolve) => setImmediate(resolve));
          }
          outlet.flush();
          await ended();
          expect(Buffer.concat(written).equals(Buffer.concat(given))).toBe(true);
        },
      ),
      runs(150),
    );
  });

  it('asks to wait once more is on its way than a slow reader should make us hold', () => {
    const { socket } = slowSocket([1_000]);
    const outlet = new Outlet(socket);
    const part = Buffer.alloc(16 * 1024);
    let taken = 0;
    while (taken < 100 && outlet.write(part)) taken++;
    expect(taken).toBeLessThan(12);
    socket.destroy();
  });

  it('lets the end of a body leave at once', () => {
    const { socket, written } = slowSocket([0]);
    const outlet = new Outlet(socket);
    outlet.write(Buffer.alloc(16 * 1024, 1));
    expect(written).toEqual([]);
    outlet.write(Buffer.alloc(10, 2));
    expect(Buffer.concat(written)).toHaveLength(16 * 1024 + 10);
  });
});
