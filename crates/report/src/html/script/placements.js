// Where each workload runs in the picked plan.

const showPlacements = () => {
  const all = placementsOf(picked);
  const wanted = byId('filter').value.trim().toLowerCase();
  const onlyMoved = byId('only-moved').checked;
  const matches = (row) =>
    (!onlyMoved || row.moved) &&
    [row.id, row.name, row.pattern, row.primary, row.standby, row.moved, row.movedFrom].some((text) => text.toLowerCase().includes(wanted));
  const rows = all.filter(matches);
  const text = (key, title) => ({ title: say(title), value: (row) => row[key], show: (row) => row[key] });
  const figure = (key, title) => ({
    title: `${say(title)}, ${data.currency}`,
    number: true,
    value: (row) => row[key],
    show: (row) => (row[key] === null ? '' : amount(row[key])),
  });
  const hasToday = data.today.some((deployment) => deployment !== null);
  makeTable('placements', {
    caption: say('rows_shown', { name: shortNameOf(data.plans[picked]), shown: rows.length, all: all.length }),
    sortable: true,
    rows,
    columns: [
      { ...text('id', 'workload'), small: (row) => row.name },
      { ...text('pattern', 'pattern'), small: (row) => (row.share < 1 ? percent(row.share) : '') },
      text('primary', 'primary'),
      text('standby', 'standby'),
      ...(hasToday
        ? [{ ...text('moved', 'moved'), show: (row) => row.moved || say('stays'), small: (row) => row.movedFrom, mark: (row) => (row.moved ? 'moved' : '') }]
        : []),
      figure('cost', 'yearly_cost'),
      figure('loss', 'yearly_loss'),
    ],
  });
};
