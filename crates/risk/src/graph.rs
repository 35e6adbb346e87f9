//! The failure-domain graph: what is down, and what can no longer be started or rerouted, when something fails.

use ballast_model::{Child, Dependency, DomainId, Estate, Mode};

/// Everything that the failure of some domains does to an estate.
#[derive(Debug, Clone, PartialEq)]
pub struct Impairment {
    /// By domain: the share of its function that is lost, 0 to 1.
    pub down: Vec<f64>,
    /// By domain: whether nothing can be started or rerouted in it.
    pub blocked: Vec<bool>,
    /// By pattern: the share of the function of all its deployments that is lost.
    pub pattern_down: Vec<f64>,
    /// By pattern: whether its failover does not work.
    pub pattern_blocked: Vec<bool>,
    /// By workload: the share of its function that is lost wherever it runs.
    pub workload_down: Vec<f64>,
    /// By site: the severity in each of its zones, in the order in which deployments use them.
    pub zone_down: Vec<Vec<f64>>,
    /// Whether data are destroyed, not merely out of reach.
    pub destructive: bool,
}

/// The dependencies of an estate, ready to be closed over.
#[derive(Debug)]
pub struct FailureGraph<'a> {
    estate: &'a Estate,
    /// By parent domain: the edges that leave it.
    edges: Vec<Vec<&'a Dependency>>,
    /// By site: its zones in the order in which deployments use them.
    zones: Vec<Vec<DomainId>>,
}

impl<'a> FailureGraph<'a> {
    /// Sorts the edges of `estate` by parent and finds the zones of its sites.
    pub fn new(estate: &'a Estate) -> Self {
        let mut edges = vec![Vec::new(); estate.domains().len()];
        for edge in estate.dependencies().iter().filter(|edge| !is_zone_membership(estate, edge)) {
            edges[edge.parent.index()].push(edge);
        }
        let zones = estate.sites().iter().map(|site| zones_of(estate, site.domain)).collect();
        Self { estate, edges, zones }
    }

    /// The closure of failing domains over the graph (model.md section 3).
    ///
    /// Severity is multiplied along `run` and `degrade` edges and the worst path counts; `failover` edges block,
    /// and what is blocked blocks what runs on it.
    pub fn impairment(&self, origins: &[(DomainId, f64)], destructive: bool) -> Impairment {
        let estate = self.estate;
        let mut hit = Impairment {
            down: vec![0.0; estate.domains().len()],
            blocked: vec![false; estate.domains().len()],
            pattern_down: vec![0.0; estate.patterns().len()],
            pattern_blocked: vec![false; estate.patterns().len()],
            workload_down: vec![0.0; estate.workloads().len()],
            zone_down: Vec::new(),
            destructive,
        };
        let mut queue: Vec<DomainId> = Vec::new();
        for &(domain, severity) in origins {
            if severity > hit.down[domain.index()] {
                hit.down[domain.index()] = severity;
                queue.push(domain);
            }
        }
        // Severities only rise and are products of finitely many factors at most 1, so the queue runs dry.
        while let Some(parent) = queue.pop() {
            for edge in &self.edges[parent.index()] {
                if Self::pass_on(&mut hit, parent, edge)
                    && let Child::Domain(child) = edge.child
                {
                    queue.push(child);
                }
            }
        }
        hit.zone_down =
            self.zones.iter().map(|zones| zones.iter().map(|zone| hit.down[zone.index()]).collect()).collect();
        hit
    }

    /// Passes the parent's state over one edge; answers whether the child's has changed.
    fn pass_on(hit: &mut Impairment, parent: DomainId, edge: &Dependency) -> bool {
        let down = hit.down[parent.index()];
        let blocked = hit.blocked[parent.index()];
        match edge.mode {
            Mode::Failover => {
                if down <= 0.0 {
                    return false;
                }
                let flag = match edge.child {
                    Child::Domain(id) => &mut hit.blocked[id.index()],
                    Child::Pattern(id) => &mut hit.pattern_blocked[id.index()],
                    // A workload has no failover of its own: its deployment's pattern has.
                    Child::Workload(_) => return false,
                };
                !std::mem::replace(flag, true)
            }
            Mode::Run | Mode::Degrade => {
                let level = match edge.child {
                    Child::Domain(id) => &mut hit.down[id.index()],
                    Child::Pattern(id) => &mut hit.pattern_down[id.index()],
                    Child::Workload(id) => &mut hit.workload_down[id.index()],
                };
                let reached = down * edge.severity.get();
                let rises = reached > *level;
                *level = level.max(reached);
                let newly_blocked = match edge.child {
                    Child::Domain(id) if blocked && edge.mode == Mode::Run => {
                        !std::mem::replace(&mut hit.blocked[id.index()], true)
                    }
                    _ => false,
                };
                rises || newly_blocked
            }
        }
    }
}

/// A site's `run` edge to a zone says that the zone is one of its own, not that the site fails with it.
fn is_zone_membership(estate: &Estate, edge: &Dependency) -> bool {
    let is_site = matches!(edge.child, Child::Domain(id) if estate.domain(id).site.is_some());
    edge.mode == Mode::Run && is_site && estate.domain(edge.parent).is_zone()
}

/// The zones of the site that is `domain`, sorted by id.
fn zones_of(estate: &Estate, domain: DomainId) -> Vec<DomainId> {
    let mut zones: Vec<DomainId> = estate
        .dependencies()
        .iter()
        .filter(|edge| edge.child == Child::Domain(domain) && is_zone_membership(estate, edge))
        .map(|edge| edge.parent)
        .collect();
    zones.sort_by(|a, b| estate.domain(*a).id.cmp(&estate.domain(*b).id));
    zones.dedup();
    zones
}
