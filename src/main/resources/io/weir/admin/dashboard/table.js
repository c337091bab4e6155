// A table of which one page is in the document, so that a thousand rows cost what fifty do.

import { keep, make, mark, say, show } from './dom.js';
import { draw, graph } from './series.js';
import { count } from './words.js';

/**
 * A column: its heading, the class of its cells, and what it puts in a cell: `create(cell)` once, `update(cell, row)`
 * whenever something may be otherwise.
 */
export class Table {
  /** @param cards whether rows become cards on a narrow screen, where the roles of a table must be said again */
  constructor(parent, { caption, columns, perPage, empty, className = '', keyOf, toneOf = () => null }) {
    this.columns = columns;
    this.perPage = perPage;
    this.empty = empty;
    this.keyOf = keyOf;
    this.toneOf = toneOf;
    this.page = 0;
    this.rows = [];
    this.body = make('tbody', { role: 'rowgroup' });
    this.table = make(
      'table',
      { class: `rows cards ${className}`, role: 'table', 'aria-label': caption },
      make(
        'thead',
        { role: 'rowgroup' },
        make('tr', { role: 'row', 'aria-rowindex': '1' }, ...columns.map((column) => make('th', { role: 'columnheader', scope: 'col', class: column.className ?? '' }, column.title))),
      ),
      this.body,
    );
    this.previous = make('button', { type: 'button' }, 'Previous');
    this.next = make('button', { type: 'button' }, 'Next');
    this.where = make('span', { role: 'status' });
    this.pager = make('nav', { class: 'pager', 'aria-label': `Pages: ${caption}` }, this.previous, this.next, this.where);
    this.previous.addEventListener('click', () => this.turn(-1));
    this.next.addEventListener('click', () => this.turn(1));
    parent.append(this.table, this.pager);
  }

  turn(by) {
    this.page += by;
    this.render();
  }

  first() {
    this.page = 0;
  }

  show(rows) {
    this.rows = rows;
    this.render();
  }

  render() {
    const pages = Math.max(1, Math.ceil(this.rows.length / this.perPage));
    this.page = Math.min(Math.max(0, this.page), pages - 1);
    const from = this.page * this.perPage;
    const shown = this.rows.slice(from, from + this.perPage);
    mark(this.table, 'aria-rowcount', String(this.rows.length + 1));
    if (shown.length) {
      keep(this.body, shown, this.keyOf, () => this.create(), (element, row) => this.update(element, row));
      [...this.body.children].forEach((element, index) => mark(element, 'aria-rowindex', String(from + index + 2)));
    } else {
      this.body.replaceChildren(make('tr', { class: 'empty', role: 'row' }, make('td', { role: 'cell', colspan: String(this.columns.length) }, this.empty)));
    }
    show(this.pager, pages > 1);
    this.allow(this.previous, this.page > 0, this.next);
    this.allow(this.next, this.page < pages - 1, this.previous);
    say(this.where, shown.length ? `${count(from + 1)} to ${count(from + shown.length)} of ${count(this.rows.length)}` : '');
  }

  /** A button that can do nothing more leaves the focus to the other. */
  allow(button, allowed, other) {
    const isFocused = document.activeElement === button;
    button.disabled = !allowed;
    if (isFocused && !allowed) {
      other.disabled = false;
      other.focus({ preventScroll: true });
    }
  }

  create() {
    const cells = this.columns.map((column) => {
      const cell = make('td', { role: 'cell', class: column.className ?? '', 'data-label': column.title });
      column.create(cell);
      return cell;
    });
    return make('tr', { role: 'row' }, ...cells);
  }

  update(element, row) {
    mark(element, 'data-tone', this.toneOf(row));
    this.columns.forEach((column, index) => column.update(element.children[index], row));
  }
}

/** A cell of one or more lines of text: the first plain, the others small. */
export function lines(title, className, first, ...others) {
  return {
    title,
    className,
    create: (cell) => cell.append(make('span', {}), ...others.map(() => make('span', { class: 'sub' }))),
    update: (cell, row) => [first, ...others].forEach((text, index) => say(cell.children[index], text(row))),
  };
}

/** Makes a cell of a rate and its graph. */
export function pace(cell) {
  cell.append(make('div', { class: 'pace' }, make('span', {}), graph()));
}

/** @param series null: nothing is known */
export function showPace(cell, text, series) {
  const [number, line] = cell.firstChild.children;
  say(number, text);
  draw(line, series);
}
