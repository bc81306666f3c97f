/** Takes a picture by drop, paste or file picker and draws it on a canvas. */

import type { Picture } from "./content";

/** Why a file was not taken, with a code as the library's errors have one. */
export class PictureError extends Error {
  override readonly name = "PictureError";
  readonly code: "picture-type" | "picture-broken";

  constructor(code: PictureError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface PictureListener {
  pictureArrived(picture: Picture): void;
  pictureFailed(error: unknown): void;
}

const TYPES = ["image/png", "image/jpeg"];

/** Photographs are drawn no larger than this a side, px: pen strokes stay many pixels wide and a reading stays fast. */
const MAX_SIDE = 2048;

/** `page` takes drops and pastes, `zone` is marked while a file hovers over the page. */
export function listenForPictures(page: Document, zone: HTMLElement, picker: HTMLInputElement, listener: PictureListener): void {
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      listener.pictureArrived(await drawPicture(file));
    } catch (error) {
      listener.pictureFailed(error);
    }
  };
  picker.addEventListener("change", () => {
    void take(picker.files?.[0]);
    picker.value = ""; // So that the same file can be picked again.
  });
  page.addEventListener("paste", (event) => void take(fileIn(event.clipboardData)));
  listenForDrops(page, zone, (file) => void take(file));
}

function listenForDrops(page: Document, zone: HTMLElement, take: (file: File | undefined) => void): void {
  const mark = (over: boolean): void => void zone.toggleAttribute("data-drop", over);
  page.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    mark(true);
  });
  page.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  page.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    take(fileIn(event.dataTransfer));
  });
}

/** The first picture among what was brought, else the first file, so that its type can be complained about. */
function fileIn(transfer: DataTransfer | null): File | undefined {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => TYPES.includes(file.type)) ?? files[0];
}

async function drawPicture(file: File): Promise<Picture> {
  if (!TYPES.includes(file.type)) {
    throw new PictureError("picture-type", `Expected a PNG or JPEG picture, saw ${file.type || "a file of unknown type"}.`);
  }
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureError("picture-broken", `${file.name} could not be decoded as a picture.`);
  });
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return { canvas, name: file.name };
}
