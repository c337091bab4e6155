// Elements are made one by one and text is set as text: nothing that the node says is ever read as HTML.

export const byId = (id) => document.getElementById(id);

/** An element with attributes; a null or false one is left out. Children are elements or text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** Touches the document only when something becomes otherwise: a thousand texts that stay cost nothing. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function mark(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/**
 * Makes the children those of the items, in their order. An item keeps its element as long as it keeps its key, and the
 * focus stays where it is; where that is gone, the targets are the place to go on.
 */
export function keep(parent, items, keyOf, create, update) {
  const before = new Map();
  for (const child of parent.children) before.set(child.keepKey, child);
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = before.get(key);
    if (element) {
      before.delete(key);
    } else {
      element = create(item);
      element.keepKey = key;
    }
    if (element === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(element, next);
    }
    update(element, item);
  }
  for (const gone of before.values()) gone.remove();
  if (focused && document.activeElement !== focused) {
    (focused.isConnected ? focused : byId('targets')).focus({ preventScroll: true });
  }
}
