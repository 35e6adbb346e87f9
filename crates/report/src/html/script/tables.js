// Tables that sort by a heading. A column: its title, whether it is a number, what it sorts by, what it shows.

const sorting = new Map();

const makeTable = (home, { caption, columns, rows, sortable = false, sum = null }) => {
  const sorted = sortable ? sortedRows(home, columns, rows) : rows;
  const head = columns.map((column, position) => heading(home, column, position, sortable));
  const body = sorted.map((row) => element('tr', {}, ...columns.map((column, position) => cell(column, row, position))));
  if (sum) body.push(element('tr', { class: 'sum' }, ...columns.map((column, position) => cell(column, sum, position))));
  byId(home).replaceChildren(
    element(
      'table',
      {},
      element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...body),
    ),
  );
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
