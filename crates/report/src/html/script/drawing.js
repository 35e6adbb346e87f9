// Scales, axes and labels of the charts.

const linear = (least, most, from, to) => {
  // Plans of equal cost stand in the middle.
  const room = most > least ? 0 : Math.abs(most) * 0.1 || 1;
  const [low, high] = [least - room, most + room];
  const span = high - low;
  const place = (value) => from + ((value - low) / span) * (to - from);
  const rough = span / 6;
  const base = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * base).find((one) => one >= rough) ?? base;
  const ticks = [];
  for (let tick = Math.ceil(low / step); tick * step <= low + span * 1.0001; tick += 1) ticks.push(tick * step);
  return { place, ticks, step };
};

const logarithmic = (low, high, from, to) => {
  const [start, end] = [Math.log10(low), Math.log10(high > low ? high : low * 10)];
  const place = (value) => from + ((Math.log10(Math.max(value, low)) - start) / (end - start)) * (to - from);
  const ticks = [];
  const decades = end - start;
  const factors =
    decades > 3 ? [1]
    : decades > 1.4 ? [1, 3]
    : decades > 0.6 ? [1, 2, 3, 5, 7]
    : [1, 1.2, 1.4, 1.7, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9];
  for (let power = Math.floor(start); power <= end; power += 1) {
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return { place, ticks };
};

// The unit for an axis that reaches to `most`: its size and how it is written after the axis' name.
const unitOf = (most) => {
  const found = [[1e9, 'billions'], [1e6, 'millions'], [1e3, 'thousands']].find(([scale]) => most >= scale);
  return found ? [found[0], `${say(found[1])} ${data.currency}`] : [1, data.currency];
};
const tickText = (value, unit) => {
  if (Math.abs(value) < unit * 1e-9) return '0';
  const scaled = value / unit;
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(Math.abs(scaled) || 1))));
  const exact = [decimals, decimals + 1].find((count) => Math.abs(Number(scaled.toFixed(count)) - scaled) < Math.abs(scaled) * 1e-6);
  return number(scaled, exact ?? decimals + 2);
};

const grid = (svg, frame, x, y, xUnit, yUnit, xName, yName) => {
  const far = Math.max(1, Math.ceil((x.ticks.length * 56) / (frame.right - frame.left)));
  for (const tick of y.ticks) {
    const at = y.place(tick);
    svg.append(shape('line', { class: 'grid', x1: frame.left, x2: frame.right, y1: at, y2: at }));
    svg.append(shape('text', { x: frame.left - 8, y: at + 4, 'text-anchor': 'end' }, tickText(tick, yUnit)));
  }
  x.ticks.forEach((tick, position) => {
    if (position % far) return;
    const at = x.place(tick);
    svg.append(shape('line', { class: 'axis', x1: at, x2: at, y1: frame.bottom, y2: frame.bottom + 5 }));
    svg.append(shape('text', { x: at, y: frame.bottom + 19, 'text-anchor': 'middle' }, tickText(tick, xUnit)));
  });
  svg.append(shape('line', { class: 'axis', x1: frame.left, x2: frame.right, y1: frame.bottom, y2: frame.bottom }));
  svg.append(shape('text', { x: 0, y: 14 }, yName));
  svg.append(shape('text', { x: frame.right, y: frame.bottom + 38, 'text-anchor': 'end' }, xName));
};

// Points along the way from each to the next, near enough to keep names off a line.
const along = (points) =>
  points.flatMap(([x, y], n) => {
    const [endX, endY] = points[n + 1] ?? [x, y];
    const steps = Math.max(1, Math.ceil(Math.hypot(endX - x, endY - y) / 9));
    return Array.from({ length: steps }, (_, step) => [x + ((endX - x) * step) / steps, y + ((endY - y) * step) / steps]);
  });

const path = (points) => points.map(([x, y], n) => `${n ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

// Puts names next to their points, off the points and off each other as far as there is room.
const placeNames = (svg, names, points, frame) => {
  const taken = points.map(([x, y]) => [x - 6, y - 6, x + 6, y + 6]);
  const overlap = (a, b) =>
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  for (const { text, at: [x, y], kind } of names) {
    const label = shape('text', { class: `name ${kind}` }, text);
    svg.append(label);
    const width = label.getComputedTextLength?.() || text.length * 7;
    let best = null;
    for (const far of [0, 12, 18, 26, 38, 54]) {
      const beside = [x + 12, x - width - 12];
      const above = [x - 4, x - width + 4, x - width / 2];
      const places = [...beside, ...(far ? above : [])].flatMap((left) => [[left, y - far], [left, y + far]]);
      for (const [left, middle] of places) {
        const box = [left, middle - 8, left + width, middle + 8];
        const outside = box[0] < frame.left || box[2] > frame.right || box[1] < frame.top - 14 || box[3] > frame.bottom;
        const cost = taken.reduce((sum, other) => sum + overlap(box, other), far * 2) + (outside ? 1e5 : 0);
        if (!best || cost < best.cost) best = { cost, box };
      }
    }
    // A name that fits nowhere stays on the page all the same.
    const left = Math.max(0, Math.min(best.box[0], frame.right - width));
    label.setAttribute('x', left.toFixed(1));
    label.setAttribute('y', (best.box[1] + 12).toFixed(1));
    taken.push(best.box);
  }
};
