internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Bounds one side of one unit by branching, best bound first, and can end at any node.
///
/// Every node of the tree has a leaf whose bound exact arithmetic has evaluated; the largest bound
/// among the open nodes is a bound on the whole domain, whenever the search ends.
struct MaximizingProver {
  let state: ProofState
  let target: UnitID
  let side: Side
  let sampler: DomainSampler
  /// The value of `s z` up to which a branch need not be split.
  let floor: Dyadic?
  /// True if nodes are bounded by backward bounds alone: where a linear program takes seconds.
  var usesPrograms = true

  /// A node that is not split, with the best leaf that is known for it.
  private struct Open {
    let node: Int
    let phases: [UnitID: Phase]
    let leaf: Leaf
    let bound: Dyadic
    /// Where to split; nil if nothing is left to split.
    let unit: UnitID?
  }

  /// Searches until the largest bound is at most `floor`, or `nodeLimit` nodes are solved.
  ///
  /// - Parameter onPoint: Gets every input that the relaxation suggests, with `s z` in plain doubles.
  func search(
    nodeLimit: Int, session: RelaxationSession, onPoint: ([Double], Double) -> Void,
    shouldStop: () -> Bool
  ) -> Finding {
    session.aim(at: target, side)
    var tree = ProofTree()
    guard let root = visit(0, [:], inherited: Leaf(units: []), session, onPoint, &tree) else {
      return .nothing(.caller)
    }
    // Ascending bounds, so that the next node to split is the last.
    var open = [root]
    var count = 1
    while count < nodeLimit, !shouldStop(), let top = open.last, let unit = top.unit {
      if let floor, top.bound <= floor { break }
      open.removeLast()
      let children = tree.split(top.node, on: unit)
      for (node, phase) in [(children.off, Phase.off), (children.on, Phase.on)] {
        count += 1
        let phases = top.phases.merging([unit: phase]) { $1 }
        let inherited = top.leaf.settingAbsent(unit)
        if let child = visit(node, phases, inherited: inherited, session, onPoint, &tree) {
          open.insert(child, at: Self.position(of: child.bound, in: open))
        }
      }
    }
    for node in open { tree.close(node.node, with: node.leaf) }
    guard let nodes = tree.preorder else { return .nothing(.caller) }
    guard let largest = open.last?.bound else { return .nothing(.caller) }
    let bound = largest.rounded(.up, toBitCount: ExactNetwork.intervalBitCount)
    return .proof(.tree(bound: side.sign * bound, nodes: nodes))
  }

  /// Solves one node; nil if it is closed because nothing of the domain lies in it.
  private func visit(
    _ node: Int, _ phases: [UnitID: Phase], inherited: Leaf, _ session: RelaxationSession,
    _ onPoint: ([Double], Double) -> Void, _ tree: inout ProofTree
  ) -> Open? {
    var candidates = [inherited]
    var solved: RelaxationSession.Solution?
    var isClaimedEmpty = false
    switch usesPrograms ? session.solve(phases) : .failed {
    case .failed:
      candidates += BackwardBounds(
        network: state.network.network, domain: state.domain, intervals: FloatIntervals(state)
      ).leaves(
        layer: target.layer, targets: [.init(unit: target.index, side: side)], phases: phases
      ).map(\.leaf)
    case .infeasible(let ray):
      isClaimedEmpty = true
      if let leaf = emptyLeaf(ray, phases, session) {
        tree.close(node, with: leaf)
        return nil
      }
    case .optimal(let solution):
      solved = solution
      let input = sampler.admit(Array(solution.point[..<state.domain.inputCount]))
      onPoint(input, value(at: input))
      if solution.duals.allSatisfy(\.isFinite) {
        candidates += [.toLargest, .toMultiples(exponent: -20)].map {
          session.leaf(duals: solution.duals, claim: .one, rounding: $0)
        }
      }
    }
    let bounds = candidates.compactMap { leaf in bound(of: leaf, phases).map { (leaf, $0) } }
    guard let best = bounds.min(by: { $0.1 < $1.1 }) else { return nil }
    let unit =
      solved == nil
      ? costliestUnit(of: best.0, phases) ?? session.branchingUnit(phases, solution: nil)
      : session.branchingUnit(phases, solution: solved)
    if isClaimedEmpty || unit == nil, let leaf = exactLeaf(phases) {
      tree.close(node, with: leaf)
      return nil
    }
    return Open(node: node, phases: phases, leaf: best.0, bound: best.1, unit: unit)
  }

  /// The open unit whose relaxation costs the leaf most: `-ν l` is what the slope of an open unit
  /// adds to the bound.
  private func costliestUnit(of leaf: Leaf, _ phases: [UnitID: Phase]) -> UnitID? {
    var best: (unit: UnitID, cost: Double)?
    for multiplier in leaf.units where phases[multiplier.unit] == nil {
      let unit = multiplier.unit
      let interval = state[unit]
      guard state.network.network.activation(of: unit) == .relu, interval.lower.signum < 0,
        interval.upper.signum > 0
      else { continue }
      let cost = -multiplier.value.approximation * interval.lower.approximation
      if abs(cost) > best?.cost ?? 0 { best = (unit, abs(cost)) }
    }
    return best?.unit
  }

  /// A leaf that shows that nothing of the domain lies in a branch.
  private func emptyLeaf(
    _ ray: [Double], _ phases: [UnitID: Phase], _ session: RelaxationSession
  ) -> Leaf? {
    guard ray.allSatisfy(\.isFinite) else { return nil }
    let roundings: [RelaxationSession.Rounding] = [
      .toLargest, .toMultiples(exponent: -20), .toMultiples(exponent: -10), .toBits(16),
    ]
    return roundings.lazy
      .map { session.leaf(duals: ray, claim: .zero, rounding: $0) }
      .first { leaf in bound(of: leaf, phases).map { $0.signum < 0 } ?? false }
  }

  /// The same by an exact program, where floats cannot say it.
  private func exactLeaf(_ phases: [UnitID: Phase]) -> Leaf? {
    guard ExactRelaxation.isSolvable(state: state, layer: target.layer) else { return nil }
    let outcome = ExactRelaxation(state: state, target: target, side: side)
      .solve(phases, workLimit: ExactRelaxation.branchWorkLimit)
    guard case .closed(let leaf) = outcome, leaf.claim.isZero,
      let bound = bound(of: leaf, phases), bound.signum < 0
    else { return nil }
    return leaf
  }

  private func bound(of leaf: Leaf, _ phases: [UnitID: Phase]) -> Dyadic? {
    do throws(CheckFailure) {
      return try state.bound(of: leaf, unit: target, side: side, phases: phases)
    } catch {
      // The solver's multipliers do not have the form of a leaf.
      return nil
    }
  }

  private func value(at input: [Double]) -> Double {
    let values = state.network.network.preactivations(
      of: BatchMatrix(rows: [input], columnCount: input.count))
    return side.factor * values[target.layer][0, target.index]
  }

  private static func position(of bound: Dyadic, in open: [Open]) -> Int {
    var range = open.startIndex..<open.endIndex
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = open[middle].bound < bound ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension Leaf {
  /// The leaf with the multiplier 0 for a unit that has none.
  ///
  /// A missing multiplier is 0 while a unit is open, and another number once the unit is on: then
  /// the bound of a branch could be larger than that of the branch above it.
  fileprivate func settingAbsent(_ unit: UnitID) -> Leaf {
    var multipliers = units.map { $0 }
    let place = multipliers.firstIndex { $0.unit >= unit } ?? multipliers.count
    if place < multipliers.count, multipliers[place].unit == unit { return self }
    multipliers.insert(.init(unit: unit, value: .zero), at: place)
    return Leaf(units: multipliers, rows: rows, ball: ball, claim: claim)
  }
}
