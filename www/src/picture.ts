/** Picture files as canvases. */

/** Why a file was not taken, with a code as the library's errors have one. */
export class PictureError extends Error {
  override readonly name = "PictureError";
  readonly code: "picture-type" | "picture-broken";

  constructor(code: PictureError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export const PICTURE_TYPES = ["image/png", "image/jpeg"];

/** Photographs are drawn no larger than this a side, px: pen strokes stay many pixels wide and a reading stays fast. */
const MAX_SIDE = 2048;

/** Rejects with a {@link PictureError}. */
export async function drawPicture(file: File): Promise<HTMLCanvasElement> {
  if (!PICTURE_TYPES.includes(file.type)) {
    throw new PictureError("picture-type", `Expected a PNG or JPEG picture, saw ${file.type || "a file of unknown type"}.`);
  }
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureError("picture-broken", `${file.name} could not be decoded as a picture.`);
  });
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d", { willReadFrequently: true })?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}
