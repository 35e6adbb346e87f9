// The picked plan: its figures, what it pays for, what it loses through what, and what binds it.

// Today's plan, where it is there and another is looked at.
const other = () => (today >= 0 && today !== picked ? data.plans[today] : null);

const showFigures = () => {
  const plan = data.plans[picked];
  const base = other();
  byId('plan-title').textContent = nameOf(plan);
  const name = shortNameOf(plan);
  byId('plan-says').textContent = say('picked_says', { name, cost: money(plan.cost), loss: money(plan.loss) });
  const worst = percent(1 - data.alpha);
  const against = (key) => (base ? say('against_today', { change: signed(plan[key] - base[key], amount) }) : '');
  const error = (value) => say('standard_error', { value: amount(value) });
  const lines = [
    [say('run_cost'), amount(plan.cost), against('cost')],
    [say('fixed_cost'), amount(plan.fixed), ''],
    [say('expected_loss'), amount(plan.loss), [error(plan.loss_se), against('loss')].filter(Boolean).join('; ')],
    [say('cvar', { share: worst }), amount(plan.cvar), [error(plan.cvar_se), against('cvar')].filter(Boolean).join('; ')],
    [say('var', { share: worst }), amount(plan.var), ''],
    [say('total'), amount(plan.total), against('total')],
    plan.bound === null
      ? [say('bound'), '–', say('no_bound')]
      : [say('bound'), amount(plan.bound), `${say('bound_says', { objective: amount(plan.objective), gap: percent(plan.gap) })}, ${say(plan.status)}`],
  ];
  const list = lines.flatMap(([title, value, more]) => [
    element('dt', {}, title),
    element('dd', {}, value, more ? element('small', {}, more) : null),
  ]);
  byId('plan-figures').replaceChildren(...list);
  if (plan.violations.length) {
    const rules = plan.violations.join('; ');
    byId('plan-figures').append(element('dt', {}, say('breaks', { count: plan.violations.length, rules })), element('dd', {}, ''));
  }
};

const showComponents = () => {
  const parts = (plan) => [...plan.components, plan.fixed];
  const keys = [...data.components, 'fixed'];
  const [mine, theirs] = [parts(data.plans[picked]), other() && parts(other())];
  const rows = keys
    .map((key, position) => ({ name: say(key), mine: mine[position], today: theirs?.[position] ?? 0 }))
    .filter((row) => row.mine || row.today);
  const sum = { name: say('sum'), mine: data.plans[picked].cost, today: other()?.cost };
  const figure = (title, show) => ({ title: say(title), number: true, show });
  makeTable('plan-components', {
    caption: say('components', { currency: data.currency }),
    rows,
    sum,
    columns: [
      { title: say('component'), show: (row) => row.name },
      ...(theirs ? [figure('today', (row) => amount(row.today))] : []),
      figure('this_plan', (row) => amount(row.mine)),
      ...(theirs ? [figure('difference', (row) => signed(row.mine - row.today, amount))] : []),
    ],
  });
};

const showLimits = () => {
  const rows = data.plans[picked].limits;
  if (rows.length === 0) {
    byId('plan-limits').replaceChildren(element('p', {}, say('no_limits')));
    return;
  }
  const text = (title, key) => ({ title, show: (row) => row[key] });
  makeTable('plan-limits', {
    caption: shortNameOf(data.plans[picked]),
    rows,
    columns: [
      text(say('limit_name'), 'words'),
      { ...text(say('limit_value'), 'limit'), number: true },
      text(say('unit'), 'unit'),
      { ...text(say('worth', { currency: data.currency }), 'worth'), number: true },
      { ...text(say('limit_holds'), 'holds'), number: true },
    ],
  });
};

const showDomains = () => {
  const [mine, theirs] = [data.plans[picked].domains, other()?.domains];
  const all = mine.reduce((sum, loss) => sum + loss, 0);
  const rows = data.domains
    .map(([id, name, level, rate], position) => ({ id, name, level, rate, mine: mine[position], today: theirs?.[position] ?? 0 }))
    .filter((row) => row.mine || row.today)
    .sort((a, b) => b.mine - a.mine);
  if (rows.length === 0) {
    byId('plan-domains').replaceChildren(element('p', {}, say('no_losses')));
    return;
  }
  const text = (title, key) => ({ title: say(title), value: (row) => row[key], show: (row) => row[key] });
  const figure = (title, value, write) => ({ title: say(title), number: true, value, show: (row) => write(value(row)) });
  makeTable('plan-domains', {
    caption: `${shortNameOf(data.plans[picked])}, ${data.currency}`,
    sortable: true,
    rows,
    columns: [
      { ...text('domain', 'name'), small: (row) => (row.id === row.name ? '' : row.id) },
      text('level', 'level'),
      figure('rate', (row) => row.rate, (rate) => number(rate, rate < 0.1 ? 4 : 2)),
      figure('yearly_loss', (row) => row.mine, amount),
      figure('share', (row) => (all > 0 ? row.mine / all : 0), percent),
      ...(theirs ? [figure('today', (row) => row.today, amount)] : []),
    ],
  });
};

const showLevels = () => {
  const [mine, theirs] = [data.plans[picked].levels, other()?.levels];
  const rows = data.periods.map((period, position) => ({ period, mine: mine[position], today: theirs?.[position] }));
  if (rows.length === 0) {
    byId('plan-levels').replaceChildren();
    return;
  }
  const of = (key, title) => [
    { title, number: true, show: (row) => amount(row[key][0]) },
    { title: say('interval'), number: true, show: (row) => `${amount(row[key][1])} – ${amount(row[key][2])}` },
  ];
  makeTable('plan-levels', {
    caption: `${say('ep_table')}, ${data.currency}`,
    rows,
    columns: [
      { title: say('exceeded'), show: (row) => say('one_year_in', { years: number(row.period, 0) }) },
      ...(theirs ? of('today', say('today')) : []),
      ...of('mine', shortNameOf(data.plans[picked])),
    ],
  });
};
