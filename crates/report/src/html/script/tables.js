// Tables that sort by a heading. A column: its title, whether it is a number, what it sorts by, what it shows.

const sorting = new Map();

// Rows that are there at once: the page can be read before the others of a large estate are.
const AT_ONCE = 300;
const waiting = new Map();

const finishTable = (home) => {
  const finish = waiting.get(home);
  waiting.delete(home);
  finish?.();
};

const makeTable = (home, { caption, columns, rows, sortable = false, sum = null }) => {
  const sorted = sortable ? sortedRows(home, columns, rows) : rows;
  const head = columns.map((column, position) => heading(home, column, position, sortable));
  const line = (row, attributes = {}) => element('tr', attributes, ...columns.map((column, position) => cell(column, row, position)));
  const body = element('tbody', {});
  const fill = (from, to) => {
    for (const row of sorted.slice(from, to)) body.append(line(row));
    if (sum && to >= sorted.length) body.append(line(sum, { class: 'sum' }));
  };
  const whole = sorted.length <= AT_ONCE;
  fill(0, whole ? sorted.length : AT_ONCE);
  byId(home).replaceChildren(
    element('table', {}, element('caption', {}, caption), element('thead', {}, element('tr', {}, ...head)), body),
  );
  waiting.delete(home);
  if (whole) return;
  const finish = () => fill(AT_ONCE, sorted.length);
  waiting.set(home, finish);
  // Another table may have taken its place by then.
  setTimeout(() => waiting.get(home) === finish && finishTable(home), 50);
};

const sortedRows = (home, columns, rows) => {
  const order = sorting.get(home);
  if (!order) return rows;
  const { value } = columns[order.column];
  const compare = (a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return (one === null) - (other === null);
    const by = typeof one === 'number' ? one - other : one.localeCompare(other, document.documentElement.lang);
    return order.down ? -by : by;
  };
  return [...rows].sort(compare);
};

const heading = (home, column, position, sortable) => {
  const order = sorting.get(home);
  const direction = !sortable ? null : order?.column !== position ? 'none' : order.down ? 'descending' : 'ascending';
  const made = element('th', { scope: 'col', class: column.number ? 'number' : null, 'aria-sort': direction });
  if (!sortable) {
    made.append(column.title);
    return made;
  }
  made.setAttribute('data-title', column.title);
  const button = element('button', { type: 'button' }, column.title);
  button.addEventListener('click', () => {
    // A first click on a number puts the largest first.
    const down = direction === 'none' ? Boolean(column.number) : direction === 'ascending';
    sorting.set(home, { column: position, down });
    show();
    byId(home).querySelectorAll('th button')[position].focus();
  });
  made.append(button);
  return made;
};

const cell = (column, row, position) => {
  const shown = column.show(row);
  // Short names stay in one line, long ones may break.
  const kind = column.number ? 'number' : shown.length <= 26 ? 'id' : '';
  const attributes = { class: [kind, column.mark?.(row) ?? ''].join(' ').trim() || null };
  const small = column.small?.(row);
  const content = [shown, small ? element('small', {}, small) : null];
  return position === 0 ? element('th', { scope: 'row', ...attributes }, ...content) : element('td', attributes, ...content);
};
