export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly pixels: Uint8Array;
}

export function readBitmap(bytes: Uint8Array): Bitmap;
export function scaleDown(image: Bitmap, width: number): Bitmap;
export function writeBitmap(image: Bitmap): Buffer;
