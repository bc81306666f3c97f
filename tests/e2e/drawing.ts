/** Ink drawn by the browser's own input pipeline: mouse, quick mouse, finger. Coordinates are CSS px of the place at `at`. */

import type { CDPSession, Page } from "@playwright/test";

import type { Path } from "./ink";

interface Place {
  readonly x: number;
  readonly y: number;
}

export async function drawByMouse({ mouse }: Page, at: Place, ink: readonly Path[]): Promise<void> {
  for (const [first, ...rest] of ink) {
    if (!first) continue;
    await mouse.move(at.x + first[0], at.y + first[1]);
    await mouse.down();
    for (const [x, y] of rest) await mouse.move(at.x + x, at.y + y);
    await mouse.up();
  }
}

/**
 * As by mouse, but without waiting for a frame after each move: the browser puts moves together as it does for a quick pen, and hands all
 * of them over.
 */
export async function drawQuickly(client: CDPSession, at: Place, ink: readonly Path[]): Promise<void> {
  const send = (type: "mousePressed" | "mouseMoved" | "mouseReleased", [x, y]: Path[number], buttons: 0 | 1) =>
    client.send("Input.dispatchMouseEvent", { type, x: at.x + x, y: at.y + y, button: "left", buttons, clickCount: 1, pointerType: "mouse" });
  for (const path of ink) {
    const [first, last] = [path[0], path.at(-1)];
    if (!first || !last) continue;
    await send("mousePressed", first, 1);
    await Promise.all(path.slice(1).map((point) => send("mouseMoved", point, 1)));
    await send("mouseReleased", last, 0);
  }
}

export async function drawByTouch(page: Page, at: Place, ink: readonly Path[]): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: Place[]) => client.send("Input.dispatchTouchEvent", { type, touchPoints });
  for (const path of ink) {
    const [first, ...rest] = path.map(([x, y]) => ({ x: at.x + x, y: at.y + y }));
    if (!first) continue;
    await send("touchStart", [first]);
    for (const point of rest) await send("touchMove", [point]);
    await send("touchEnd", []);
  }
  await client.detach();
}
