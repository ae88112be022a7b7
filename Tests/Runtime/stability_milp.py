"""Decides units by mixed-integer programs: HiGHS, SCIP, Gurobi or CBC, for stability_peers.py.

For each unit and side that samples, climbs and bounds leave open, layer by layer: the network
below the unit with one binary per unit that may bend (big-M from the intervals known so far), and
`max ±z` subject to `±z ≥ 0`. A solver stops as soon as a solution shows the sign, and says that
there is none if the side is closed. Solutions are replayed through the network for all units. The
first pass gives each program a fifteenth of the time, each further pass four times as much. All
options are the solvers' own, but for time, one thread, and the stop at a sign. Gurobi may have no
more than the licence in its PyPI package, which ends at 2,000 columns or rows.
"""

import pathlib
import subprocess
import tempfile

import numpy as np

import stability_start
from stability_bigm import Problem

# What the solvers call zero; a larger value of a solution is a sign if the network says so too.
TOLERANCE = 1e-6
TARGET = 1e-5
FIRST_PASS, GROWTH = 1 / 15, 4


class HiGHS:
    def __init__(self, state, k):
        import highspy

        self.names, self.state, self.problem = highspy, state, Problem(state, k)
        whole = set(self.problem.binaries)
        integer, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        self.kinds = [integer if c in whole else real for c in range(len(self.problem.lower))]
        self.solver = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("objective_target", -TARGET)):
            self.solver.setOptionValue(name, value)

    def model(self, unit, side):
        problem, rows = self.problem, self.problem.rows + [self.problem.target_row(unit)]
        lp = self.names.HighsLp()
        lp.num_col_, lp.num_row_ = len(problem.lower), len(rows)
        lp.col_lower_, lp.col_upper_ = np.array(problem.lower), np.array(problem.upper)
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_cost_[problem.target] = -side
        lp.integrality_ = self.kinds
        lp.row_lower_, lp.row_upper_ = (np.array([row[end] for row in rows]) for end in (1, 2))
        lp.a_matrix_.format_ = self.names.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0] + [len(row[0]) for row in rows])
        lp.a_matrix_.index_ = np.array([c for row in rows for c, _ in row[0]])
        lp.a_matrix_.value_ = np.array([v for row in rows for _, v in row[0]])
        return lp

    def ask(self, unit, side, seconds):
        """Whether the side is closed (None: not known), a bound, and points to replay."""
        solver = self.solver
        solver.passModel(self.model(unit, side))
        solver.changeColBounds(self.problem.target, *self.problem.target_ends(unit, side))
        solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
        solver.run()
        info, status = solver.getInfo(), solver.getModelStatus()
        self.state.count("nodes", max(int(info.mip_node_count), 0))
        kind = self.names.HighsModelStatus
        if status in (kind.kInfeasible, kind.kUnboundedOrInfeasible):
            return True, 0.0, []
        points = [solver.getSolution().col_value[: len(self.state.lower)]]
        bound = -info.mip_dual_bound
        is_closed = status == kind.kOptimal and bound <= TOLERANCE
        return is_closed or None, bound, points if info.primal_solution_status else []


class SCIP:
    def __init__(self, state, k):
        import pyscipopt

        self.names, self.problem, self.state = pyscipopt, Problem(state, k), state
        self.model = pyscipopt.Model()
        self.model.hideOutput()
        whole, ends = set(self.problem.binaries), zip(self.problem.lower, self.problem.upper)
        self.columns = [
            self.model.addVar(lb=finite(low), ub=finite(high), vtype="B" if c in whole else "C")
            for c, (low, high) in enumerate(ends)
        ]
        for row in self.problem.rows:
            self.add(*row)

    def add(self, row, low, high):
        total = self.names.quicksum(value * self.columns[c] for c, value in row)
        if low == high:
            return self.model.addCons(total == low)
        return self.model.addCons(total >= low if np.isinf(high) else total <= high)

    def ask(self, unit, side, seconds):
        model, target = self.model, self.columns[self.problem.target]
        row = self.add(*self.problem.target_row(unit))
        low, high = self.problem.target_ends(unit, side)
        model.chgVarLb(target, low)
        model.chgVarUb(target, high)
        model.setObjective(side * target, "maximize")
        model.setParam("limits/primal", TARGET)
        model.setParam("limits/time", seconds)
        model.optimize()
        self.state.count("nodes", model.getNTotalNodes())
        self.state.count("LPs", model.getNLPs())
        status, bound = model.getStatus(), model.getDualbound()
        points = [[model.getSolVal(s, c) for c in self.columns[: len(self.state.lower)]]
                  for s in model.getSols()[:1]]
        model.freeTransform()
        model.delCons(row)
        model.chgVarLb(target, None)
        model.chgVarUb(target, None)
        is_closed = status == "infeasible" or status == "optimal" and bound <= TOLERANCE
        return is_closed or None, 0.0 if is_closed else bound, points


def finite(end):
    return None if np.isinf(end) else end


class Gurobi:
    def __init__(self, state, k):
        import gurobipy

        self.names, self.problem, self.state = gurobipy, Problem(state, k), state
        environment = gurobipy.Env(params={"OutputFlag": 0, "Threads": 1})
        self.model = gurobipy.Model(env=environment)
        whole, ends = set(self.problem.binaries), zip(self.problem.lower, self.problem.upper)
        self.columns = [
            self.model.addVar(lb=low, ub=high, vtype="B" if c in whole else "C")
            for c, (low, high) in enumerate(ends)
        ]
        for row in self.problem.rows:
            self.add(*row)

    def add(self, row, low, high):
        total = self.names.LinExpr([(value, self.columns[c]) for c, value in row])
        if low == high:
            return self.model.addConstr(total == low)
        return self.model.addConstr(total >= low if np.isinf(high) else total <= high)

    def ask(self, unit, side, seconds):
        model, target = self.model, self.columns[self.problem.target]
        row = self.add(*self.problem.target_row(unit))
        target.LB, target.UB = self.problem.target_ends(unit, side)
        model.setObjective(side * target, self.names.GRB.MAXIMIZE)
        model.Params.TimeLimit, model.Params.BestObjStop = seconds, TARGET
        model.optimize()
        self.state.count("nodes", int(model.NodeCount))
        count = len(self.state.lower)
        points = [[c.X for c in self.columns[:count]]] if model.SolCount else []
        status, kinds, bound = model.Status, self.names.GRB, model.ObjBound
        model.remove(row)
        if status in (kinds.INFEASIBLE, kinds.INF_OR_UNBD):
            return True, 0.0, []
        return status == kinds.OPTIMAL and bound <= TOLERANCE or None, bound, points


class CBC:
    """The program `cbc`, a process for each question; open means by TARGET at least here, since
    its one way to stop early is at the first solution."""

    def __init__(self, state, k):
        self.problem, self.state = Problem(state, k), state
        rows = self.problem.rows
        self.entries = [[] for _ in self.problem.lower]
        for r, (row, _, _) in enumerate(rows):
            for c, value in row:
                self.entries[c].append(f" x{c} r{r} {value!r}")
        kinds = [f" {'E' if low == high else 'G' if np.isinf(high) else 'L'} r{r}"
                 for r, (_, low, high) in enumerate(rows)]
        self.head = ["NAME p FREE", "ROWS", " N o", " E t", *kinds, "COLUMNS"]
        ends = [float(high if np.isinf(low) else low) for _, low, high in rows]
        self.ends = [f" b r{r} {end!r}" for r, end in enumerate(ends) if end] + ["BOUNDS"]
        whole = set(self.problem.binaries)
        pairs = list(zip(map(float, self.problem.lower), map(float, self.problem.upper)))[:-1]
        self.ends += [f" BV d x{c}" if c in whole else f" LO d x{c} {low!r}\n UP d x{c} {high!r}"
                      for c, (low, high) in enumerate(pairs)]

    def text(self, unit, side, low, high):
        target, (row, end, _) = self.problem.target, self.problem.target_row(unit)
        own = {column: [f" x{column} t {value!r}"] for column, value in row}
        own[target].append(f" x{target} o {float(-side)}")
        columns = [line for c, lines in enumerate(self.entries)
                   for line in lines + own.get(c, []) or [f" x{c} o 0"]]
        last = [f" LO d x{target} {low!r}", f" UP d x{target} {high!r}", "ENDATA", ""]
        return "\n".join([*self.head, *columns, "RHS", f" b t {end!r}", *self.ends, *last])

    def ask(self, unit, side, seconds):
        low, high = self.problem.target_ends(unit, side)
        low, high = (max(low, TARGET), high) if side > 0 else (low, min(high, -TARGET))
        if low > high:
            return True, TARGET, []
        with tempfile.TemporaryDirectory() as folder:
            model, answer = pathlib.Path(folder, "p.mps"), pathlib.Path(folder, "s.txt")
            model.write_text(self.text(unit, side, low, high))
            command = ["cbc", model, "-seconds", f"{seconds:.2f}", "-maxSolutions", "1", "-solve",
                       "-solution", answer]
            log = subprocess.run(command, capture_output=True, text=True).stdout
            lines = answer.read_text().splitlines() if answer.exists() else [""]
        for line in log.splitlines():
            if line.startswith("Enumerated nodes:"):
                self.state.count("nodes", int(line.split()[-1]))
        if "nfeasible" in lines[0] and "Stopped" not in lines[0]:
            return True, TARGET, []
        return None, np.inf, self.points(lines)

    def points(self, lines):
        point = np.zeros(len(self.state.lower))
        for words in (line.replace("**", "").split() for line in lines[1:]):
            if len(words) > 2 and int(words[1][1:]) < len(point):
                point[int(words[1][1:])] = float(words[2])
        return [point] if len(lines) > 1 else []


BACKENDS = {"HiGHS": HiGHS, "SCIP": SCIP, "CBC": CBC, "Gurobi": Gurobi}


def decide(state, name):
    stability_start.begin(state)
    seconds = state.left() * FIRST_PASS
    while state.left() > 0 and any(state.sides(k) for k in range(len(state.layers))):
        for k in range(len(state.layers)):
            stability_start.bound(state, k)
            sides = state.sides(k)
            backend = BACKENDS[name](state, k) if sides else None
            for unit, side in sides:
                if state.is_open(k, unit, side) and state.left() > 0:
                    ask(state, k, backend, unit, side, min(seconds, state.left()))
        seconds *= GROWTH


def ask(state, k, backend, unit, side, seconds):
    is_closed, bound, points = backend.ask(unit, side, seconds)
    state.count("MILPs")
    if len(points):
        state.look(np.clip(np.array(points), state.lower, state.upper))
    if not state.is_open(k, unit, side):
        return
    if is_closed:
        state.close(k, unit, side)
    elif np.isfinite(bound):
        state.close(k, unit, side, bound + TOLERANCE)
    state.save()
