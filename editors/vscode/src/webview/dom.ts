/** Makes elements in one expression. */

type Attributes = Record<string, string | boolean | (() => void)>;

/** An element; a function among the attributes is what a click does, `false` leaves an attribute out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener("click", value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** Give an element these children; one that looks the same already is left alone, so that nothing is read out twice. */
export function update(parent: HTMLElement, children: readonly Node[]): void {
  const there = [...parent.childNodes];
  const isSame = there.length === children.length && there.every((node, at) => node.isEqualNode(children[at] ?? null));
  if (!isSame) parent.replaceChildren(...children);
}

/** The element of the page with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found as T;
}
