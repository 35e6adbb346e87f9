// The plans, and what each places where.

const today = data.plans.findIndex((plan) => plan.role === 'as_is');

const nameOf = (plan) => {
  const names = plan.names.map((key) => say(key)).join(', ');
  return plan.role === 'as_is' ? names : names ? `${plan.id} – ${names}` : plan.id;
};

const shortNameOf = (plan) => (plan.role === 'as_is' ? say('as_is') : say('picked', { plan: plan.id }));

// `knee` and `chosen` are names of the chosen plan.
const planNamed = (name) =>
  ['knee', 'chosen'].includes(name) ? data.chosen : data.plans.findIndex((plan) => plan.id === name);

// One row per part of a workload. A plan is told by what it changes in the one before it.
const placementsOf = (index) => {
  const parts = [];
  const losses = [];
  for (const plan of data.plans.slice(0, index + 1)) {
    for (const [workload, ...entry] of plan.placed) parts[workload] = partsOf(entry);
    let [workload, position] = [0, 0];
    plan.runs.forEach((length, turn) => {
      if (turn % 2) for (let n = 0; n < length; n += 1) losses[workload + n] = plan.losses[position++];
      workload += length;
    });
  }
  return data.workloads.flatMap(([id, name], workload) =>
    parts[workload].map(([deployment, share, cost], position) => {
      const [pattern, primary, standby] = describe(deployment);
      const was = data.today[workload];
      const [moved, ...sites] = was !== null && was !== deployment ? describe(was) : [''];
      const movedFrom = sites.filter(Boolean).join(' · ');
      // The loss is the whole workload's; it stands with its largest part.
      const loss = position === 0 ? losses[workload] : null;
      return { id, name: name === id ? '' : name, pattern, primary, standby, share, moved, movedFrom, cost, loss };
    }),
  );
};

const partsOf = (entry) => {
  if (entry.length === 2) return [[entry[0], 1, entry[1]]];
  const parts = [];
  for (let at = 0; at < entry.length; at += 3) parts.push(entry.slice(at, at + 3));
  return parts;
};

const describe = (deployment) => {
  const [pattern, primary, standby] = data.deployments[deployment];
  return [data.patterns[pattern], data.sites[primary], standby === null ? '' : data.sites[standby]];
};
