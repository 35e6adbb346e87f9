"""How long a modelling library takes for what Ballast solves, and how much memory: `make bench` runs it.

One programme, least cost plus expected loss plus CVaR over simulated years, every workload divisible, in two forms:
textbook, with a row per year over all options (Rockafellar and Uryasev 2000), and factored, where options that go
down alike share a column of hours. linopy, cvxpy, PuLP and Pyomo hand both to HiGHS; Ballast reads the case's files, simulates,
prices and prunes the options, and finds the same optimum by columns and cuts (`export`), then the best whole plan
(`solve`) and a curve of 40 points (`frontier`). The libraries get the priced options and the losses for nothing, build
the programme once, and for a curve solve it again and again while a loss counts for more and more.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

AVERSION = 0.5
POINTS = 40
CURVE = f"{{}}, {POINTS} points"
# What a library may take of the machine, and how one ends that takes more.
MEMORY = 12 << 30
TOO_MUCH = 3
TOO_LONG = (None, None, None)
# Ballast's relaxation is solved to this part of its objective.
TOLERANCE = 2e-3
PATTERNS = """pattern,standby,standby_compute_share,storage_copies,detection_h,rto_h,rpo_h,failover_success_share
single,none,0,1,0,4,24,1
pilot,any,0.2,2,0.25,1,1,1
"""


def write_case(folder, workloads, years, count):
    """A case with a process per workload, years of its own and a limit; the same for the same numbers."""
    random = np.random.default_rng(7)
    folder.mkdir()
    write = lambda name, rows: pl.DataFrame(rows).write_csv(folder / f"{name}.csv")
    (folder / "case.toml").write_text(f'name = "peers"\ncurrency = "EUR"\n[objective]\nrisk_aversion = {AVERSION}\n')
    (folder / "patterns.csv").write_text(PATTERNS)
    (folder / "limits.csv").write_text("limit,scope,member,resource,max_share\nus-law,jurisdiction,US,vcpu,0.5\n")
    sites = [f"s{n}" for n in range(count)]
    write("sites", [{"site": site, "kind": "region", "provider": f"p{n % 3}", "jurisdiction": "DE" if n % 2 else "US"} for n, site in enumerate(sites)])
    prices = [(site, resource, price * random.uniform(0.7, 1.4)) for site in sites for resource, price in [("vcpu_h", 0.04), ("memory_gib_h", 0.005)]]
    write("prices", [{"site": site, "resource": resource, "price": price, "currency": "EUR"} for site, resource, price in prices])
    write("hazards", [{"hazard": f"out-{site}", "domain": site, "rate_per_year": 0.5, "duration_median_h": 6} for site in sites])
    vcpus = random.integers(2, 64, workloads)
    values = np.round(10 ** random.uniform(1, 4, workloads))
    write("workloads", [
        {"workload": f"w{n}", "vcpu": int(vcpu), "memory_gib": int(4 * vcpu), "divisible": "true", "loss_per_h": value}
        for n, (vcpu, value) in enumerate(zip(vcpus, values))
    ])
    rates = random.uniform(0.3, 0.9, count)
    # An event of no length at the start of a year lets it count even if it is quiet.
    events = [(year, "s0", 0.0) for year in range(1, years + 1)]
    for year in range(1, years + 1):
        events += [(year, site, random.exponential(8)) for site, rate in zip(sites, rates) for _ in range(random.poisson(rate))]
    write("years", [
        {"year": year, "event": f"e{n}", "domain": site, "start": random.uniform(0, 8000), "duration_h": hours}
        for n, (year, site, hours) in enumerate(events)
    ])
    return events, values, vcpus


def hours_of(events, years, sites):
    """Hours of standstill by way to go down (primary, with a standby or without) and year."""
    hours = np.zeros((2 * sites, years))
    for year, site, duration in events:
        hours[2 * int(site[1:]), year - 1] += duration
        hours[2 * int(site[1:]) + 1, year - 1] += min(duration, 1.25)
    return hours


def write_data(folder, options, case):
    """What the libraries are given."""
    events, values, vcpus = case
    years = max(year for year, _, _ in events)
    workload = np.array([int(name[1:]) for name in options["workload"]])
    sites = 1 + max(int(site[1:]) for _, site, _ in events)
    way = np.array([2 * int(site[1:]) + (standby is not None) for site, standby in options.select("primary_site", "standby_site").iter_rows()])
    us = np.array([int(site[1:]) % 2 == 0 for site in options["primary_site"]])
    np.savez(
        folder / "data.npz", cost=options["annual_cost_eur"].to_numpy() / 1e5, workload=workload, way=way,
        value=values[workload] / 1e5, hours=hours_of(events, years, sites), us=vcpus[workload] * us, cap=0.5 * vcpus.sum(),
    )


def with_linopy(data, factored):
    import linopy
    import pandas as pd
    import xarray as xr

    options, years = len(data["cost"]), data["hours"].shape[1]
    by = lambda values: xr.DataArray(values, dims="option")
    model = linopy.Model()
    x = model.add_variables(lower=0, upper=1, coords=[pd.RangeIndex(options, name="option")])
    var = model.add_variables(name="var")
    above = model.add_variables(lower=0, coords=[pd.RangeIndex(years, name="year")], name="above")
    model.add_constraints(x.groupby(pd.Series(data["workload"], index=pd.RangeIndex(options, name="option"), name="workload")).sum() == 1)
    model.add_constraints((by(data["us"]) * x).sum() <= data["cap"])
    if factored:
        ways = pd.RangeIndex(len(data["hours"]), name="way")
        exposed = model.add_variables(lower=0, coords=[ways], name="exposed")
        of_way = (by(data["value"]) * x).groupby(pd.Series(data["way"], index=pd.RangeIndex(options, name="option"), name="way")).sum()
        model.add_constraints(exposed - of_way == 0)
        hours = xr.DataArray(data["hours"], dims=["way", "year"])
        loss, expected = (hours * exposed).sum("way"), (xr.DataArray(data["hours"].mean(axis=1), dims="way") * exposed).sum()
    else:
        losses = data["value"][:, None] * data["hours"][data["way"]]
        loss, expected = (xr.DataArray(losses, dims=["option", "year"]) * x).sum("option"), (by(losses.mean(axis=1)) * x).sum()
    model.add_constraints(above - loss + var >= 0)
    cost, risk = (by(data["cost"]) * x).sum(), (1 - AVERSION) * expected + AVERSION * (var + (1 / years / 0.05) * above.sum())

    def solve(weight):
        model.add_objective(cost + weight * risk, overwrite=True)
        model.solve(solver_name="highs", io_api="direct", output_flag=False, threads=1)
        return model.objective.value

    return solve


def with_cvxpy(data, factored):
    import cvxpy as cp
    from scipy.sparse import csr_array

    options, years = len(data["cost"]), data["hours"].shape[1]
    x, var, above = cp.Variable(options, nonneg=True), cp.Variable(), cp.Variable(years, nonneg=True)
    member = lambda group, weight: csr_array((weight, (group, np.arange(options))))
    rows = [member(data["workload"], np.ones(options)) @ x == 1, data["us"] @ x <= data["cap"]]
    if factored:
        exposed = cp.Variable(len(data["hours"]))
        rows.append(exposed == member(data["way"], data["value"]) @ x)
        loss, expected = data["hours"].T @ exposed, data["hours"].mean(axis=1) @ exposed
    else:
        losses = data["value"][:, None] * data["hours"][data["way"]]
        loss, expected = losses.T @ x, losses.mean(axis=1) @ x
    rows.append(above >= loss - var)
    counted = cp.Parameter(nonneg=True)
    risk = (1 - AVERSION) * expected + AVERSION * (var + cp.sum(above) / years / 0.05)
    problem = cp.Problem(cp.Minimize(data["cost"] @ x + counted * risk), rows)

    def solve(weight):
        counted.value = weight
        problem.solve(solver=cp.HIGHS)
        return problem.value

    return solve


def rows_of(data, factored):
    """What libraries without arrays are given, as lists of (coefficient, variable's number): a sum of 1 by workload, the
    limit, what makes each exposed column, and the loss of every year and on average, over options or exposed columns."""
    options, (ways, years) = range(len(data["cost"])), data["hours"].shape
    places = {}
    for option, workload in zip(options, data["workload"].tolist()):
        places.setdefault(workload, []).append((1.0, option))
    value, way = data["value"].tolist(), data["way"].tolist()
    exposed = [[(value[option], option) for option in options if way[option] == w] for w in range(ways)] if factored else []
    hours, columns = (data["hours"], range(ways)) if factored else (data["value"][:, None] * data["hours"][data["way"]], options)
    losses = [[(float(hours[column, year]), column) for column in np.flatnonzero(hours[:, year]).tolist()] for year in range(years)]
    expected = [(float(mean), column) for column, mean in zip(columns, hours.mean(axis=1))]
    limit = [(float(us), option) for option, us in zip(options, data["us"]) if us]
    return list(places.values()), limit, exposed, losses, expected


def with_pulp(data, factored):
    import pulp

    places, limit, exposed, losses, expected = rows_of(data, factored)
    model = pulp.LpProblem("peers", pulp.LpMinimize)
    x = [pulp.LpVariable(f"x{n}", 0, 1) for n in range(len(data["cost"]))]
    y = [pulp.LpVariable(f"y{n}", 0) for n in range(len(exposed))]
    var, above = pulp.LpVariable("var"), [pulp.LpVariable(f"above{n}", 0) for n in range(len(losses))]
    total = lambda terms, of: pulp.LpAffineExpression([(of[n], factor) for factor, n in terms])
    of = y if factored else x
    cost = total([(cost, n) for n, cost in enumerate(data["cost"].tolist())], x)
    risk = (1 - AVERSION) * total(expected, of) + AVERSION * (var + pulp.lpSum(above) * (1 / len(losses) / 0.05))
    for terms in places:
        model += total(terms, x) == 1
    model += total(limit, x) <= float(data["cap"])
    for column, terms in zip(y, exposed):
        model += column == total(terms, x)
    for column, terms in zip(above, losses):
        model += column >= total(terms, of) - var

    def solve(weight):
        model.setObjective(cost + weight * risk)
        model.solve(pulp.HiGHS(msg=False, threads=1))
        return pulp.value(model.objective)

    return solve


def with_pyomo(data, factored):
    import pyomo.environ as pyo

    places, limit, exposed, losses, expected = rows_of(data, factored)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(len(data["cost"])), bounds=(0, 1))
    model.y = pyo.Var(range(len(exposed)), bounds=(0, None))
    model.var, model.above = pyo.Var(), pyo.Var(range(len(losses)), bounds=(0, None))
    total = lambda terms, of: pyo.quicksum(factor * of[n] for factor, n in terms)
    of = model.y if factored else model.x
    model.places = pyo.Constraint(range(len(places)), rule=lambda _, n: total(places[n], model.x) == 1)
    model.limit = pyo.Constraint(expr=total(limit, model.x) <= float(data["cap"]))
    model.exposed = pyo.Constraint(range(len(exposed)), rule=lambda _, n: model.y[n] == total(exposed[n], model.x))
    model.losses = pyo.Constraint(range(len(losses)), rule=lambda _, n: model.above[n] >= total(losses[n], of) - model.var)
    cost = total([(cost, n) for n, cost in enumerate(data["cost"].tolist())], model.x)
    tail = model.var + pyo.quicksum(model.above.values()) * (1 / len(losses) / 0.05)
    model.weight = pyo.Param(initialize=1, mutable=True)
    model.total = pyo.Objective(expr=cost + model.weight * ((1 - AVERSION) * total(expected, of) + AVERSION * tail))
    solver = pyo.SolverFactory("appsi_highs")

    def solve(weight):
        model.weight = weight
        solver.solve(model)
        return pyo.value(model.total)

    return solve


# Each builds the programme and answers what solves it, where a loss counts so many times as much as a cost.
LIBRARIES = {"linopy": with_linopy, "cvxpy": with_cvxpy, "PuLP": with_pulp, "Pyomo": with_pyomo}


def peak_memory(process):
    """The most that a running process has held so far, MiB. What `wait4` says begins with our own."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)


def child(words, seconds):
    """Runs a command to its end; its output, seconds and peak memory in MiB, or nothing if it takes too long or too much."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began, memory = time.monotonic(), 0.0
        process = subprocess.Popen([str(word) for word in words], stdout=out, stderr=err)
        while process.poll() is None:
            memory = max(memory, peak_memory(process.pid))
            if time.monotonic() - began > seconds:
                process.kill()
                process.wait()
                return None
            time.sleep(0.002)
        took = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        if process.returncode == TOO_MUCH:
            return None
        # 4: a plan with a gap above the one that was asked for.
        assert process.returncode in (0, 4), err.read()
        return out.read(), took, memory


def measure(folder, workloads, years, sites, seconds, libraries):
    ballast = Path(os.environ.get("CARGO_TARGET_DIR", "target"), "release/ballast")
    case = write_case(folder / "case", workloads, years, sites)
    ours = lambda verb, *words: child([ballast, verb, folder / "case", *words, "--out", folder / verb, "--format", "json", "--quiet"], seconds)
    base = ours("solve")
    assert base, f"no plan within {seconds} s"

    def show(name, told, optimum=None):
        if not told:
            print(f"  {name:26} not within {seconds} s and {MEMORY >> 30} GiB", flush=True)
            return
        _, took, memory = told
        what = f"optimum {optimum:14,.0f}" if optimum else f"{'a curve':>22}"
        print(f"  {name:26} {what}  {took:7.2f} s ({took / base[1]:6.1f} x)  {memory:6.0f} MiB ({memory / base[2]:5.1f} x)", flush=True)

    print(f"{workloads} workloads, {sites**2} options each, {years} years; times with reading, building and start")
    record = json.loads(base[0])
    plan = next(point["total"] for point in record["points"] if point["point"] == record["chosen"])
    show("Ballast solve", base, plan)
    show(CURVE.format("Ballast"), ours("frontier", "--points", POINTS))
    if not libraries:
        return
    told = ours("export")
    assert told, f"nothing to compare with within {seconds} s"
    programme = json.loads(told[0])["divisible_optimum"]
    show("Ballast export", told, programme)
    options = pl.read_csv(folder / "export/options.csv")
    write_data(folder, options, case)
    print(f"  the libraries get the {options.height / workloads:.0f} options of a workload that pruning leaves", flush=True)
    optimum = lambda told: float(told[0].split()[-1]) * 1e5
    exact, ends = [], []
    for library in libraries:
        for form in ["textbook", "factored"]:
            solve = lambda points: child([sys.executable, __file__, "--solve", library, form, points, folder / "data.npz"], seconds)
            one = solve(1)
            exact += [optimum(one)] if one else []
            show(f"{library} {form}", one, exact[-1] if one else None)
            # Where one point takes longer, a curve would take all the time there is.
            if one and one[1] <= 2 * seconds / POINTS:
                curve = solve(POINTS)
                ends += [optimum(curve)] if curve else []
                show(CURVE.format(f"{library} {form}"), curve)
    for values in filter(None, [exact, ends]):
        assert max(values) - min(values) <= 1e-6 * values[0], "the libraries agree"
    if exact:
        assert 0 <= exact[0] * (1 + 1e-6) - programme <= TOLERANCE * exact[0], "the programme is below, within its tolerance"
        assert -1e-6 <= plan / exact[0] - 1 <= 0.01, "and no plan is better than the optimum"


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--workloads", type=int, default=500)
    words.add_argument("--years", type=int, default=500)
    words.add_argument("--sites", type=int, default=6, help="a workload has as many options as their square")
    words.add_argument("--seconds", type=int, default=300, help="after which a library is given up on")
    words.add_argument("--libraries", nargs="*", choices=LIBRARIES, default=list(LIBRARIES), help="which; none for Ballast alone")
    words.add_argument("--solve", nargs=4, metavar=("LIBRARY", "FORM", "POINTS", "DATA"), help=argparse.SUPPRESS)
    args = words.parse_args()
    if args.solve:
        library, form, points, path = args.solve
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            solve = LIBRARIES[library](dict(np.load(path)), form == "factored")
            for weight in np.geomspace(0.1, 10, int(points)) if int(points) > 1 else [1.0]:
                print(solve(float(weight)))
        except MemoryError:
            sys.exit(TOO_MUCH)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), args.workloads, args.years, args.sites, args.seconds, args.libraries)


main()
