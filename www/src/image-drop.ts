/** Takes a picture by drop, paste or file picker and draws it on a canvas. */

import type { Picture } from "./content";
import { PICTURE_TYPES, drawPicture } from "./picture";

export interface PictureListener {
  pictureArrived(picture: Picture): void;
  pictureFailed(error: unknown): void;
}

/** `page` takes drops and pastes, `zone` is marked while a file hovers over the page. */
export function listenForPictures(page: Document, zone: HTMLElement, picker: HTMLInputElement, listener: PictureListener): void {
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      listener.pictureArrived({ canvas: await drawPicture(file), name: file.name });
    } catch (error) {
      listener.pictureFailed(error);
    }
  };
  picker.addEventListener("change", () => {
    void take(picker.files?.[0]);
    picker.value = ""; // So that the same file can be picked again.
  });
  page.addEventListener("paste", (event) => void take(fileIn(event.clipboardData)));
  listenForDrops(page, zone, (dropped) => void take(fileIn(dropped)));
}

/** `take` is called at once with what is dropped anywhere on the page; `zone` is marked while files hover over it. */
export function listenForDrops(page: Document, zone: HTMLElement, take: (dropped: DataTransfer) => void): void {
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
    if (event.dataTransfer) take(event.dataTransfer);
  });
}

/** The first picture among what was brought, else the first file, so that its type can be complained about. */
function fileIn(transfer: DataTransfer | null): File | undefined {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => PICTURE_TYPES.includes(file.type)) ?? files[0];
}
