internal import ExactArithmetic
public import MILP

/// Exact branch and bound over the rational simplex method, for tiny models.
///
/// Its answers are right as long as the code is; the only rounding is in the doubles it returns.
public struct ReferenceSolver: MILPSolver {
  /// The solver; it has no options.
  public init() {}

  public func solve(
    _ model: MILPModel, limits: SolveLimits, onIncumbent: ([Double]) -> SolveAction
  ) throws(SolverError) -> SolveOutcome {
    var search = Search(model, limits)
    return search.run(onIncumbent)
  }

  /// The optimum as an exact number, or nil if there is no point.
  public func exactOptimum(of model: MILPModel) -> Rational? {
    var search = Search(model, SolveLimits(nodes: .max))
    _ = search.run { _ in .keepSearching }
    return search.bestValue.map { model.sense == .maximize ? $0 : -$0 }
  }
}

extension ReferenceSolver {
  private struct Node {
    var lower: [Dyadic]
    var upper: [Dyadic]
    /// The value of the relaxation above this node.
    var bound: Rational?
  }

  /// Depth first, always a maximization.
  private struct Search {
    let model: MILPModel
    let limits: SolveLimits
    let rows: [RationalRow]
    let objective: [Dyadic]
    var bestPoint: [Rational]?
    var bestValue: Rational?
    var open: [Node]

    init(_ model: MILPModel, _ limits: SolveLimits) {
      self.model = model
      self.limits = limits
      rows = model.rows.flatMap { RationalRow.rows(columnCount: model.columns.count, $0) }
      objective = model.objective.map { Dyadic(model.sense == .maximize ? $0 : -$0) }
      open = [
        Node(
          lower: model.columns.map { Dyadic($0.lower) },
          upper: model.columns.map { Dyadic($0.upper) })
      ]
    }

    /// What a point has to beat: the best point so far or the cutoff.
    var threshold: Rational? {
      let cutoff = limits.cutoff.map { Rational(Dyadic(model.sense == .maximize ? $0 : -$0)) }
      return bestValue ?? cutoff
    }

    mutating func run(_ onIncumbent: ([Double]) -> SolveAction) -> SolveOutcome {
      var nodeCount = 0
      while let node = open.popLast() {
        if let bound = node.bound, let threshold, bound <= threshold { continue }
        guard nodeCount < limits.nodes else {
          open.append(node)
          return stopped(.nodes)
        }
        nodeCount += 1
        if let found = expand(node) {
          bestPoint = found.point
          bestValue = found.value
          if onIncumbent(found.point.map(\.approximation)) == .stop { return stopped(.caller) }
        }
      }
      guard let bestPoint, let bestValue else {
        return limits.cutoff.map { .claimedCutoff(claimedBound: $0) } ?? .claimedInfeasible
      }
      return .claimedOptimal(
        candidate: bestPoint.map(\.approximation), claimedBound: claim(bestValue))
    }

    /// Solves the relaxation: a better point, or two more nodes, or nothing.
    mutating func expand(_ node: Node) -> (point: [Rational], value: Rational)? {
      let relaxation = RationalLP(
        lower: node.lower, upper: node.upper, rows: rows, objective: objective)
      guard case .optimal(let value, let point, _, _) = RationalSimplex.solve(relaxation),
        threshold.map({ value > $0 }) ?? true
      else { return nil }
      let fractional = point.indices.first {
        model.columns[$0].isInteger && point[$0].denominator != 1
      }
      guard let fractional else { return (point, value) }
      let floor = Dyadic(point[fractional].floor, exponent: 0)
      branch(node, fractional, lower: node.lower[fractional], upper: floor, value)
      branch(node, fractional, lower: floor + .one, upper: node.upper[fractional], value)
      return nil
    }

    mutating func branch(
      _ node: Node, _ column: Int, lower: Dyadic, upper: Dyadic, _ bound: Rational
    ) {
      guard lower <= upper else { return }
      var child = node
      child.lower[column] = lower
      child.upper[column] = upper
      child.bound = bound
      open.append(child)
    }

    func stopped(_ limit: Limit) -> SolveOutcome {
      let bounds = open.map(\.bound)
      // The root has no bound, and then there is none for the whole search.
      let best = bounds.contains(nil) ? nil : (bounds + [bestValue]).compactMap(\.self).max()
      return .stopped(
        limit, candidate: bestPoint.map { $0.map(\.approximation) },
        claimedBound: best.map(claim))
    }

    func claim(_ value: Rational) -> Double {
      model.sense == .maximize ? value.approximation : -value.approximation
    }
  }
}
