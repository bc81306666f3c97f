/** Forms that are submitted while the last stroke is being read wait for it. */

const held = new WeakSet<HTMLFormElement>();

/** Stops the submit, and has the form submitted again, once, if `isWanted` says so in the end: with all that is checked and told then. */
export function holdSubmit(event: SubmitEvent, form: HTMLFormElement, isWanted: Promise<boolean>): void {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (held.has(form)) return;
  held.add(form);
  const { submitter } = event;
  void isWanted.then((isWanted) => {
    held.delete(form);
    if (!isWanted) return;
    // The button may be gone by now.
    const isThere = submitter?.isConnected && (submitter as HTMLButtonElement).form === form;
    form.requestSubmit(isThere ? submitter : null);
  });
}

/** What Enter does in a native field: it clicks the form's default button; without one it submits where no other field is typed in. */
export function submitImplicitly(form: HTMLFormElement): void {
  const root = form.getRootNode() as Document | ShadowRoot;
  const ofForm = [...root.querySelectorAll<HTMLInputElement>("button, input, ink-number")].filter((control) => control.form === form);
  const button = ofForm.find(({ localName, type }) => localName !== "ink-number" && (type === "submit" || type === "image"));
  if (button) return button.click();
  const typedIn = ofForm.filter(({ localName, type }) => localName === "ink-number" || (localName === "input" && TYPED_IN.has(type)));
  if (typedIn.length <= 1) form.requestSubmit();
}

const TYPED_IN = new Set(["text", "search", "tel", "url", "email", "password", "date", "month", "week", "time", "datetime-local", "number"]);
