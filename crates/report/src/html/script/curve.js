// The curve: every plan by cost and loss, to choose from.

const MEASURES = {
  expected_loss: { value: (plan) => plan.loss, error: (plan) => plan.loss_se, name: () => say('expected_loss') },
  cvar: { value: (plan) => plan.cvar, error: (plan) => plan.cvar_se, name: () => say('worst_years', { share: percent(1 - data.alpha) }) },
};
// Two-sided 90 % of the normal distribution.
const BAND = 1.645;
// Above this ratio of the largest to the smallest loss the axis begins logarithmic.
const LOG_RATIO = 30;
// A page this narrow has no room for a key beside the axis' name.
const NARROW = 620;

const curve = { measure: data.axis, log: false, points: new Map() };

const lossOf = (plan) => MEASURES[curve.measure].value(plan);
const losses = () => data.plans.map(lossOf);
const canBeLog = () => Math.min(...losses()) > 0;
curve.log = canBeLog() && Math.max(...losses()) / Math.min(...losses()) > LOG_RATIO;

const inWords = (plan) =>
  [
    nameOf(plan),
    `${say('run_cost')}: ${money(plan.cost)}`,
    `${say('expected_loss')}: ${money(plan.loss)}`,
    `${say('worst_years', { share: percent(1 - data.alpha) })}: ${money(plan.cvar)}`,
    `${say('total')}: ${money(plan.total)}`,
    plan.violations.length ? say('breaks', { count: plan.violations.length, rules: plan.violations.slice(0, 3).join('; ') }) : '',
  ].filter(Boolean);

const drawCurve = (width) => {
  const height = Math.max(300, Math.min(470, width * 0.52));
  const frame = { left: 58, right: width - 12, top: width < NARROW ? 46 : 30, bottom: height - 46 };
  const name = say('plans_on_curve');
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, role: 'radiogroup', 'aria-label': name });
  byId('curve').replaceChildren(svg);
  const onCurve = data.plans.filter((plan) => plan.role === 'frontier' && !plan.beside);
  const ends = (plan) => {
    const reach = BAND * MEASURES[curve.measure].error(plan);
    return [Math.max(0, lossOf(plan) - reach), lossOf(plan) + reach];
  };
  const costs = data.plans.map((plan) => plan.cost);
  const margin = (Math.max(...costs) - Math.min(...costs)) * 0.04;
  const x = linear(Math.min(...costs) - margin, Math.max(...costs) + margin, frame.left, frame.right);
  const most = Math.max(...losses(), ...onCurve.map((plan) => ends(plan)[1]));
  const y = curve.log
    ? logarithmic(Math.min(...losses()) / 1.3, most * 1.1, frame.bottom, frame.top)
    : linear(0, most * 1.06 || 1, frame.bottom, frame.top);
  const [xUnit, xUnitName] = unitOf(Math.max(...costs));
  const [yUnit, yUnitName] = unitOf(most);
  const measure = MEASURES[curve.measure].name();
  const yName = `${say('axis_loss', { measure })}, ${yUnitName}`;
  grid(svg, frame, x, y, xUnit, yUnit, `${say('axis_cost')}, ${xUnitName}`, yName);
  const at = (plan) => [x.place(plan.cost), y.place(lossOf(plan))];
  if (onCurve.length > 1) {
    const upper = onCurve.map((plan) => [x.place(plan.cost), y.place(ends(plan)[1])]);
    const lower = onCurve.map((plan) => [x.place(plan.cost), y.place(ends(plan)[0])]).reverse();
    svg.append(shape('path', { class: 'band', d: `${path([...upper, ...lower])}Z` }));
    drawEven(svg, frame, x, y, onCurve);
    svg.append(shape('path', { class: 'line', d: path(onCurve.map(at)) }));
  }
  const arms = drawArms(svg, x, y, at);
  drawPoints(svg, at);
  const named = [];
  const label = (plan, kind, text) => named.push({ text, at: at(plan), kind });
  // A plan of many names is called by the first.
  const called = (plan, key) => `${plan.id} – ${say(key)}`;
  label(data.plans[data.chosen], 'knee-name', called(data.plans[data.chosen], data.plans[data.chosen].names[0]));
  if (today >= 0) label(data.plans[today], 'today-name', say('as_is'));
  for (const plan of onCurve) {
    const end = plan.names.find((key) => ['cheapest', 'end_of_curve'].includes(key));
    if (end && plan !== data.plans[data.chosen]) label(plan, 'end-name', called(plan, end));
  }
  placeNames(svg, named, [...data.plans.map(at), ...along(onCurve.map(at)), ...arms], frame);
  markPicked();
};

// All points that would cost as much in all as the chosen plan, where loss and axis are the same measure.
const drawEven = (svg, frame, x, y, onCurve) => {
  const chosen = data.plans[data.chosen];
  const [own, other] = curve.measure === 'cvar' ? [1, 0] : [0, 1];
  if (data.weights[own] <= 0 || data.weights[other] > 0) return;
  const [first, last] = [onCurve[0].cost, onCurve[onCurve.length - 1].cost];
  const line = [];
  for (let step = 0; step <= 120; step += 1) {
    const cost = first + ((last - first) * step) / 120;
    const loss = (chosen.total - cost) / data.weights[own];
    const place = loss > 0 ? y.place(loss) : Infinity;
    if (place >= frame.top && place < frame.bottom) line.push([x.place(cost), place]);
  }
  const title = say('same_total', { plan: chosen.id, total: money(chosen.total) });
  svg.append(shape('path', { class: 'even', d: path(line) }));
  svg.append(shape('line', { class: 'even', x1: frame.right - 30, x2: frame.right, y1: 10, y2: 10 }));
  const below = frame.right + 12 < NARROW ? 14 : 0;
  svg.append(shape('text', { x: frame.right - (below ? 0 : 36), y: 14 + below, 'text-anchor': 'end' }, title));
};

// An arm keeps to its own direction, then drops to the plan where the plan is better in the other too.
const drawArms = (svg, x, y, at) => {
  if (today < 0) return [];
  const arms = [];
  const from = data.plans[today];
  for (const plan of data.plans) {
    const corner =
      plan.role === 'same_loss' ? [x.place(plan.cost), y.place(lossOf(from))]
      : plan.role === 'same_cost' ? [x.place(from.cost), y.place(lossOf(plan))]
      : null;
    if (!corner) continue;
    const way = [at(from), corner, at(plan)];
    svg.append(shape('path', { class: 'arm', d: path(way) }));
    arms.push(...along(way));
  }
  return arms;
};

const drawPoints = (svg, at) => {
  curve.points.clear();
  const order = data.plans.map((_, index) => index).sort((a, b) => data.plans[a].cost - data.plans[b].cost);
  for (const index of order) {
    const plan = data.plans[index];
    const [x, y] = at(plan).map((value) => value.toFixed(1));
    const kind =
      index === data.chosen ? ' knee'
      : plan.role === 'as_is' ? ' today'
      : ['same_loss', 'same_cost'].includes(plan.role) ? ' arm-end'
      : '';
    const size = kind === ' knee' ? 6.5 : kind ? 5 : 4;
    const mark =
      plan.role === 'as_is'
        ? shape('path', { class: 'mark', d: `M${x} ${y - 8}l8 8l-8 8l-8 -8Z` })
        : shape('circle', { class: 'mark', cx: x, cy: y, r: size });
    const point = shape(
      'g',
      { class: `point${kind}`, role: 'radio', 'data-plan': plan.id, 'aria-label': inWords(plan).join('. ') },
      shape('circle', { class: 'reach', cx: x, cy: y, r: 12 }),
      mark,
      shape('circle', { class: 'ring', cx: x, cy: y, r: size + 5 }),
    );
    point.addEventListener('click', () => pick(index));
    for (const event of ['pointerenter', 'focus']) point.addEventListener(event, () => showTip(plan, Number(x), Number(y)));
    for (const event of ['pointerleave', 'blur']) point.addEventListener(event, hideTip);
    point.addEventListener('keydown', (event) => moveOn(event, order, index));
    svg.append(point);
    curve.points.set(index, point);
  }
};

const moveOn = (event, order, index) => {
  const position = order.indexOf(index);
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const ends = { Home: 0, End: order.length - 1 };
  if (event.key === 'Escape') hideTip();
  const next =
    event.key in steps ? (position + steps[event.key] + order.length) % order.length
    : event.key in ends ? ends[event.key]
    : [' ', 'Enter'].includes(event.key) ? position
    : null;
  if (next === null) return;
  event.preventDefault();
  pick(order[next]);
  curve.points.get(order[next]).focus();
};

const markPicked = () => {
  for (const [index, point] of curve.points) {
    point.setAttribute('aria-checked', String(index === picked));
    point.setAttribute('tabindex', index === picked ? '0' : '-1');
  }
};

const showTip = (plan, x, y) => {
  const tip = byId('curve-tip');
  tip.textContent = inWords(plan).join('\n');
  tip.hidden = false;
  const box = byId('curve').getBoundingClientRect();
  const scale = box.width / byId('curve').firstChild.viewBox.baseVal.width;
  const left = x * scale + 16 + tip.offsetWidth > box.width ? x * scale - 16 - tip.offsetWidth : x * scale + 16;
  tip.style.left = `${Math.max(0, left)}px`;
  tip.style.top = `${Math.max(0, y * scale - tip.offsetHeight / 2)}px`;
};
const hideTip = () => {
  byId('curve-tip').hidden = true;
};
