// How likely a year is to lose more than an amount, today and with the picked plan.

// The amounts shown span this much at most.
const REACH = 1e4;

const drawEp = (width) => {
  const shown = [...new Set([today, picked])].filter((index) => index >= 0).map((index) => data.plans[index]);
  const all = shown.flatMap((plan) => plan.ep);
  const most = Math.max(...all);
  if (!(most > 0) || data.periods.length === 0) {
    byId('ep').replaceChildren(element('p', {}, say('ep_none')));
    return;
  }
  const height = Math.max(280, Math.min(400, width * 0.44));
  const frame = { left: 58, right: width - 12, top: 30, bottom: height - 46 };
  const name = `${say('ep')}: ${shown.map(nameOf).join(', ')}`;
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': name });
  byId('ep').replaceChildren(svg);
  const least = Math.min(...all.filter((loss) => loss >= most / REACH));
  const x = logarithmic(least, most, frame.left, frame.right);
  const y = logarithmic(data.chances[data.chances.length - 1], 1, frame.bottom, frame.top);
  const [unit, unitName] = unitOf(most);
  grid(svg, frame, x, y, unit, 0.01, `${say('axis_ep_loss')}, ${unitName}`, say('axis_ep_chance'));
  const names = [];
  const points = [];
  for (const plan of shown) {
    const line = plan.ep.map((loss, n) => [loss, data.chances[n]]).filter(([loss]) => loss >= least);
    const places = line.map(([loss, chance]) => [x.place(loss), y.place(chance)]);
    if (places.length === 0) continue;
    const isToday = plan.role === 'as_is';
    svg.append(shape('path', { class: isToday ? 'line today-line' : 'line', d: path(places) }));
    points.push(...along(places));
    names.push({ text: nameOf(plan), at: places[Math.floor(places.length * 0.6)], kind: isToday ? 'today-name' : 'end-name' });
  }
  placeNames(svg, names, points, frame);
};
