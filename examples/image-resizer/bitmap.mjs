/** Windows bitmaps, 24 bits a pixel, uncompressed: BITMAPFILEHEADER (14 bytes), BITMAPINFOHEADER (40 bytes), rows from the bottom up, padded to four bytes. */
const HEADERS = 54;
const rowBytes = (width) => Math.ceil((width * 3) / 4) * 4;

/** {width, height, pixels}: three bytes a pixel, rows without padding. Throws where the bytes are no such bitmap. */
export function readBitmap(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const known = bytes.length > HEADERS && view.getUint16(0, true) === 0x4d42 && view.getUint16(28, true) === 24;
  if (!known) throw Object.assign(new Error('not a 24-bit bitmap'), { name: 'NotABitmap' });
  const start = view.getUint32(10, true);
  const width = view.getInt32(18, true);
  const height = view.getInt32(22, true);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const at = start + y * rowBytes(width);
    pixels.set(bytes.subarray(at, at + width * 3), y * width * 3);
  }
  return { width, height, pixels };
}

/** Box filter: every pixel of the result is the mean of the pixels that it stands for. Never scales up. */
export function scaleDown(image, width) {
  const toWidth = Math.max(1, Math.min(image.width, width));
  const toHeight = Math.max(1, Math.round((image.height * toWidth) / image.width));
  const pixels = new Uint8Array(toWidth * toHeight * 3);
  const edge = (i, to, from) => Math.floor((i * from) / to);
  for (let y = 0; y < toHeight; y++) {
    const [top, bottom] = [edge(y, toHeight, image.height), edge(y + 1, toHeight, image.height)];
    for (let x = 0; x < toWidth; x++) {
      const [left, right] = [edge(x, toWidth, image.width), edge(x + 1, toWidth, image.width)];
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let v = top; v < bottom; v++)
          for (let u = left; u < right; u++) sum += image.pixels[(v * image.width + u) * 3 + channel];
        pixels[(y * toWidth + x) * 3 + channel] = sum / ((bottom - top) * (right - left));
      }
    }
  }
  return { width: toWidth, height: toHeight, pixels };
}

export function writeBitmap({ width, height, pixels }) {
  const bytes = Buffer.alloc(HEADERS + rowBytes(width) * height);
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(HEADERS, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    bytes.set(pixels.subarray(y * width * 3, (y + 1) * width * 3), HEADERS + y * rowBytes(width));
  }
  return bytes;
}
