//! Every table of a case, declared once: the reader, the checker, the documentation and the templates use this.

/// What a cell of a column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Text.
    Text,
    /// An id or free word list, separated by `;` (or `|` in semicolon files).
    List,
    /// A number from a least to a greatest value.
    Number(f64, f64),
    /// true or false.
    Bool,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An ISO 8601 date.
    Date,
    /// A time of day, `06:00`.
    Time,
}

/// Whether a cell must be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may be empty; then this holds.
    Default(&'static str),
    /// It may be empty; then nothing is said.
    Optional,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnSchema {
    /// Its name with the unit as suffix.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
    /// Whether they must be filled.
    pub need: Need,
    /// What it means.
    pub help: &'static str,
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TableSchema {
    /// Its name; the file is `name.csv`.
    pub name: &'static str,
    /// Whether every case needs the file.
    pub required: bool,
    /// The columns that identify a row.
    pub key: &'static [&'static str],
    /// What it holds.
    pub help: &'static str,
    /// Its columns.
    pub columns: &'static [ColumnSchema],
}

impl TableSchema {
    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&'static ColumnSchema> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The file's name.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }
}

const INF: f64 = f64::INFINITY;
const ANY: Kind = Kind::Number(-INF, INF);
const NOT_NEGATIVE: Kind = Kind::Number(0.0, INF);
const SHARE: Kind = Kind::Number(0.0, 1.0);
const SITE_KINDS: Kind = Kind::Word(&["region", "sovereign_region", "colocation", "onprem", "edge"]);
const RESOURCES: Kind = Kind::Word(&["vcpu", "memory_gib", "gpu", "storage_gib"]);

const fn required(name: &'static str, kind: Kind, help: &'static str) -> ColumnSchema {
    ColumnSchema { name, kind, need: Need::Required, help }
}
const fn optional(name: &'static str, kind: Kind, help: &'static str) -> ColumnSchema {
    ColumnSchema { name, kind, need: Need::Optional, help }
}
const fn default(name: &'static str, kind: Kind, value: &'static str, help: &'static str) -> ColumnSchema {
    ColumnSchema { name, kind, need: Need::Default(value), help }
}

/// Every table of a case.
pub(crate) const TABLES: &[TableSchema] = &[
    TableSchema {
        name: "workloads",
        required: true,
        key: &["workload"],
        help: "What runs: one row per deployable unit.",
        columns: &[
            required("workload", Kind::Text, "id"),
            optional("name", Kind::Text, "name for people"),
            optional("type", Kind::Text, "what it is: mes, erp, ml_training, …"),
            default("count", NOT_NEGATIVE, "1", "like units; multiplies every demand"),
            required("vcpu", NOT_NEGATIVE, "vCPU per unit"),
            required("memory_gib", NOT_NEGATIVE, "memory per unit, GiB"),
            default("gpu", NOT_NEGATIVE, "0", "GPUs per unit"),
            default("storage_gib", NOT_NEGATIVE, "0", "block storage per unit, GiB"),
            default("egress_gib_per_month", NOT_NEGATIVE, "0", "traffic to the internet per unit"),
            default("change_gib_per_day", NOT_NEGATIVE, "0", "changed data to replicate per unit"),
            default("divisible", Kind::Bool, "false", "whether units may be split over deployments"),
            optional("rto_h", NOT_NEGATIVE, "longest recovery time allowed, hours"),
            optional("rpo_h", NOT_NEGATIVE, "longest loss of data allowed, hours"),
            optional("residency", Kind::List, "countries or EU in which its data may be"),
            optional("jurisdiction", Kind::List, "jurisdictions of the operator that are allowed"),
            optional("site_kinds", Kind::List, "kinds of site that are allowed"),
            optional("latency_site", Kind::Text, "site of use"),
            optional("latency_ms_max", NOT_NEGATIVE, "longest round trip to it, ms"),
            optional("loss_per_h", NOT_NEGATIVE, "loss per hour of downtime: makes the workload its own process"),
            optional("group", Kind::Text, "workloads of one group have the same primary site"),
        ],
    },
    TableSchema {
        name: "sites",
        required: true,
        key: &["site"],
        help: "Where workloads can run.",
        columns: &[
            required("site", Kind::Text, "id; a failure domain too"),
            required("kind", SITE_KINDS, "what kind of place it is"),
            required("provider", Kind::Text, "who runs it"),
            optional("region_code", Kind::Text, "the provider's name for it"),
            optional("country", Kind::Text, "ISO 3166 alpha-2 code"),
            optional("jurisdiction", Kind::Text, "whose law reaches the operator"),
            default("zones", Kind::Number(1.0, 99.0), "1", "availability zones"),
            optional("lat", Kind::Number(-90.0, 90.0), "latitude, degrees"),
            optional("lon", Kind::Number(-180.0, 180.0), "longitude, degrees"),
            optional("capacity_vcpu", NOT_NEGATIVE, "vCPU; empty is unlimited"),
            optional("capacity_memory_gib", NOT_NEGATIVE, "memory, GiB; empty is unlimited"),
            optional("capacity_gpu", NOT_NEGATIVE, "GPUs; empty is unlimited"),
            optional("capacity_storage_gib", NOT_NEGATIVE, "storage, GiB; empty is unlimited"),
            default("fixed_cost_per_year", NOT_NEGATIVE, "0", "paid if the site is used at all"),
            default("capex", NOT_NEGATIVE, "0", "investment, spread over its lifetime"),
            default("lifetime_years", Kind::Number(0.1, 100.0), "5", "lifetime of the investment"),
        ],
    },
    TableSchema {
        name: "providers",
        required: false,
        key: &["provider"],
        help: "What holds for a provider as a whole.",
        columns: &[
            required("provider", Kind::Text, "id"),
            default(
                "onboarding_cost_per_year",
                NOT_NEGATIVE,
                "0",
                "contracts, skills, landing zone; paid if used",
            ),
            optional("max_share", SHARE, "most of the estate's vCPU demand with its primary here"),
        ],
    },
    TableSchema {
        name: "prices",
        required: true,
        key: &[],
        help: "Unit prices; a row names a site, or a provider and region_code.",
        columns: &[
            optional("site", Kind::Text, "site"),
            optional("provider", Kind::Text, "provider, with region_code in place of site"),
            optional("region_code", Kind::Text, "region code, with provider"),
            required(
                "resource",
                Kind::Word(&[
                    "vcpu_h",
                    "memory_gib_h",
                    "gpu_h",
                    "storage_gib_month",
                    "object_gib_month",
                    "egress_gib",
                    "replication_gib",
                    "licence_month",
                    "operations_month",
                ]),
                "what is paid for",
            ),
            default("term", Kind::Text, "on_demand", "the offer; case.toml picks one"),
            required("price", NOT_NEGATIVE, "price per unit"),
            required("currency", Kind::Text, "ISO 4217 code"),
            optional("valid_from", Kind::Date, "date of the price"),
        ],
    },
    TableSchema {
        name: "patterns",
        required: false,
        key: &["pattern"],
        help: "Deployment patterns.",
        columns: &[
            required("pattern", Kind::Text, "id"),
            default("primary_zones", Kind::Number(1.0, 99.0), "1", "zones of the primary site"),
            default("primary_compute_share", NOT_NEGATIVE, "1", "compute at the primary per unit of demand"),
            default(
                "standby",
                Kind::Word(&["none", "same_provider", "other_provider", "onprem", "any"]),
                "none",
                "where the standby may be",
            ),
            default("standby_compute_share", SHARE, "0", "compute that stands by"),
            default("storage_copies", Kind::Number(1.0, 99.0), "1", "copies of the data in all"),
            default("replication", Kind::Word(&["none", "async", "sync"]), "none", "how data reach the standby"),
            default("detection_h", NOT_NEGATIVE, "0", "until failover is decided"),
            required("rto_h", NOT_NEGATIVE, "from the decision until it runs"),
            required("rpo_h", NOT_NEGATIVE, "data lost at a failover, hours"),
            default("failover_success_share", SHARE, "1", "how often a failover succeeds"),
            default("needs_control_plane", Kind::Bool, "true", "whether recovery starts or reroutes something"),
            default("offline_copy", Kind::Bool, "false", "whether a copy is out of reach of ransomware"),
            default("operations_share", NOT_NEGATIVE, "0", "extra run effort, as a share"),
            optional("sla_share", SHARE, "share of time that providers promise, to compare with"),
        ],
    },
    TableSchema {
        name: "domains",
        required: false,
        key: &["domain"],
        help: "Failure domains beside the sites.",
        columns: &[
            required("domain", Kind::Text, "id"),
            required("level", Kind::Word(&ballast_model::DOMAIN_LEVELS), "what it is"),
            optional("name", Kind::Text, "name for people"),
            optional("provider", Kind::Text, "whose it is: ties events of the shipped catalogue to it"),
        ],
    },
    TableSchema {
        name: "dependencies",
        required: false,
        key: &["child", "parent", "mode"],
        help: "The graph of failure domains.",
        columns: &[
            required("child", Kind::Text, "site, domain, pattern or workload"),
            required("parent", Kind::Text, "domain or site"),
            required("mode", Kind::Word(&["run", "failover", "degrade"]), "how the child feels it"),
            default("severity", SHARE, "1", "how much of the parent's severity reaches the child"),
        ],
    },
    TableSchema {
        name: "hazards",
        required: true,
        key: &["hazard"],
        help: "What takes domains down, how often and for how long.",
        columns: &[
            required("hazard", Kind::Text, "id"),
            required("domain", Kind::Text, "what goes down: domain or site"),
            required("rate_per_year", NOT_NEGATIVE, "events per year"),
            optional("rate_low", NOT_NEGATIVE, "lower end of the 90 % interval"),
            optional("rate_high", NOT_NEGATIVE, "upper end of the 90 % interval"),
            optional("duration_median_h", NOT_NEGATIVE, "median duration; or give `durations`"),
            default("duration_sigma", Kind::Number(0.0, 10.0), "0", "sigma of the lognormal duration"),
            optional("duration_max_h", NOT_NEGATIVE, "no event lasts longer"),
            optional("durations", Kind::Text, "set of observed durations, in place of median and sigma"),
            default("severity", SHARE, "1", "share of the domain's function that is lost"),
            default("destructive", Kind::Bool, "false", "whether data are destroyed"),
            optional("calendar", Kind::Text, "when events start"),
            default(
                "basis",
                Kind::Word(&["observed", "sla", "expert", "assumption"]),
                "assumption",
                "what it rests on",
            ),
        ],
    },
    TableSchema {
        name: "durations",
        required: false,
        key: &[],
        help: "Sets of observed durations, for hazards that no lognormal fits.",
        columns: &[
            required("durations", Kind::Text, "id of the set"),
            required("duration_h", NOT_NEGATIVE, "one duration"),
            default("weight", NOT_NEGATIVE, "1", "how often it is drawn, against the others of the set"),
        ],
    },
    TableSchema {
        name: "processes",
        required: false,
        key: &["process"],
        help: "What the business earns with.",
        columns: &[
            required("process", Kind::Text, "id"),
            default("owner", Kind::Text, "ours", "ours, or the partner whose loss it is"),
            required("value_per_h", NOT_NEGATIVE, "margin lost per hour of standstill"),
            optional("calendar", Kind::Text, "when it earns; empty or 24x7 is around the clock"),
            default("buffer_h", NOT_NEGATIVE, "0", "hours it runs on without its workloads"),
            default("restart_h", NOT_NEGATIVE, "0", "hours from the workload's return until it earns"),
            default("made_up_share", SHARE, "0", "share of lost output that overtime makes up"),
            default("overtime_premium", NOT_NEGATIVE, "0", "what made-up output costs, as a share of its value"),
            default("data_value_per_h", NOT_NEGATIVE, "0", "value of one hour of data"),
        ],
    },
    TableSchema {
        name: "process_workloads",
        required: false,
        key: &["process", "workload"],
        help: "The workloads that a process needs.",
        columns: &[
            required("process", Kind::Text, "process"),
            required("workload", Kind::Text, "workload"),
            required("role", Kind::Word(&["critical", "degrading"]), "whether its loss stops the process"),
            default("buffer_h", NOT_NEGATIVE, "0", "hours it can be missed, over the process's own"),
            optional("degraded_share", SHARE, "share of the value lost; for degrading ones"),
        ],
    },
    TableSchema {
        name: "supply",
        required: false,
        key: &["supplier_process", "consumer_process"],
        help: "Processes that stop when another one does.",
        columns: &[
            required("supplier_process", Kind::Text, "process that delivers"),
            required("consumer_process", Kind::Text, "process that runs on it"),
            default("buffer_h", NOT_NEGATIVE, "0", "stock between them, hours"),
            default("share", SHARE, "1", "share of the consumer that stands"),
        ],
    },
    TableSchema {
        name: "calendars",
        required: false,
        key: &[],
        help: "When processes earn: weekly windows in local time.",
        columns: &[
            required("calendar", Kind::Text, "id"),
            optional("weekday", Kind::Text, "Mon, Mon-Fri, Sat;Sun"),
            optional("date", Kind::Date, "a single date in place of its weekday"),
            required("from", Kind::Time, "start, local"),
            required("to", Kind::Time, "end, local; 24:00 is midnight"),
            default("weight", NOT_NEGATIVE, "1", "share of the value earned per hour"),
            default("time_zone", Kind::Text, "UTC", "IANA name"),
        ],
    },
    TableSchema {
        name: "holidays",
        required: false,
        key: &["calendar", "date"],
        help: "Dates on which a calendar rests.",
        columns: &[
            required("calendar", Kind::Text, "calendar"),
            required("date", Kind::Date, "date"),
            optional("name", Kind::Text, "name for people"),
        ],
    },
    TableSchema {
        name: "placement",
        required: false,
        key: &["workload"],
        help: "Today's placement: the baseline of every comparison.",
        columns: &[
            required("workload", Kind::Text, "workload"),
            required("pattern", Kind::Text, "pattern"),
            required("primary_site", Kind::Text, "site"),
            optional("standby_site", Kind::Text, "site"),
            default("pinned", Kind::Bool, "false", "whether it must stay"),
            default("migration_cost", NOT_NEGATIVE, "0", "paid once to move its primary"),
        ],
    },
    TableSchema {
        name: "workload_sites",
        required: false,
        key: &["workload", "site"],
        help: "What holds for one workload at one site only.",
        columns: &[
            required("workload", Kind::Text, "workload"),
            required("site", Kind::Text, "site"),
            optional("allowed", Kind::Bool, "true allows it whatever the rules say, false forbids it"),
            default("extra_cost_per_year", ANY, "0", "licence, line, hardware; may be a saving"),
            optional("latency_ms", NOT_NEGATIVE, "measured round trip to the place of use"),
            optional("migration_cost", NOT_NEGATIVE, "paid once to move it here"),
        ],
    },
    TableSchema {
        name: "years",
        required: false,
        key: &[],
        help: "An event set of one's own, in place of sampling from hazards.csv.",
        columns: &[
            required("year", Kind::Number(0.0, 4e9), "simulated year"),
            required("event", Kind::Text, "id"),
            required("domain", Kind::Text, "domain or site"),
            optional("start", Kind::Text, "hours from the start of the year, or an ISO 8601 time"),
            required("duration_h", NOT_NEGATIVE, "duration"),
            default("severity", SHARE, "1", "share of the function lost"),
            default("destructive", Kind::Bool, "false", "whether data are destroyed"),
            optional("probability", SHARE, "probability of the year"),
        ],
    },
    TableSchema {
        name: "limits",
        required: false,
        key: &["limit"],
        help: "Concentration limits over the primaries.",
        columns: &[
            required("limit", Kind::Text, "id"),
            required(
                "scope",
                Kind::Word(&["site", "provider", "region", "country", "jurisdiction", "kind"]),
                "what the limit speaks of",
            ),
            optional("member", Kind::Text, "member; empty is one limit for each"),
            default("resource", RESOURCES, "vcpu", "what is counted"),
            optional("max_share", SHARE, "most of the estate's demand"),
            optional("max_amount", NOT_NEGATIVE, "most in the resource's unit"),
            optional("soft_penalty", NOT_NEGATIVE, "cost per unit of excess and year; makes the limit soft"),
        ],
    },
    TableSchema {
        name: "events",
        required: false,
        key: &["event"],
        help: "Events of your own to replay, beside the shipped catalogue; the same id replaces one of it.",
        columns: &[
            required("event", Kind::Text, "id"),
            required("title", Kind::Text, "what happened"),
            optional("start", Kind::Text, "ISO 8601 time, UTC, or the date: then noon"),
            required("duration_h", NOT_NEGATIVE, "duration"),
            required("domains", Kind::List, "what went down"),
            default("severity", SHARE, "1", "share of the function lost"),
            default("destructive", Kind::Bool, "false", "whether data were destroyed"),
        ],
    },
    TableSchema {
        name: "history",
        required: false,
        key: &[],
        help: "Past incidents: `ballast fit` estimates hazards from them.",
        columns: &[
            required("date", Kind::Date, "date"),
            optional("domain", Kind::Text, "domain or site"),
            optional("level", Kind::Text, "level, with provider in place of domain"),
            optional("provider", Kind::Text, "provider"),
            optional("duration_h", NOT_NEGATIVE, "duration; empty is still open"),
            default("severity", SHARE, "1", "share of the function lost"),
        ],
    },
    TableSchema {
        name: "fx",
        required: false,
        key: &["currency"],
        help: "Exchange rates into the case's currency.",
        columns: &[
            required("currency", Kind::Text, "ISO 4217 code"),
            required("rate", Kind::Number(1e-12, 1e12), "case currency per unit"),
            optional("date", Kind::Date, "date of the rate"),
        ],
    },
];

/// The shipped catalogue of historic outages.
pub(crate) static OUTAGES: TableSchema = TableSchema {
    name: "outages",
    required: false,
    key: &["event"],
    help: "Historic outages, shipped with the program, each row with its source.",
    columns: &[
        required("event", Kind::Text, "id"),
        required("title", Kind::Text, "what happened"),
        required("start", Kind::Text, "ISO 8601 time, UTC, or the date: then noon"),
        required("duration_h", NOT_NEGATIVE, "duration"),
        required("provider", Kind::Text, "whose outage"),
        optional("region_code", Kind::List, "regions; empty is all of the provider"),
        required("level", Kind::Word(&ballast_model::DOMAIN_LEVELS), "what failed"),
        default("severity", SHARE, "1", "share of the function lost"),
        default("destructive", Kind::Bool, "false", "whether data were destroyed"),
    ],
};

/// Every table of a case.
pub fn schema() -> &'static [TableSchema] {
    TABLES
}

/// The header line of a table, for templates.
pub fn template(table: &TableSchema) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    format!("{},source\n", names.join(","))
}
