/** Keys that work wherever the focus is, but never against the control that has it. */

export interface ShortcutActions {
  undo(): void;
  redo(): void;
  clear(): void;
}

export function listenForShortcuts(actions: ShortcutActions): void {
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    if (action === null || belongsToControl(event.target)) return;
    event.preventDefault();
    actions[action]();
  });
}

function actionOf(event: KeyboardEvent): keyof ShortcutActions | null {
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    const key = event.key.toLowerCase();
    if (key === "z") return event.shiftKey ? "redo" : "undo";
    return key === "y" && !event.shiftKey ? "redo" : null;
  }
  return event.key === "Escape" || event.key === "Delete" ? "clear" : null;
}

/** An open list closes with Escape, a text field has its own undo. */
function belongsToControl(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const hasOwnKeys = target.matches("select, textarea, input:not([type=radio])");
  return hasOwnKeys || target.isContentEditable;
}
