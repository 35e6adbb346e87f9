// Words and numbers as the page's language writes them.

const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);

const say = (key, values = {}) => data.text[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

const number = (value, decimals) => {
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, data.text.group_mark);
  const written = fraction ? grouped + data.text.decimal_mark + fraction : grouped;
  return value < 0 && /[1-9]/.test(written) ? '-' + written : written;
};

// Whole units; cents where there is little else.
const amount = (value) => (value === null ? '–' : number(value, value !== 0 && Math.abs(value) < 100 ? 2 : 0));
const signed = (value, write) => (value > 0 ? '+' : '') + write(value);

// Three significant digits and a unit.
const money = (value) => {
  const units = [[1e9, 'billion'], [1e6, 'million'], [1e3, 'thousand']];
  const [scale, key] = units.find(([scale]) => Math.abs(value) >= scale * 0.9995) ?? [1, null];
  const scaled = Math.abs(value) / scale;
  const decimals = !key || scaled >= 99.95 ? 0 : scaled < 9.995 ? 2 : 1;
  const apart = data.text.decimal_mark === '.' && data.symbol === data.currency ? '\u00a0' : '';
  const written = number(scaled, decimals);
  return say('money_sign', {
    sign: value < 0 && written !== '0' ? '-' : '',
    symbol: data.symbol + apart,
    amount: written,
    unit: key ? data.text[key] : '',
  });
};

const percent = (fraction) => {
  const value = fraction * 100;
  const size = Math.abs(value);
  const decimals = size === 0 || size >= 9.95 ? 0 : size < 0.995 ? 2 : 1;
  const short = decimals ? value.toFixed(decimals).replace(/\.?0+$/, '') : value.toFixed(0);
  return say('percent', { value: short.replace('.', data.text.decimal_mark) });
};

// Text is only ever put in as text.
const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  return filled(made, attributes, children);
};
const shape = (name, attributes = {}, ...children) =>
  filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
const filled = (made, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
};
