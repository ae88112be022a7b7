internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Decides one side of one unit by branching on open units over the triangle relaxation.
///
/// Each node is closed by a leaf that the exact checker accepts, or its point shows the sign, or it
/// is split. Nothing that the solver says is believed.
struct BranchingProver {
  let state: ProofState
  let target: UnitID
  let side: Side
  let sampler: DomainSampler

  /// The claimed maximum, relative to the size of the bounds, up to which a leaf is tried.
  static let leafTolerance = 1e-6
  /// How many exact programs of one search may end without closing their branch.
  static let exactTries = 32
  /// How many of these a program counts that took too much work: a split is the better use of it.
  static let triesOfLongProgram = 8

  /// Searches until the side is decided or `nodeLimit` nodes are solved.
  ///
  /// - Parameter onPoint: Gets every input that the relaxation suggests.
  func search(
    nodeLimit: Int, session: RelaxationSession, onPoint: ([Double]) -> Void,
    shouldStop: () -> Bool
  ) -> Finding {
    session.aim(at: target, side)
    var tree = ProofTree()
    var stack: [(node: Int, phases: [UnitID: Phase])] = [(0, [:])]
    var count = 0
    var exactTries =
      ExactRelaxation.isSolvable(state: state, layer: target.layer) ? Self.exactTries : -1
    while let (node, phases) = stack.popLast() {
      if count >= nodeLimit { return .nothing(.nodes) }
      if shouldStop() { return .nothing(.seconds) }
      count += 1
      switch visit(phases, session: session, exactTries: &exactTries, onPoint: onPoint) {
      case .closed(let leaf): tree.close(node, with: leaf)
      case .witness(let point): return .witness(point)
      case .stuck: return .nothing(.caller)
      case .split(let unit):
        let children = tree.split(node, on: unit)
        stack.append((children.off, phases.merging([unit: .off]) { $1 }))
        stack.append((children.on, phases.merging([unit: .on]) { $1 }))
      }
    }
    guard let nodes = tree.preorder else { return .nothing(.caller) }
    return .proof(.tree(bound: .zero, nodes: nodes))
  }

  /// What became of a node.
  enum Visit {
    /// A leaf closes it.
    case closed(Leaf)
    /// An input shows the sign.
    case witness([Dyadic])
    /// It is to be split on a unit.
    case split(UnitID)
    /// Nothing helps.
    case stuck
  }

  /// Solves one node.
  ///
  /// - Precondition: The session is aimed at the target.
  func visit(
    _ phases: [UnitID: Phase], session: RelaxationSession, exactTries: inout Int,
    onPoint: ([Double]) -> Void
  ) -> Visit {
    var solved: RelaxationSession.Solution?
    switch session.solve(phases) {
    case .failed: break
    case .infeasible(let ray):
      if let leaf = acceptedLeaf(ray, claim: .zero, phases: phases, session: session) {
        return .closed(leaf)
      }
      if let visit = exactVisit(phases, isLast: false, tries: &exactTries) { return visit }
    case .optimal(let solution):
      solved = solution
      let input = sampler.admit(Array(solution.point[..<state.domain.inputCount]))
      onPoint(input)
      if let witness = confirmed(input) { return .witness(witness) }
      let scale = max(1, abs(state[target].lower.approximation))
      if solution.value <= Self.leafTolerance * scale {
        if let leaf = acceptedLeaf(solution.duals, claim: .one, phases: phases, session: session) {
          return .closed(leaf)
        }
        if let visit = exactVisit(phases, isLast: false, tries: &exactTries) { return visit }
      }
    }
    if let unit = session.branchingUnit(phases, solution: solved) { return .split(unit) }
    if exactTries == 0 { exactTries = 1 }
    return exactVisit(phases, isLast: true, tries: &exactTries) ?? .stuck
  }

  /// Solves the branch exactly where floats claim that it can be closed and cannot say how.
  ///
  /// - Parameters:
  ///   - isLast: True if nothing is left to split.
  ///   - tries: How many more programs may end without closing their branch; negative where the
  ///     programs are too large.
  private func exactVisit(
    _ phases: [UnitID: Phase], isLast: Bool, tries: inout Int
  ) -> Visit? {
    guard tries > 0 else { return nil }
    let relaxation = ExactRelaxation(state: state, target: target, side: side)
    let workLimit = isLast ? ExactRelaxation.workLimit : ExactRelaxation.branchWorkLimit
    switch relaxation.solve(phases, workLimit: workLimit) {
    case .closed(let leaf): return .closed(leaf)
    case .tooLarge: tries = isLast ? -1 : max(0, tries - Self.triesOfLongProgram)
    case .positive(let point, let gap):
      tries -= 1
      let rounding = WitnessRounding(
        state: state, target: target, side: side, member: sampler.member)
      if let witness = gap == nil ? rounding.round(point) : rounding.roundToStored(point) {
        return .witness(witness)
      }
      if let gap { return .split(gap) }
    }
    return nil
  }

  /// The leaf of the relaxation without any phase: a lemma about the unit.
  func lemma(session: RelaxationSession, onPoint: ([Double]) -> Void) -> Finding {
    session.aim(at: target, side)
    guard case .optimal(let solution) = session.solve([:]),
      solution.duals.allSatisfy(\.isFinite)
    else { return .nothing(.caller) }
    onPoint(sampler.admit(Array(solution.point[..<state.domain.inputCount])))
    return .proof(
      .lemma(session.leaf(duals: solution.duals, claim: .one, rounding: .toLargest)))
  }

  // MARK: Leaves and witnesses

  /// The first rounding of the multipliers that exact arithmetic accepts.
  private func acceptedLeaf(
    _ duals: [Double], claim: Dyadic, phases: [UnitID: Phase], session: RelaxationSession
  ) -> Leaf? {
    guard duals.allSatisfy(\.isFinite) else { return nil }
    let roundings: [RelaxationSession.Rounding] = [
      .toLargest, .toMultiples(exponent: -20), .toMultiples(exponent: -10),
      .toMultiples(exponent: -40), .toBits(16),
    ]
    for rounding in roundings {
      let leaf = session.leaf(duals: duals, claim: claim, rounding: rounding)
      do throws(CheckFailure) {
        let bound = try state.bound(of: leaf, unit: target, side: side, phases: phases)
        if claim.isZero ? bound.signum < 0 : bound.signum <= 0 { return leaf }
      } catch {
        // The solver's multipliers do not even have the form of a leaf.
        return nil
      }
    }
    return nil
  }

  private func confirmed(_ input: [Double]) -> [Dyadic]? {
    let point = input.map { Dyadic($0) }
    let values = state.network.network.preactivations(
      of: BatchMatrix(rows: [input], columnCount: input.count))
    guard side.factor * values[target.layer][0, target.index] > 0,
      state.domain.violation(at: point) == nil
    else { return nil }
    let sign = state.network.signs(at: point)[target.layer][target.index]
    return sign == (side == .upper ? 1 : -1) ? point : nil
  }
}
