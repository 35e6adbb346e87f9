#!/usr/bin/env python3
"""Writes data/defaults and the three ready cases from data/catalogue. Standard library only, no network.

Every row says where its figures come from: a fact with its source, or `assumption: why`.
"""
import csv
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
CATALOGUE = HERE / "catalogue"
USD_EUR = 0.92


def read(name):
    with open(CATALOGUE / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            if len(row) != len(columns):
                raise SystemExit(f"{path}: {row} does not fit {columns}")
            writer.writerow(["" if cell is None else cell for cell in row])


# ---------------------------------------------------------------- defaults

PATTERN_COLUMNS = (
    "pattern primary_zones primary_compute_share standby standby_compute_share storage_copies replication detection_h "
    "rto_h rpo_h failover_success_share needs_control_plane offline_copy operations_share sla_share source"
).split()
A = "assumption: "
# What a compute SLA promises: 99.5 % of the time for one instance, 99.99 % for several zones (AWS, text of 2022). No
# provider promises anything for two sites: there it is what planners reckon with, two independent promises.
SLA = {"single_zone": 0.995, "multi_zone": 0.9999, "backup_restore": 0.995, "pilot_light": 0.995, "warm_standby": 0.9999,
       "hot_standby": 0.9999, "active_active": 0.999975, "active_active_multi_cloud": 0.999975}
PATTERNS = [
    ["single_zone", 1, 1, "none", 0, 1, "none", 0.5, 4, 24, 0.9, "true", "false", 0,
     A + "restart in another zone from the last snapshot takes hours"],
    ["multi_zone", 3, 1.5, "none", 0, 2, "none", 0, 0.1, 0, 1, "false", "false", 0.1,
     A + "three zones that survive the loss of one need half as much again"],
    ["backup_restore", 1, 1, "any", 0, 2, "async", 1, 12, 24, 0.85, "true", "true", 0.1,
     "RTO 4 to 24 h, RPO 1 to 24 h: vendor summaries of the AWS strategies; the rest " + A + "practice"],
    ["pilot_light", 1, 1, "any", 0.1, 2, "async", 0.5, 2, 0.25, 0.9, "true", "false", 0.2,
     "RTO tens of minutes to hours, RPO minutes: vendor summaries of the AWS strategies; the rest " + A + "practice"],
    ["warm_standby", 3, 1.5, "any", 0.3, 3, "async", 0.25, 0.5, 0.1, 0.93, "true", "false", 0.35,
     "RTO minutes, RPO seconds: vendor summaries of the AWS strategies; the rest " + A + "scale-out needs the control plane"],
    ["hot_standby", 3, 1.5, "any", 1, 3, "async", 0.1, 0.1, 0.05, 0.97, "false", "false", 0.5,
     A + "full standby, statically stable, health checks switch over"],
    ["active_active", 1, 1, "same_provider", 1, 2, "async", 0, 0.05, 0.02, 0.99, "false", "false", 0.6,
     "RTO near zero: vendor summaries of the AWS strategies; the rest " + A + "practice"],
    ["active_active_multi_cloud", 1, 1, "other_provider", 1, 2, "async", 0, 0.1, 0.05, 0.97, "false", "true", 1,
     A + "two providers in step cost twice the run effort; the copy is out of reach of the other's account"],
]
PATTERNS = [row[:-1] + [SLA[row[0]], row[-1] + "; SLA: AWS compute, 99.5 and 99.99 %"] for row in PATTERNS]
CALENDAR_COLUMNS = "calendar weekday from to weight time_zone source".split()


def shifts(name, zone, days, windows):
    return [[name, days, start, end, 1, zone, A + "shift model"] for start, end in windows]


THREE = [("06:00", "24:00")]
CALENDARS = (
    shifts("plant-de", "Europe/Berlin", "Mon-Fri", [("00:00", "24:00")])
    + shifts("plant-cee", "Europe/Bratislava", "Mon-Sat", THREE)
    + shifts("plant-es", "Europe/Madrid", "Mon-Fri", [("06:00", "22:00")])
    + shifts("plant-us", "America/Chicago", "Mon-Fri", [("06:00", "24:00")])
    + shifts("plant-mx", "America/Mexico_City", "Mon-Sat", THREE)
    + shifts("plant-sa", "America/Sao_Paulo", "Mon-Fri", [("06:00", "22:00")])
    + shifts("office-de", "Europe/Berlin", "Mon-Fri", [("07:00", "19:00")])
)


def change_driven():
    """When software-caused outages begin: the weekdays of the catalogue's timed events, one added to each day."""
    counts = [1] * 7
    for row in read("outages.csv"):
        if "T" in row["start"] and row["level"] not in ("zone", "power", "supplier"):
            counts[date.fromisoformat(row["start"][:10]).weekday()] += 1
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    source = f"weekdays of the {sum(counts) - 7} timed events of data/catalogue/outages.csv beyond single zones, one added to each day"
    return [["change-driven", day, "00:00", "24:00", round(7 * count / sum(counts), 3), "UTC", source]
            for day, count in zip(days, counts)]


CALENDARS += change_driven()
HOLIDAY_AREA = {"plant-de": "de", "plant-cee": "sk", "plant-es": "es", "plant-us": "us", "plant-mx": "mx", "office-de": "de"}
DEPENDENCY_COLUMNS = "child parent mode severity source".split()


def defaults():
    write(HERE / "defaults/patterns.csv", PATTERN_COLUMNS, PATTERNS)
    write(HERE / "defaults/calendars.csv", CALENDAR_COLUMNS, CALENDARS)
    facts = [[site, "aws-us-east-1", "failover", 1,
              "AWS Fault Isolation Boundaries whitepaper: IAM, Organizations, Route 53 changes are homed in us-east-1"]
             for site in ("aws-eu-central-1", "aws-eu-west-1", "aws-eu-west-3", "aws-eu-north-1", "aws-us-east-2", "aws-us-west-2")]
    write(HERE / "defaults/dependencies.csv", DEPENDENCY_COLUMNS, facts)
    write(HERE / "defaults/fx.csv", ["currency", "rate", "date", "source"], [
        ["USD", USD_EUR, "2026-11-01", A + "planning rate, EUR per USD"],
        ["GBP", 1.15, "2026-11-01", A + "planning rate, EUR per GBP"],
    ])


# ---------------------------------------------------------------- places and prices

EXTRA_AREA = {"aws": "US", "azure": "US", "gcp": "US", "aws-eusc": "DE", "own": "DE"}


def site_id(provider, code):
    return f"{provider}-{code}" if provider != "aws-eusc" else f"aws-{code}"


def compute_prices():
    """vCPU, memory and GPU prices that reproduce the list prices of a 1:4 and a 1:8 machine."""
    machines = {}
    for row in read("instances.csv"):
        machines.setdefault((row["provider"], row["region_code"]), {})[(int(row["memory_gib"]), int(row["gpu"]))] = row
    prices = {}
    for key, by_shape in machines.items():
        standard, big = by_shape[(16, 0)], by_shape[(32, 0)]
        memory = (float(big["usd_per_h"]) - float(standard["usd_per_h"])) / 16
        vcpu = (float(standard["usd_per_h"]) - 16 * memory) / 4
        source = f"from {standard['instance']} and {big['instance']}: {standard['source']}"
        gpu = by_shape.get((16, 1))
        gpu_price = float(gpu["usd_per_h"]) - float(standard["usd_per_h"]) if gpu else None
        prices[key] = (vcpu, memory, gpu_price, source, standard["valid_from"])
    return prices


def price_rows(sites):
    compute = compute_prices()
    other = {}
    for row in read("other_prices.csv"):
        other.setdefault(row["provider"], []).append(row)
    rows = []

    def add(site, resource, price, currency, valid, source):
        rows.append([site, resource, "on_demand", f"{price:.6g}", currency, valid, source])

    for site in sites:
        provider, code, kind = site["provider"], site["region_code"], site["kind"]
        name = site["site"]
        if provider in ("aws", "azure", "gcp", "aws-eusc"):
            base = {"aws-eusc": ("aws", "eu-central-1"), "gcp": ("gcp", "(one price)")}.get(provider, (provider, code))
            factor = 1.15 if provider == "aws-eusc" else 1.0
            note = "; 15 % over Frankfurt: assumption: sovereign operation" if provider == "aws-eusc" else ""
            note += "; assumption: same in every region" if provider == "gcp" else ""
            vcpu, memory, gpu, source, valid = compute[base]
            gpu_note = source if gpu else A + "GPU at the AWS us-east-1 price of a T4"
            add(name, "vcpu_h", vcpu * factor, "USD", valid, source + note)
            add(name, "memory_gib_h", memory * factor, "USD", valid, source + note)
            add(name, "gpu_h", (gpu or 0.334) * factor, "USD", valid, gpu_note + note)
            for row in other["aws" if provider == "aws-eusc" else provider]:
                add(name, row["resource"], float(row["usd"]) * factor, "USD", row["valid_from"],
                    row["source"] + "; assumption: same in every region" + note)
            add(name, "operations_month", 900 if provider != "aws-eusc" else 1100, "EUR", "2026-11-01", A + "share of a platform team per workload")
        else:
            edge = kind == "edge"
            own = A + "own hardware: power, space and spares; the machines are in the site's fixed cost"
            add(name, "vcpu_h", 0.030 if edge else 0.012, "EUR", "2026-11-01", own)
            add(name, "memory_gib_h", 0.004 if edge else 0.0016, "EUR", "2026-11-01", own)
            add(name, "gpu_h", 0.25, "EUR", "2026-11-01", own)
            add(name, "storage_gib_month", 0.09 if edge else 0.05, "EUR", "2026-11-01", own)
            add(name, "object_gib_month", 0.02, "EUR", "2026-11-01", own)
            add(name, "egress_gib", 0.01, "EUR", "2026-11-01", own)
            add(name, "replication_gib", 0.005, "EUR", "2026-11-01", own)
            add(name, "operations_month", 2400 if edge else 1700, "EUR", "2026-11-01", A + "hands on site cost more than a cloud team")
    return rows


def cloud_sites(codes):
    regions = {(row["provider"], row["region_code"]): row for row in read("regions.csv")}
    sites = []
    for provider, code in codes:
        row = regions[(provider, code)]
        sites.append(dict(site=site_id(provider, code), kind="sovereign_region" if provider == "aws-eusc" else "region",
                          provider=provider, region_code=code, country=row["country"], jurisdiction=EXTRA_AREA[provider],
                          zones=row["zones"], lat=row["lat"], lon=row["lon"], vcpu=None, memory=None, gpu=None, storage=None,
                          fixed=0, capex=0, life=None, source=row["source"]))
    return sites


def own_site(name, kind, country, lat, lon, vcpu, memory, storage, fixed, capex, why):
    return dict(site=name, kind=kind, provider="own", region_code=None, country=country, jurisdiction="DE", zones=1,
                lat=lat, lon=lon, vcpu=vcpu, memory=memory, gpu=8, storage=storage, fixed=fixed, capex=capex, life=6,
                source=A + why)


# ---------------------------------------------------------------- failure domains and hazards

def failure_tables(sites):
    domains, edges, hazards = [], [], []

    def hazard(name, domain, rate, median, sigma, most, severity, destructive, basis, source, low=None, high=None):
        # Changes are made on working days, and what they break breaks then; power and thieves keep no calendar.
        software = domain != "own-identity" and not destructive and not name.startswith(("zone-", "power-", "own-"))
        hazards.append([name, domain, rate, low if low is not None else round(rate * 0.5, 6),
                        high if high is not None else round(rate * 2, 6), median, sigma, most, severity,
                        "true" if destructive else "false", "change-driven" if software else None, basis, source])

    providers = {site["provider"] for site in sites}
    software = "median and sigma: 26 software, control-plane and DNS events 2011-2025"
    physical = "median and sigma: 15 zone and physical events 2011-2025"
    for site in sites:
        name = site["site"]
        if site["provider"] in ("aws", "azure", "gcp", "aws-eusc"):
            zone = f"{name}-az1"
            domains.append([zone, "zone", f"first zone of {name}", site["provider"], A + "single-zone workloads of a site share one zone"])
            edges.append([name, zone, "run", 1, "a zone of its region"])
            hazard(f"zone-{name}", zone, 0.08, 9.9, 1.45, 120, 1, False, "assumption",
                   "rate " + A + f"about one zone event in twelve years; {physical}")
            if name == "aws-us-east-1":
                hazard(f"region-{name}", name, 0.53, 9.02, 0.85, 120, 0.6, False, "observed",
                       "8 region-wide events 2011-2025, exact Poisson interval; severity " + A + "no event hits every workload",
                       0.23, 1.05)
            else:
                hazard(f"region-{name}", name, 0.15, 5.46, 1.06, 120, 0.6, False, "assumption",
                       "rate " + A + f"a third of us-east-1, the only region with a denominator; {software}")
    if "aws" in providers:
        domains.append(["aws-global-control-plane", "control_plane", "IAM, Organizations, Route 53 changes", "aws",
                        "AWS Fault Isolation Boundaries whitepaper"])
        homed = "AWS Fault Isolation Boundaries whitepaper: homed in us-east-1; data planes of other regions keep working"
        edges.append(["aws-global-control-plane", "aws-us-east-1", "run", 1, homed])
        for site in sites:
            if site["provider"] == "aws":
                edges.append([site["site"], "aws-global-control-plane", "failover", 1, homed])
        hazard("aws-control-plane", "aws-global-control-plane", 0.1, 5.46, 1.06, 48, 1, False, "assumption",
               "rate " + A + f"one event in ten years beyond those of us-east-1; {software}")
    if "azure" in providers:
        domains += [["azure-entra", "identity", "Entra ID", "azure", "incidents 2021-03-15 and 2025-10-29"],
                    ["azure-front-door", "edge", "Azure Front Door", "azure", "incidents 2024-07-30 and 2025-10-29"]]
        for site in sites:
            if site["provider"] == "azure":
                edges += [[site["site"], "azure-entra", "degrade", 0.5, "15 March 2021: sign-in to most services failed; share " + A + "half the function"],
                          [site["site"], "azure-entra", "failover", 1, "portal and ARM need sign-in"],
                          [site["site"], "azure-front-door", "degrade", 0.3, "29 October 2025: portal, App Service, SQL and others; share " + A + "a third"],
                          [site["site"], "azure-front-door", "failover", 1, "29 October 2025: the portal was behind it"]]
        worldwide = "12 global or multi-region provider events in 15 years, a third each; median 5.94 h"
        hazard("azure-entra-outage", "azure-entra", 0.13, 5.94, 0.8, 48, 1, False, "observed", worldwide)
        hazard("azure-front-door-outage", "azure-front-door", 0.13, 5.94, 0.8, 48, 1, False, "observed", worldwide)
    if "gcp" in providers:
        domains.append(["gcp-service-control", "control_plane", "Google Service Control", "gcp", "incident 2025-06-12"])
        for site in sites:
            if site["provider"] == "gcp":
                edges += [[site["site"], "gcp-service-control", "degrade", 0.6, "12 June 2025: API requests failed in every region; share " + A + "six tenths"],
                          [site["site"], "gcp-service-control", "failover", 1, "12 June 2025"]]
        hazard("gcp-global", "gcp-service-control", 0.26, 5.94, 0.8, 48, 1, False, "observed",
               "12 global or multi-region provider events in 15 years, a third each; median 5.94 h")
    for provider in ("aws", "azure", "gcp"):
        if provider in providers:
            account = f"{provider}-account"
            domains.append([account, "provider", f"own account at {provider}", provider, "UniSuper at Google Cloud, May 2024"])
            for site in sites:
                if site["provider"] == provider:
                    edges.append([site["site"], account, "run", 1, "May 2024: deletion reached both geographies"])
            hazard(f"{provider}-account-loss", account, 0.01, 72, 0.7, 336, 1, True, "assumption",
                   "one public case (168 h); rate and median " + A + "one in a hundred years")
    domains += [["own-identity", "identity", "own directory", "own", "ransomware cases 2019-2025"],
                ["own-network", "network", "own wide-area network", "own", "Volkswagen 27 September 2023"]]
    for site in sites:
        share = 1 if site["provider"] == "own" else 0.5
        edges.append([site["site"], "own-identity", "run" if share == 1 else "degrade", share,
                      A + "own directory signs users in everywhere, services half"])
        if site["provider"] == "own":
            edges.append([site["site"], "own-network", "run", 1, "27 September 2023: plants stood"])
            hazard(f"power-{site['site']}", site["site"], 0.25, 4, 1.0, 72, 1, False, "expert",
                   A + "power and cooling of one hall, without zones")
    hazard("own-ransomware", "own-identity", 0.012, 168, 0.8, 888, 1, True, "assumption",
           "7 own-IT events 2011-2025 with median 180 h (JLR 888 h); rate " + A + "one in eighty years")
    hazard("own-network-outage", "own-network", 0.15, 12, 0.7, 72, 1, False, "assumption",
           "one public case of about 15 h; rate " + A + "one in seven years")
    return domains, edges, hazards


# ---------------------------------------------------------------- a case

SITE_COLUMNS = (
    "site kind provider region_code country jurisdiction zones lat lon capacity_vcpu capacity_memory_gib capacity_gpu "
    "capacity_storage_gib fixed_cost_per_year capex lifetime_years source"
).split()
WORKLOAD_COLUMNS = (
    "workload name type count vcpu memory_gib gpu storage_gib egress_gib_per_month change_gib_per_day divisible rto_h rpo_h "
    "residency jurisdiction site_kinds latency_site latency_ms_max group source"
).split()


class Case:
    def __init__(self, name, toml, sites):
        self.folder = HERE / "cases" / name
        self.toml, self.sites = toml, sites
        self.workloads, self.placement, self.processes, self.needs, self.supply, self.pairs = [], [], [], [], [], []
        self.events = []

    def workload(self, name, title, kind, vcpu, memory, storage, today, *, count=1, gpu=0, egress=0, change=0, divisible=False,
                 rto=None, rpo=None, residency=None, jurisdiction=None, kinds=None, near=None, ms=None, group=None, pinned=False,
                 move=60000, why="size of a like system"):
        self.workloads.append([name, title, kind, count, vcpu, memory, gpu, storage, egress, change, "true" if divisible else "false",
                               rto, rpo, residency, jurisdiction, kinds, near, ms, group, A + why])
        pattern, primary, standby = (*today, None)[:3]
        self.placement.append([name, pattern, primary, standby, "true" if pinned else "false", move,
                               A + "as reported of such platforms; moving costs " + A + "engineering weeks"])

    def process(self, name, value, calendar, buffer, restart, made_up, premium, data, source, owner="ours"):
        self.processes.append([name, owner, value, calendar, buffer, restart, made_up, premium, data, source])

    def need(self, process, workload, role, buffer=0, share=None, source=A + "how lines run without it"):
        self.needs.append([process, workload, role, buffer, share, source])

    def write(self, providers, limits):
        folder = self.folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "case.toml").write_text(self.toml, encoding="utf-8")
        keys = "site kind provider region_code country jurisdiction zones lat lon vcpu memory gpu storage fixed capex life source".split()
        write(folder / "sites.csv", SITE_COLUMNS, [[site[key] for key in keys] for site in self.sites])
        write(folder / "providers.csv", "provider onboarding_cost_per_year max_share source".split(), providers)
        write(folder / "prices.csv", "site resource term price currency valid_from source".split(), price_rows(self.sites))
        write(folder / "workloads.csv", WORKLOAD_COLUMNS, self.workloads)
        write(folder / "placement.csv", "workload pattern primary_site standby_site pinned migration_cost source".split(), self.placement)
        write(folder / "processes.csv",
              "process owner value_per_h calendar buffer_h restart_h made_up_share overtime_premium data_value_per_h source".split(),
              self.processes)
        write(folder / "process_workloads.csv", "process workload role buffer_h degraded_share source".split(), self.needs)
        if self.supply:
            write(folder / "supply.csv", "supplier_process consumer_process buffer_h share source".split(), self.supply)
        if self.pairs:
            write(folder / "workload_sites.csv",
                  "workload site allowed extra_cost_per_year latency_ms migration_cost source".split(), self.pairs)
        domains, edges, hazards = failure_tables(self.sites)
        write(folder / "domains.csv", "domain level name provider source".split(), domains)
        write(folder / "dependencies.csv", DEPENDENCY_COLUMNS, edges)
        write(folder / "hazards.csv",
              "hazard domain rate_per_year rate_low rate_high duration_median_h duration_sigma duration_max_h severity destructive calendar basis source".split(),
              hazards)
        write(folder / "patterns.csv", PATTERN_COLUMNS, PATTERNS)
        write(folder / "calendars.csv", CALENDAR_COLUMNS, CALENDARS)
        holidays = read("holidays.csv")
        write(folder / "holidays.csv", "calendar date name source".split(),
              [[calendar, row["date"], row["name"], row["source"]] for calendar, area in HOLIDAY_AREA.items()
               for row in holidays if row["area"] == area])
        if limits:
            write(folder / "limits.csv", "limit scope member resource max_share max_amount soft_penalty source".split(), limits)
        write(folder / "fx.csv", ["currency", "rate", "date", "source"], [
            ["USD", USD_EUR, "2026-11-01", A + "planning rate, EUR per USD"]])
        if self.events:
            write(folder / "events.csv", "event title start duration_h domains severity destructive source".split(), self.events)


def toml(name):
    return f'''# Every key and its meaning: docs/data-format.md.
name = "{name}"
currency = "EUR"
horizon_years = 3
discount_rate = 0.08

[risk]
years = 10000
seed = 42
alpha = 0.95
calendar_year = 2026

[objective]
axis = "expected_loss"
points = 25

[solver]
gap = 0.005
'''


VALUE = ("a twentieth to a tenth of the published maximum of USD 2.3 m per hour for a large plant (Siemens 2024): contribution margin, "
         "after what buffers and other lines catch; " + A + "scaled by plant size")
PLANTS_AWS = [
    # country group, calendar, number, value per hour, near, limit in ms, today's site
    ("de", "plant-de", 9, 190000, "aws-eu-central-1", 30, "aws-eu-central-1"),
    ("cee", "plant-cee", 10, 120000, "aws-eu-central-1", 40, "aws-eu-central-1"),
    ("es", "plant-es", 9, 90000, "aws-eu-central-1", 40, "aws-eu-central-1"),
    ("us", "plant-us", 3, 150000, "aws-us-east-1", 75, "aws-us-east-1"),
    ("mx", "plant-mx", 6, 110000, "aws-us-east-1", 90, "aws-us-east-1"),
    ("sa", "plant-sa", 6, 70000, "aws-us-east-1", 150, "aws-us-east-1"),
]
PROVIDERS = [
    ["aws", 0, None, A + "in use already; its team is in operations"],
    ["azure", 450000, None, A + "landing zone, contract and skills for a second cloud"],
    ["gcp", 450000, None, A + "landing zone, contract and skills for a second cloud"],
    ["aws-eusc", 220000, None, A + "separate partition: own landing zone and contract"],
    ["own", 0, None, A + "own organisation"],
]


def automotive_aws():
    sites = cloud_sites([("aws", code) for code in
                         ("eu-central-1", "eu-west-1", "eu-west-3", "eu-north-1", "us-east-1", "us-east-2", "us-west-2")]
                        + [("aws-eusc", "eusc-de-east-1"), ("azure", "germanywestcentral"), ("azure", "swedencentral"),
                           ("azure", "eastus2"), ("gcp", "europe-west3"), ("gcp", "us-east4")])
    sites.append(own_site("onprem-wolfsburg", "onprem", "DE", 52.43, 10.79, 2600, 11000, 900000, 380000, 4200000,
                          "data centre of a large plant, half of it free"))
    case = Case("automotive-aws", toml("automotive-aws"), sites)
    central = [
        ("jit-calloff", "Just-in-time call-off", "logistics", 160, 640, 30000, dict(change=60, rto=8, rpo=1, residency="EU", move=250000)),
        ("traceability", "Parts and torque traceability", "traceability", 200, 800, 180000, dict(change=400, rpo=1, residency="EU", move=220000)),
        ("order-management", "Order management", "order", 120, 480, 24000, dict(change=40, rto=12, rpo=1, residency="EU", group="order", move=180000)),
        ("production-planning", "Production planning", "planning", 96, 512, 12000, dict(change=20, residency="EU", group="order", move=150000)),
        ("erp", "ERP", "erp", 320, 2560, 90000, dict(change=120, rto=24, rpo=1, residency="EU", move=600000)),
        ("supplier-portal", "Supplier portal", "logistics", 48, 192, 6000, dict(change=10, egress=4000, residency="EU")),
        ("spare-parts", "Spare-parts logistics", "logistics", 64, 256, 9000, dict(change=15, residency="EU")),
        ("predictive-maintenance", "Predictive maintenance", "predictive_maintenance", 180, 720, 220000, dict(change=150, residency="EU")),
        ("energy-optimisation", "Energy optimisation", "energy", 60, 240, 15000, dict(change=10, residency="EU")),
        ("plm", "Product lifecycle management", "plm", 140, 840, 160000, dict(change=60, residency="EU")),
        ("quality-lake", "Quality data lake", "data_lake", 120, 480, 600000, dict(change=300, residency="EU")),
        ("vehicle-software-build", "Vehicle software build farm", "build", 600, 1800, 80000, dict(divisible=True, move=40000)),
        ("vision-training", "Vision model training", "ml_training", 256, 1024, 120000, dict(gpu=48, divisible=True, move=40000)),
    ]
    for name, title, kind, vcpu, memory, storage, extra in central:
        today = ("multi_zone", "aws-eu-central-1")
        if name in ("vehicle-software-build", "vision-training"):
            today = ("single_zone", "aws-us-east-1")
        case.workload(name, title, kind, vcpu, memory, storage, today, **extra)
    number = 0
    for area, calendar, count, value, near, ms, today_site in PLANTS_AWS:
        for _ in range(count):
            number += 1
            plant = f"plant-{number:02}-{area}"
            scale = round(value / 120000, 2)
            residency = "EU" if area in ("de", "cee", "es") else None
            today = ("multi_zone", today_site) if value >= 90000 else ("single_zone", today_site)
            case.workload(f"mes-{plant}", f"Production platform {plant}", "mes", round(40 * scale), round(160 * scale), 4000, today,
                          change=12, rpo=4 if value >= 90000 else 24, residency=residency, near=near, ms=ms, move=90000)
            case.workload(f"vision-{plant}", f"Vision quality inspection {plant}", "vision_qa", round(24 * scale), round(96 * scale), 6000,
                          ("single_zone", today_site), gpu=2, change=30, residency=residency, near=near, ms=ms, move=30000)
            line = f"line-{plant}"
            case.process(line, value, calendar, 2, 1.5, 0.5, 0.35, 2000, VALUE)
            case.need(line, f"mes-{plant}", "critical", 2, source=A + "edge servers carry the line for four hours in all")
            case.need(line, "jit-calloff", "critical", 6, source=A + "call-offs are cached for a shift")
            if area in ("de", "cee"):
                case.need(line, "traceability", "critical", 10, source=A + "records are buffered at the edge, then safety parts may not be built")
            case.need(line, f"vision-{plant}", "degrading", 0, 0.04, source=A + "defects are found later")
    case.process("order-intake", 140000, "office-de", 1, 0.5, 0.6, 0.1, 6000, A + "a fifth of orders delayed are lost")
    case.need("order-intake", "order-management", "critical")
    case.need("order-intake", "erp", "critical", 4)
    case.process("spare-parts-shipping", 45000, "office-de", 2, 1, 0.7, 0.2, 500, A + "margin of late parts")
    case.need("spare-parts-shipping", "spare-parts", "critical")
    case.process("engineering", 30000, "office-de", 1, 0, 0.5, 0.3, 8000, A + "paid hours of engineers who wait")
    case.need("engineering", "plm", "critical", 1)
    case.need("engineering", "vehicle-software-build", "degrading", 0, 0.3)
    case.process("plant-efficiency", 20000, None, 0, 0, 0, 0, 500, A + "energy and unplanned stops that better data avoid")
    for name, share in (("predictive-maintenance", 0.4), ("energy-optimisation", 0.2), ("quality-lake", 0.3), ("vision-training", 0.1)):
        case.need("plant-efficiency", name, "degrading", 0, share)
    case.process("planning-day", 60000, "office-de", 6, 1, 0.6, 0.2, 1000, A + "sequences frozen a day ahead")
    case.need("planning-day", "production-planning", "critical")
    case.need("planning-day", "supplier-portal", "critical", 4)
    suppliers = ["seats", "harness", "cockpit", "wheels", "exhaust", "battery"]
    for index, part in enumerate(suppliers):
        case.workload(f"supplier-{part}", f"Quality and shipping system of the {part} supplier", "supplier", 24, 96, 3000,
                      ("single_zone" if index % 2 else "multi_zone", "aws-eu-central-1"), pinned=True, move=0,
                      why="a supplier's estate: in the model for its losses, not ours to move")
        case.process(f"supply-{part}", 12000, "plant-de", 1, 1, 0.3, 0.3, 0, A + "the supplier's own margin", owner=f"{part}-supplier")
        case.need(f"supply-{part}", f"supplier-{part}", "critical")
        for plant in range(1, 20):
            if (plant + index) % 3 == 0:
                area = "de" if plant <= 9 else "cee"
                case.supply.append([f"supply-{part}", f"line-plant-{plant:02}-{area}", 8 + 2 * index, 0.6,
                                    A + "just-in-sequence stock; other variants can be built meanwhile"])
    case.events.append(["frankfurt-tuesday", "All of Frankfurt, Tuesday at ten", "2026-06-16T08:00Z", 15, "aws-eu-central-1", 1, "false",
                        A + "20 October 2025 in the region that holds most, at the worst hour"])
    case.pairs.append(["erp", "onprem-wolfsburg", None, 300000, None, 400000, A + "licences of a second platform"])
    limits = [["virginia-cap", "site", "aws-us-east-1", "vcpu", 0.4, None, None, A + "no more than two fifths in the region with the longest record"]]
    case.write(PROVIDERS, limits)
    write(case.folder / "history.csv", "date domain duration_h severity source".split(),
          [[row["start"][:10], "aws-us-east-1", row["duration_h"], 1, row["source"]] for row in read("outages.csv")
           if row["provider"] == "aws" and row["region_code"] == "us-east-1" and row["level"] == "region"])


def automotive_azure():
    sites = cloud_sites([("azure", code) for code in ("germanywestcentral", "westeurope", "swedencentral", "northeurope", "eastus2", "centralus")]
                        + [("aws", "eu-central-1"), ("aws", "us-east-1"), ("aws-eusc", "eusc-de-east-1"), ("gcp", "europe-west3")])
    sites.append(own_site("onprem-berlin", "onprem", "DE", 52.43, 13.37, 1600, 7000, 500000, 260000, 2600000,
                          "data centre of a large plant, half of it free"))
    case = Case("automotive-azure", toml("automotive-azure"), sites)
    eu = ("multi_zone", "azure-westeurope")
    for name, title, kind, vcpu, memory, storage, extra in [
        ("traceability-hub", "Traceability hub", "traceability", 180, 720, 220000, dict(change=500, rpo=1, residency="EU", move=200000)),
        ("torque-parameters", "Torque parameter service", "mes", 90, 360, 9000, dict(change=8, rto=12, rpo=1, residency="EU", group="tightening", move=120000)),
        ("tightening-analytics", "Tightening analytics", "vision_qa", 120, 480, 90000, dict(change=120, residency="EU", group="tightening", move=80000)),
        ("digital-twin", "Line digital twin", "planning", 160, 640, 60000, dict(change=40, residency="EU")),
        ("logistics-tower", "Logistics control tower", "logistics", 110, 440, 20000, dict(change=25, rto=12, rpo=2, residency="EU", move=150000)),
        ("erp", "ERP", "erp", 280, 2240, 80000, dict(change=100, rto=24, rpo=1, residency="EU", move=500000)),
        ("mes-release", "MES release and recipe store", "mes", 48, 192, 8000, dict(change=5, rpo=1, residency="EU")),
        ("energy", "Energy optimisation", "energy", 50, 200, 12000, dict(change=8, residency="EU")),
        ("ai-defects", "Defect model training", "ml_training", 192, 768, 90000, dict(gpu=32, divisible=True, move=30000)),
        ("software-factory", "Vehicle software factory", "build", 480, 1440, 60000, dict(divisible=True, move=30000)),
    ]:
        case.workload(name, title, kind, vcpu, memory, storage, eu, **extra)
    groups = [("de", "plant-de", 8, 210000, "azure-germanywestcentral", 30, "azure-westeurope"),
              ("cee", "plant-cee", 8, 130000, "azure-germanywestcentral", 40, "azure-westeurope"),
              ("es", "plant-es", 4, 90000, "azure-germanywestcentral", 40, "azure-westeurope"),
              ("us", "plant-us", 6, 170000, "azure-eastus2", 75, "azure-eastus2"),
              ("mx", "plant-mx", 4, 100000, "azure-eastus2", 90, "azure-eastus2")]
    number = 0
    for area, calendar, count, value, near, ms, today in groups:
        for _ in range(count):
            number += 1
            plant = f"plant-{number:02}-{area}"
            scale = value / 130000
            residency = "EU" if area in ("de", "cee", "es") else None
            case.workload(f"mes-{plant}", f"Production platform {plant}", "mes", round(44 * scale), round(176 * scale), 5000,
                          ("multi_zone", today), change=12, rpo=4, residency=residency, near=near, ms=ms, move=90000)
            case.workload(f"tightening-{plant}", f"Smart tightening {plant}", "mes", round(12 * scale), round(48 * scale), 2000,
                          ("single_zone", today), change=6, residency=residency, near=near, ms=ms, move=25000)
            line = f"line-{plant}"
            case.process(line, value, calendar, 1.5, 1.5, 0.5, 0.35, 2500, VALUE)
            case.need(line, f"mes-{plant}", "critical", 2, source=A + "edge servers carry the line")
            case.need(line, f"tightening-{plant}", "critical", 3, source=A + "tools keep the last parameters for half a shift")
            case.need(line, "torque-parameters", "critical", 8, source=A + "parameters change with the model mix")
            if area in ("de", "cee", "us"):
                case.need(line, "traceability-hub", "critical", 12, source=A + "uploads are buffered; then safety joints may not be released")
            case.need(line, "tightening-analytics", "degrading", 0, 0.02)
    case.process("logistics", 70000, "plant-de", 3, 1, 0.6, 0.3, 1000, A + "premium freight and short shipments")
    case.need("logistics", "logistics-tower", "critical")
    case.need("logistics", "erp", "critical", 6)
    case.process("engineering", 25000, "office-de", 1, 0, 0.5, 0.3, 6000, A + "paid hours of engineers who wait")
    case.need("engineering", "software-factory", "degrading", 0, 0.5)
    case.need("engineering", "digital-twin", "degrading", 0, 0.3)
    case.process("plant-efficiency", 15000, None, 0, 0, 0, 0, 500, A + "energy and scrap that better data avoid")
    for name, share in (("energy", 0.3), ("ai-defects", 0.2), ("mes-release", 0.3)):
        case.need("plant-efficiency", name, "degrading", 0, share)
    providers = [[row[0], {"azure": 0, "aws": 450000}.get(row[0], row[1]), row[2], row[3]] for row in PROVIDERS]
    case.write(providers, [])


def multi_brand():
    sites = cloud_sites([("aws", code) for code in ("eu-central-1", "eu-west-1", "eu-north-1", "us-east-1", "us-east-2", "us-west-2")]
                        + [("azure", "westeurope"), ("azure", "swedencentral"), ("azure", "eastus2"), ("gcp", "europe-west4"), ("gcp", "us-central1"),
                           ("aws-eusc", "eusc-de-east-1")])
    sites.append(own_site("onprem-munich", "onprem", "DE", 48.18, 11.56, 3000, 14000, 1200000, 520000, 5400000,
                          "the old head-office data centre, half of it free"))
    case = Case("multi-brand", toml("multi-brand"), sites)
    eu, us = ("multi_zone", "aws-eu-central-1"), ("multi_zone", "aws-us-east-1")
    for brand, value in (("alpha", 260000), ("beta", 150000), ("gamma", 90000), ("delta", 40000)):
        for market, today, residency in (("eu", eu, "EU"), ("us", us, None), ("row", eu, None)):
            scale = value / 100000 * {"eu": 1.0, "us": 0.7, "row": 0.5}[market]
            name = f"orders-{brand}-{market}"
            case.workload(name, f"Order intake {brand} {market}", "order", round(40 * scale) + 8, round(160 * scale) + 32, 6000, today,
                          change=15, egress=2000, rpo=1, residency=residency, move=90000)
            process = f"sales-{brand}-{market}"
            case.process(process, round(value * {"eu": 1.0, "us": 0.7, "row": 0.5}[market]), "office-de" if market == "eu" else None,
                         0.25, 0.25, 0.7, 0.05, 4000, A + "margin of orders in an hour; seven tenths come back later")
            case.need(process, name, "critical")
            case.need(process, f"identity-{'us' if market == 'us' else 'eu'}", "critical", 0.25, source=A + "sessions outlive a short stop")
            case.need(process, "configurator", "degrading", 0, 0.25)
    case.workload("identity-eu", "Customer identity Europe", "identity", 60, 240, 2000, eu, change=4, rpo=0.5, residency="EU", move=120000)
    case.workload("identity-us", "Customer identity America", "identity", 40, 160, 1500, us, change=3, rpo=0.5, move=100000)
    case.workload("configurator", "Car configurator", "web", 220, 660, 9000, eu, egress=60000, change=3, residency="EU")
    for region, today, near, ms in (("eu", eu, "aws-eu-central-1", 60), ("us", us, "aws-us-east-1", 80)):
        case.workload(f"telematics-{region}", f"Telematics backbone {region}", "telematics", 420, 1260, 150000, today, change=600, egress=30000,
                      rto=12, rpo=1, residency="EU" if region == "eu" else None, near=near, ms=ms, move=400000)
        case.workload(f"charging-{region}", f"Charging and remote services {region}", "telematics", 120, 480, 20000, today, change=40,
                      residency="EU" if region == "eu" else None, near=near, ms=ms, move=90000)
        case.workload(f"ota-{region}", f"Software roll-out {region}", "ota", 150, 600, 90000, today, egress=90000, change=20,
                      residency="EU" if region == "eu" else None, move=90000)
        case.process(f"connected-cars-{region}", 85000, None, 1, 0.5, 0.1, 0.1, 3000, A + "service fees, call centre and goodwill")
        case.need(f"connected-cars-{region}", f"telematics-{region}", "critical")
        case.need(f"connected-cars-{region}", f"charging-{region}", "degrading", 0, 0.4)
        case.need(f"connected-cars-{region}", f"ota-{region}", "degrading", 0, 0.1)
        case.need(f"connected-cars-{region}", f"identity-{region}", "critical", 2)
    for index, area in enumerate(("dach", "west", "north", "south", "east", "americas", "apac", "gulf")):
        today = us if area == "americas" else eu
        case.workload(f"erp-{area}", f"ERP {area}", "erp", 180 - 12 * index, 1440 - 96 * index, 40000, today, change=60, rto=24, rpo=1,
                      residency="EU" if area in ("dach", "west", "north", "south", "east") else None, move=300000)
        case.process(f"finance-{area}", 60000 - 4000 * index, "office-de", 3, 1, 0.8, 0.2, 3000, A + "billing and dealer settlement delayed")
        case.need(f"finance-{area}", f"erp-{area}", "critical")
    for name, title, vcpu, memory, storage, value, change in (
            ("logistics-outbound", "Outbound logistics", 140, 560, 20000, 120000, 30), ("logistics-parts", "Parts logistics", 90, 360, 15000, 80000, 20),
            ("production-db", "Production databases", 320, 2560, 120000, 260000, 250), ("dealer-portal", "Dealer portal", 110, 440, 12000, 90000, 12)):
        case.workload(name, title, "logistics", vcpu, memory, storage, eu, change=change, rpo=1, residency="EU", move=180000)
        case.process(f"{name}-ops", value, "plant-de", 3, 1, 0.5, 0.3, 2500, A + "contribution margin at risk")
        case.need(f"{name}-ops", name, "critical")
        case.need(f"{name}-ops", "integration-bus", "critical", 1)
    case.workload("integration-bus", "Integration bus", "integration", 130, 520, 8000, eu, change=25, rpo=0.5, residency="EU", move=200000)
    case.workload("adas-lake", "Driving-data lake", "data_lake", 400, 1600, 3000000, eu, change=900, residency="EU", move=500000)
    case.workload("ml-training", "Driver-assistance training", "ml_training", 800, 3200, 400000, us, gpu=160, divisible=True, move=60000)
    case.workload("ci-cd", "Software build and test", "build", 900, 2700, 120000, us, divisible=True, move=60000)
    case.workload("analytics", "Sales analytics", "data_lake", 200, 1600, 200000, eu, change=80, residency="EU")
    case.process("engineering", 40000, "office-de", 1, 0, 0.5, 0.3, 9000, A + "paid hours of engineers who wait")
    for name, share in (("adas-lake", 0.25), ("ml-training", 0.2), ("ci-cd", 0.35), ("analytics", 0.05)):
        case.need("engineering", name, "degrading", 0, share)
    providers = [[row[0], {"azure": 150000}.get(row[0], row[1]), row[2], row[3]] for row in PROVIDERS]
    limits = [["virginia-cap", "site", "aws-us-east-1", "vcpu", 0.4, None, None, A + "no more than two fifths in the region with the longest record"]]
    case.write(providers, limits)


if __name__ == "__main__":
    defaults()
    automotive_aws()
    automotive_azure()
    multi_brand()
