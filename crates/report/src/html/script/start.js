// What happens when somebody picks, filters, prints or turns the page.

let picked = data.chosen;

const widthOf = (id) => byId(id).clientWidth || 800;
// Wide enough for a sheet of paper, so that its letters are not made small.
const PAPER = 690;

const draw = (width = null) => {
  drawCurve(width ?? widthOf('curve'));
  drawEp(width ?? widthOf('ep'));
};

// Everything that depends on the picked plan.
const show = () => {
  byId('plan-choice').value = data.plans[picked].id;
  markPicked();
  showFigures();
  showComponents();
  showLimits();
  showDomains();
  showLevels();
  drawEp(widthOf('ep'));
  showPlacements();
};

const pick = (index) => {
  if (index < 0 || index === picked) return;
  picked = index;
  show();
  // A page within another may not be allowed to name its place.
  try {
    history.replaceState(null, '', `#plan=${data.plans[index].id}`);
  } catch {
    // The plan is shown all the same.
  }
};

const fromAddress = () => {
  const name = /^#plan=(.+)$/.exec(location.hash)?.[1];
  return name ? planNamed(decodeURIComponent(name)) : -1;
};

const offer = (id, options) => byId(id).replaceChildren(...options.map(([value, text]) => element('option', { value }, text)));
const setUp = () => {
  offer('plan-choice', data.plans.map((plan) => [plan.id, nameOf(plan)]));
  offer('measure-choice', Object.entries(MEASURES).map(([key, measure]) => [key, measure.name()]));
  byId('measure-choice').value = curve.measure;
  const log = byId('log-choice');
  log.checked = curve.log;
  log.disabled = !canBeLog();
  byId('plan-choice').addEventListener('change', (event) => pick(planNamed(event.target.value)));
  byId('measure-choice').addEventListener('change', (event) => {
    curve.measure = event.target.value;
    log.disabled = !canBeLog();
    curve.log = curve.log && canBeLog();
    log.checked = curve.log;
    draw();
  });
  log.addEventListener('change', () => {
    curve.log = log.checked;
    draw();
  });
  for (const id of ['controls', 'placement-controls']) byId(id).addEventListener('submit', (event) => event.preventDefault());
  byId('filter').addEventListener('input', showPlacements);
  byId('only-moved').addEventListener('change', showPlacements);
  addEventListener('hashchange', () => {
    const index = fromAddress();
    if (index < 0) return;
    pick(index);
    byId('plan-section').scrollIntoView();
    byId('plan-section').focus({ preventScroll: true });
  });
  let width = widthOf('curve');
  addEventListener('resize', () => {
    if (widthOf('curve') === width) return;
    width = widthOf('curve');
    draw();
  });
  addEventListener('beforeprint', () => {
    finishTable('placements');
    draw(PAPER);
  });
  addEventListener('afterprint', () => draw());
};

const asked = fromAddress();
if (asked >= 0) picked = asked;
setUp();
draw();
show();
